// The Python servers of `bench/serving.ts`: each with the command of its documentation, and with two workers. Kernels run one thread
// in each worker (OMP_NUM_THREADS=1), which is the better choice for 28 rows; what they print goes to a file.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peerPython } from './peers/environment.ts';
import { type Contestant, type Question, rowsQuestion, startAnswering } from './serving-contestant.ts';
import { type Ask, horizonSteps, type ServingData } from './serving-data.ts';
import { freePorts, type ServerCommand } from './serving-process.ts';

/** Where the servers, and what makes the ONNX file, are installed. */
export const peerEnvironments = ['fastapi', 'mlserver', 'mlflow', 'bentoml', 'onnx'] as const;
const peersFolder = fileURLToPath(new URL('peers', import.meta.url));

interface Peer {
  readonly name: string;
  readonly environment: (typeof peerEnvironments)[number];
  readonly workers: readonly number[];
  readonly question: Question;
  /** Makes what the command needs in its folder. */
  prepare?(folder: string): void;
  command(of: {
    bin: string;
    folder: string;
    port: number;
    others: number[];
    workers: number;
  }): Omit<ServerCommand, 'folder'>;
}

/** The body of the Open Inference Protocol V2, which MLServer reads and Almanac too. */
export function inferenceBody({ columns }: ServingData, { rows }: Ask): unknown {
  return { inputs: [{ name: 'input', shape: [horizonSteps, columns], datatype: 'FP32', data: rows }] };
}

/** The rows as a list each. */
export function rowLists({ columns }: ServingData, { rows }: Ask): number[][] {
  return Array.from({ length: horizonSteps }, (_, k) => rows.slice(k * columns, (k + 1) * columns));
}

export function pythonPeers(data: ServingData, scratch: string): Contestant[] {
  return peersOf(data, scratch).flatMap((peer) =>
    peer.workers.map((workers) => contestantOf(peer, { scratch, workers })),
  );
}

function peersOf(data: ServingData, scratch: string): Peer[] {
  const { modelFile } = data;
  const question = (
    of: Pick<Parameters<typeof rowsQuestion>[1], 'name' | 'path' | 'body' | 'forecastOf'>,
  ): Question => rowsQuestion(data, { ...of, folder: scratch });
  return [
    {
      name: 'FastAPI + LightGBM',
      environment: 'fastapi',
      workers: [1, 2],
      question: question({
        name: 'rows, FastAPI',
        path: '/forecast',
        body: (ask) => ({ rows: rowLists(data, ask) }),
        forecastOf: ({ forecast }: { forecast: number[] }) => forecast,
      }),
      command: ({ bin, port, workers }) => ({
        program: join(bin, 'uvicorn'),
        args: [
          'serving_fastapi:app',
          ...['--app-dir', peersFolder, '--port', String(port)],
          ...['--workers', String(workers), '--no-access-log'],
        ],
        env: { MODEL_FILE: modelFile },
      }),
    },
    {
      name: 'MLServer',
      environment: 'mlserver',
      workers: [0, 1, 2],
      question: question({
        name: 'V2',
        path: '/v2/models/forest/infer',
        body: (ask) => inferenceBody(data, ask),
        forecastOf: ({ outputs }: { outputs: { data: number[] }[] }) => outputs[0]?.data,
      }),
      command: ({ bin, folder, port, others: [grpc, metrics], workers }) => {
        copyFileSync(modelFile, join(folder, 'model.bst'));
        const settings = { http_port: port, grpc_port: grpc, metrics_port: metrics };
        const own = { host: '127.0.0.1', parallel_workers: workers, debug: false };
        const model = {
          name: 'forest',
          implementation: 'mlserver_lightgbm.LightGBMModel',
          parameters: { uri: './model.bst', version: '1' },
        };
        writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...settings, ...own }));
        writeFileSync(join(folder, 'model-settings.json'), JSON.stringify(model));
        return { program: join(bin, 'mlserver'), args: ['start', '.'] };
      },
    },
    {
      name: 'mlflow models serve',
      environment: 'mlflow',
      workers: [1, 2],
      question: question({
        name: 'invocations',
        path: '/invocations',
        body: (ask) => ({ inputs: rowLists(data, ask) }),
        forecastOf: ({ predictions }: { predictions: number[] }) => predictions,
      }),
      prepare(folder) {
        const model = join(folder, 'model');
        if (existsSync(model)) return;
        const script = join(peersFolder, 'serving_mlflow.py');
        execFileSync(peerPython('mlflow'), [script, modelFile, model], { stdio: ['ignore', 2, 2] });
      },
      command: ({ bin, port, workers }) => ({
        program: join(bin, 'mlflow'),
        args: [
          ...['models', 'serve', '--model-uri', 'model', '--env-manager', 'local'],
          ...['--port', String(port), '--workers', String(workers)],
        ],
      }),
    },
    {
      name: 'BentoML',
      environment: 'bentoml',
      workers: [1, 2],
      question: question({
        name: 'rows, BentoML',
        path: '/forecast',
        body: (ask) => ({ rows: rowLists(data, ask) }),
        forecastOf: (forecast: number[]) => forecast,
      }),
      command: ({ bin, port, workers }) => ({
        program: join(bin, 'bentoml'),
        args: ['serve', 'serving_bentoml:Forecaster', '--working-dir', peersFolder, '--port', String(port)],
        env: { MODEL_FILE: modelFile, WORKERS: String(workers), BENTOML_DO_NOT_TRACK: 'true' },
      }),
    },
  ];
}

function contestantOf(peer: Peer, { scratch, workers }: { scratch: string; workers: number }): Contestant {
  const folder = join(scratch, peer.environment);
  return {
    name: peer.name,
    kind: 'peer',
    workers,
    questions: [peer.question],
    async start() {
      mkdirSync(folder, { recursive: true });
      peer.prepare?.(folder);
      const bin = dirname(peerPython(peer.environment));
      const [port, ...others] = await freePorts(3);
      const { program, args, env } = peer.command({ bin, folder, port: port as number, others, workers });
      // `mlflow models serve` starts others of its environment by name.
      const path = `${bin}:${process.env.PATH}`;
      const command = { program, args, folder, env: { OMP_NUM_THREADS: '1', PATH: path, ...env } };
      return await startAnswering(command, `http://127.0.0.1:${port}`, [peer.question]);
    },
  };
}
