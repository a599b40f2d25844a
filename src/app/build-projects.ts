// Builds the list of projects: what the configuration file names, and what the store keeps.

import type { Project } from '../core/index.ts';
import { type Config, defineProject } from '../interfaces/config/index.ts';
import { checkCalendar } from '../services/data/index.ts';
import { checkRetrainSchedule } from '../services/learning/index.ts';
import { Projects } from '../services/projects/index.ts';
import type { ControlStore } from '../storage/ports/index.ts';
import { systemClock } from './platform.ts';

/**
 * Writes down the projects of the configuration, and reads those that were added to the store.
 * @throws AppError as `Projects.open`
 */
export async function openProjects(parts: {
  config: Pick<Config, 'projects'>;
  store: ControlStore;
}): Promise<Projects> {
  const { config, store } = parts;
  const projects = new Projects({
    store,
    ofFile: config.projects,
    define: checkedProject,
    clock: systemClock,
  });
  await projects.open();
  return projects;
}

/** Settings from wherever, checked as those of the file are and completed. @throws AppError also as `checkProject` */
export function checkedProject(name: string, settings: unknown): Project {
  const project = defineProject(name, settings);
  checkProject(project);
  return project;
}

/** What the schema of the settings cannot say. @throws AppError `data/unknown-calendar`, `jobs/bad-schedule` */
export function checkProject(project: Project): void {
  checkCalendar(project);
  checkRetrainSchedule(project);
}
