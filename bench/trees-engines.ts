// How `bench/trees.ts` runs one engine once: a fresh process that is told where the table lies, and what it answers.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { peerPython } from './peers/environment.ts';
import type { TableFiles } from './trees-data.ts';

export interface Settings {
  readonly trees: number;
  readonly leaves: number;
  readonly learningRate: number;
  readonly rowsPerLeafMin: number;
  readonly bins: number;
}

/** What a process of ours is asked; peers get the same and their engine. */
export interface ChildRequest extends TableFiles {
  readonly what: 'train' | 'predict' | 'quantiles';
  readonly threads: number;
  readonly settings: Settings;
}

export interface TrainAnswer {
  readonly version: string;
  /** From float32 arrays in memory to the model, binning included. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Of the process, the table (and for peers the language and its libraries) included. */
  readonly peakBytes: number;
  /** Root mean squared error of the first 200,000 training rows, and of the held-out rows. */
  readonly trainLoss: number;
  readonly testLoss: number;
  /** All held-out rows, on all threads. */
  readonly predictSeconds: number;
}

export const peers = ['LightGBM', 'xgboost', 'scikit-learn'] as const;
export type Engine = 'ours' | (typeof peers)[number];

/** @throws with what the process said when it failed */
export function runEngine(engine: Engine, request: ChildRequest): TrainAnswer {
  if (engine === 'ours') return runOurs<TrainAnswer>(request);
  const script = fileURLToPath(new URL('peers/trees_peer.py', import.meta.url));
  return runProcess<TrainAnswer>(peerPython('trees'), [script, JSON.stringify({ ...request, engine })]);
}

export function runOurs<Answer>(request: ChildRequest): Answer {
  const script = fileURLToPath(new URL('trees-child.ts', import.meta.url));
  return runProcess<Answer>(process.execPath, [script, JSON.stringify(request)]);
}

function runProcess<Answer>(program: string, args: readonly string[]): Answer {
  const { stdout, status, signal, error } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ended with ${signal ?? status}`);
  return JSON.parse(stdout) as Answer;
}
