// Our half of `bench/trees.ts`, in a process of its own so that peak memory is of one training: reads the request from the
// command line, prints one JSON object. The clock runs from float32 arrays in memory to the trained booster.

import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import {
  type Booster,
  type BoosterOptions,
  type FeatureMatrix,
  predictMatrix,
  predictRow,
  type TrainingSet,
  trainBooster,
  withQuantiles,
} from '../src/forecasting/models/index.ts';
import { startKernelCrew } from '../src/services/fitting/index.ts';
import { medianOf } from './machine.ts';
import type { ChildRequest, TrainAnswer } from './trees-engines.ts';

type Crew = Awaited<ReturnType<typeof startKernelCrew>>;

const request = JSON.parse(process.argv[2] ?? '{}') as ChildRequest;
process.stdout.write(JSON.stringify(await answer()));

async function answer(): Promise<unknown> {
  const train = readPart('train', request.rows);
  const test = readPart('test', request.testRows);
  const { trees, leaves, learningRate, rowsPerLeafMin, bins } = request.settings;
  const options = { trees, leaves, learningRate, rowsPerLeafMin, binsMax: bins };
  switch (request.what) {
    case 'train':
      return trained({ train, test, options });
    case 'predict':
      return predicted({ train, test, options });
    case 'quantiles':
      return quantiles({ train, options });
  }
}

interface Parts {
  readonly train: TrainingSet;
  readonly test: TrainingSet;
  readonly options: Partial<BoosterOptions>;
}

async function trained({ train, test, options }: Parts): Promise<TrainAnswer> {
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const crew = await startKernelCrew(request.threads);
  const booster = trainBooster(train, options, { crew });
  const seconds = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const held = new Float64Array(test.matrix.rows);
  predictMatrix(booster, test.matrix, held, crew);
  const again = performance.now();
  predictMatrix(booster, test.matrix, held, crew);
  const predictSeconds = (performance.now() - again) / 1000;
  const own = new Float64Array(train.matrix.rows);
  predictMatrix(booster, train.matrix, own, crew);
  await crew.close();
  return {
    version: (
      JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
    ).version,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakBytes,
    // The same rows as the peers score.
    trainLoss: rootMeanSquare(train.target.subarray(0, 200_000), own),
    testLoss: rootMeanSquare(test.target, held),
    predictSeconds,
  };
}

/** Batches on one and on all threads, and single rows. */
async function predicted({ train, test, options }: Parts): Promise<object> {
  const crew = await startKernelCrew(request.threads);
  const booster = trainBooster(train, options, { crew });
  const rate = (team: Crew | undefined): number => {
    const out = new Float64Array(test.matrix.rows);
    const seconds = Array.from({ length: 5 }, () => {
      const begin = performance.now();
      predictMatrix(booster, test.matrix, out, team);
      return (performance.now() - begin) / 1000;
    });
    return (test.matrix.rows * (options.trees ?? 0)) / medianOf(seconds);
  };
  const answer = {
    rowTreesPerSecond: rate(crew),
    rowTreesPerSecondOneThread: rate(undefined),
    ...singleRows(booster, test.matrix),
  };
  await crew.close();
  return answer;
}

function singleRows(
  booster: Booster,
  matrix: FeatureMatrix,
): { rowMicroseconds: number; rowMicrosecondsP99: number } {
  const row = new Float32Array(matrix.columns.length);
  const out = new Float64Array(booster.outputs);
  const micros: number[] = [];
  for (let i = 0; i < 25_000; i++) {
    const at = (i * 7919) % matrix.rows;
    for (let c = 0; c < row.length; c++) row[c] = matrix.values[c * matrix.rows + at]!;
    const begin = performance.now();
    predictRow(booster, row, out);
    // The first ones are the compiler's.
    if (i >= 5000) micros.push(1000 * (performance.now() - begin));
  }
  micros.sort((a, b) => a - b);
  return { rowMicroseconds: medianOf(micros), rowMicrosecondsP99: micros[Math.floor(0.99 * micros.length)]! };
}

async function quantiles({ train, options }: Omit<Parts, 'test'>): Promise<object> {
  const crew = await startKernelCrew(request.threads);
  const begin = performance.now();
  const booster = trainBooster(train, options, { crew });
  const meanSeconds = (performance.now() - begin) / 1000;
  const again = performance.now();
  withQuantiles(booster, train, { levels: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], crew });
  const quantileSeconds = (performance.now() - again) / 1000;
  await crew.close();
  return { meanSeconds, quantileSeconds };
}

function readPart(part: 'train' | 'test', rows: number): TrainingSet {
  const columns = request.kinds.map((kind, c) => ({ name: `x${c}`, kind }));
  const values = readFloats(`${request.prefix}.${part}.x`, rows * columns.length);
  return { matrix: { rows, columns, values }, target: readFloats(`${request.prefix}.${part}.y`, rows) };
}

function readFloats(path: string, count: number): Float32Array {
  const values = new Float32Array(new SharedArrayBuffer(4 * count));
  const file = openSync(path, 'r');
  const bytes = new Uint8Array(values.buffer);
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(file, bytes, at, Math.min(2 ** 28, bytes.length - at), null);
    if (read === 0) throw new Error(`${path} is too short`);
    at += read;
  }
  closeSync(file);
  return values;
}

function rootMeanSquare(actual: Float32Array, forecast: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < actual.length; row++) sum += (actual[row]! - forecast[row]!) ** 2;
  return Math.sqrt(sum / actual.length);
}
