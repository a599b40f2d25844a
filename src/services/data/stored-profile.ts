// The profile of what is stored of a project, as that of a file: see `profile/data-profile.ts`.

import type { Project } from '../../core/index.ts';
import type { DataContext } from './data-options.ts';
import type { StoredProfileOutput } from './engine/profile-task.ts';
import type { Progress } from './engine/worker-messages.ts';
import { type Finding, grainFindings, historyFindings } from './file-report.ts';
import { storedRows } from './stored-rows.ts';

export interface StoredProfile extends StoredProfileOutput {
  /** When it was made, UTC milliseconds. */
  readonly at: number;
  readonly findings: readonly Finding[];
}

/** Cost: one reading and one sort of the history, in a worker. */
export async function storedProfile(
  context: DataContext,
  project: Project,
  onProgress?: (progress: Progress) => void,
): Promise<StoredProfile> {
  const { clock, engine, limitMs } = context;
  const now = clock.now();
  const input = { stored: await storedRows(context, project.name), project, now };
  const found = await engine.run('storedProfile', input, { limitMs, onProgress });
  return {
    at: now,
    ...found,
    findings: [...grainFindings(project, found.histories), ...historyFindings(project, found.histories)],
  };
}
