// Entry of a worker thread that fits panels; see fit-task.ts.

import { elapsedMs, serveThread, threadCpuMs } from '../jobs/index.ts';
import { type FitTaskData, makeFitTask } from './fit-task.ts';

serveThread((data: FitTaskData) => {
  const answer = makeFitTask(data, { elapsedMs, threadCpuMs });
  return (request: Parameters<typeof answer>[0]) => {
    const reply = answer(request);
    return { reply, transfer: [] };
  };
});
