// The script of a worker thread that runs registered models: one request at a time, several models loaded.

import { parentPort, workerData } from 'node:worker_threads';
import { assert, isAppError } from '../../core/index.ts';
import { checkModel, replayGolden } from './onnx-check.ts';
import { type OnnxSession, openSession, runtimeMemoryBytes } from './onnx-session.ts';
import type { FromOnnxWorker, ToOnnxWorker } from './onnx-worker-protocol.ts';

const port = parentPort;
assert(port !== null, 'this script runs inside a worker thread');
const { memoryBytesMax } = workerData as { memoryBytesMax: number };
const sessions = new Map<string, OnnxSession>();

async function answer(message: ToOnnxWorker): Promise<unknown> {
  switch (message.ask) {
    case 'check':
      return await checkModel(message.file, message.user, { memoryBytesMax });
    case 'load': {
      const session = await openSession(message.file, { memoryBytesMax });
      await replayGolden(session, message.signature);
      sessions.set(message.key, session);
      return { plan: session.plan, runBy: session.runBy };
    }
    case 'run': {
      const session = sessions.get(message.key);
      assert(session !== undefined, 'a model is loaded before it is run');
      return await session.run(message.inputs, message.outputs);
    }
    case 'unload': {
      const session = sessions.get(message.key);
      sessions.delete(message.key);
      await session?.close();
      return null;
    }
  }
}

port.on('message', (message: ToOnnxWorker) => {
  answer(message).then(
    (reply) => send({ id: message.id, reply, memoryBytes: runtimeMemoryBytes() }),
    (error: unknown) =>
      send({
        id: message.id,
        error: isAppError(error)
          ? { code: error.code, message: error.message, details: error.details }
          : { code: null, message: error instanceof Error ? (error.stack ?? error.message) : String(error) },
        memoryBytes: runtimeMemoryBytes(),
      }),
  );
});

function send(message: FromOnnxWorker): void {
  port?.postMessage(message);
}
