// Definitions of projects.

import type { Project } from '../../core/index.ts';

export interface ProjectStore {
  /**
   * Stores the definition; changing frequency, week start or time zone of a project with data is `store/project-changed`,
   * the name of a registered model `store/name-taken`.
   */
  putProject(project: Project, now: number): Promise<void>;
  getProject(name: string): Promise<Project | undefined>;
  listProjects(): Promise<Project[]>;
}
