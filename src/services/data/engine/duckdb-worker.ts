// The data worker: a thread that runs one task at a time with DuckDB, so that the main thread never waits for data.
// Started by `duckdb.ts`; speaks `worker-protocol.ts`.

import { isMainThread, parentPort, type Transferable, workerData } from 'node:worker_threads';

import { AppError, assert } from '../../../core/index.ts';
import { readAttributesTask } from './attributes-task.ts';
import { storedContractTask } from './contract-task.ts';
import { Engine, engineError, type TaskContext } from './engine.ts';
import { seriesFiguresTask } from './figures-task.ts';
import {
  countHistoryTask,
  diffHistoryTask,
  readRowsTask,
  recentHighsTask,
  segmentFactsTask,
  writeSegmentTask,
} from './history-tasks.ts';
import { ingestFileTask } from './ingest-file-task.ts';
import { readPanelTask } from './panel-task.ts';
import { storedProfileTask } from './profile-task.ts';
import { readTableTask } from './read-table-task.ts';
import { reportsTask } from './reports-task.ts';
import { readRequestsTask } from './requests-task.ts';
import { readSampleTask } from './sample-task.ts';
import { sealedTask } from './sealed-task.ts';
import { seriesRowsTask } from './series-task.ts';
import { taskFolder } from './task-folder.ts';
import { truthTask } from './truth-task.ts';
import { wordsTask } from './words-task.ts';
import type { CarriedError, FromWorker, ToWorker, WorkerSetup } from './worker-messages.ts';
import type { TaskInput, TaskName, TaskOutput } from './worker-tasks.ts';

type Handlers = {
  [K in TaskName]: (
    input: TaskInput<K>,
    context: TaskContext,
  ) => Promise<{ output: TaskOutput<K>; transfer: Transferable[] }>;
};

const handlers: Handlers = {
  readSample: readSampleTask,
  readTable: readTableTask,
  ingestFile: ingestFileTask,
  readAttributes: readAttributesTask,
  writeSegment: writeSegmentTask,
  readPanel: readPanelTask,
  sealed: sealedTask,
  readRequests: readRequestsTask,
  readRows: readRowsTask,
  countHistory: countHistoryTask,
  recentHighs: recentHighsTask,
  segmentFacts: segmentFactsTask,
  words: wordsTask,
  truth: truthTask,
  storedContract: storedContractTask,
  storedProfile: storedProfileTask,
  seriesFigures: seriesFiguresTask,
  seriesRows: seriesRowsTask,
  reports: reportsTask,
  diffHistory: diffHistoryTask,
};

assert(!isMainThread && parentPort !== null, 'the data worker runs in a worker thread');
const port = parentPort;
const setup = workerData as WorkerSetup;
let current: { id: number; abort: AbortController } | null = null;

port.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'start':
      void runTask(message.id, message.task as TaskName, message.input);
      return;
    case 'interrupt':
      if (current?.id === message.id) current.abort.abort();
  }
});
send({ kind: 'ready' });

async function runTask(id: number, name: TaskName, input: unknown): Promise<void> {
  const abort = new AbortController();
  current = { id, abort };
  let answer: FromWorker;
  let transfer: Transferable[] = [];
  try {
    const folder = await taskFolder(setup.scratchFolder);
    try {
      const result = await runHandler({ id, name, input, scratch: folder.path, signal: abort.signal });
      answer = { kind: 'done', id, output: result.output };
      transfer = result.transfer;
    } finally {
      await folder.release();
    }
  } catch (error) {
    answer = { kind: 'failed', id, error: carried(error, name) };
  }
  current = null;
  send(answer, transfer);
}

async function runHandler(task: {
  id: number;
  name: TaskName;
  input: unknown;
  scratch: string;
  signal: AbortSignal;
}): Promise<{ output: unknown; transfer: Transferable[] }> {
  const engine = await Engine.open(setup, task.scratch, task.signal);
  // The table is exact about each task; going through a name in a message loses that, and only that.
  const handler = handlers[task.name] as (
    given: unknown,
    context: TaskContext,
  ) => Promise<{ output: unknown; transfer: Transferable[] }>;
  try {
    return await handler(task.input, {
      engine,
      scratch: task.scratch,
      progress: (progress) => send({ kind: 'progress', id: task.id, progress }),
    });
  } finally {
    engine.close();
  }
}

function carried(error: unknown, task: TaskName): CarriedError {
  const known = engineError(error, task);
  const stack = (known.cause instanceof Error ? known.cause.stack : known.stack) ?? '';
  return {
    code: error instanceof AppError || known.code !== 'data/engine-failed' ? known.code : null,
    message: known.message,
    details: known.details,
    stack,
  };
}

function send(message: FromWorker, transfer: Transferable[] = []): void {
  port.postMessage(message, transfer);
}
