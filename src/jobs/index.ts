// Door of `jobs`: background work, its queue and its threads.
export {
  elapsedMs,
  serveThread,
  siblingScript,
  ThreadPool,
  type ThreadPoolOptions,
  threadCpuMs,
} from './threads.ts'; // heavy computing off the event loop
