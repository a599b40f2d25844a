// `fitProject` on a thread of its own: the caller's side.

import { siblingScript } from '../jobs/index.ts';
import { type FitProjectOptions, fitProject, type ProjectFit } from './fit-project.ts';
import { runTaskThread } from './task-thread.ts';

export type FitProjectData = Omit<FitProjectOptions, 'onProgress'>;

/**
 * `fitProject` without holding up the event loop; inline when `threads` is 0. The panel is copied to the thread.
 * @param signal ends the thread at once; the promise rejects with its reason
 */
export async function fitProjectInThread(
  options: FitProjectOptions & { readonly signal: AbortSignal },
): Promise<ProjectFit> {
  const { signal, onProgress, ...data } = options;
  signal.throwIfAborted();
  if (data.threads === 0) return await fitProject({ ...data, onProgress });
  const script = siblingScript(import.meta.url, 'fit-project-worker');
  return await runTaskThread<FitProjectData, ProjectFit>(script, data, { signal, onProgress });
}
