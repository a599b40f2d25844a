// The thread that fits a project. It starts the threads that fit series, so that choice, calibration and scoring, which
// are single-threaded and long, are off the event loop too.

import { fitProject } from './fit-project.ts';
import type { FitProjectData } from './fit-project-thread.ts';
import { serveTask } from './task-thread.ts';

await serveTask(
  (data: FitProjectData, onProgress) => fitProject({ ...data, onProgress }),
  ({ artifact: { buffer } }) => (buffer instanceof ArrayBuffer ? [buffer] : []),
);
