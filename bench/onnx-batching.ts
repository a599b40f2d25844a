// The part `batching` of the bench `onnx`: what is gained when requests that wait for one model share a run. A network of
// layers 30-256-256-1, one worker, 64 clients that each ask one row and, once answered, at once the next.

import { AppError } from '../src/core/index.ts';
import { checkInThread } from '../src/services/inference/onnx-check-thread.ts';
import { OnnxPool } from '../src/services/inference/onnx-pool.ts';
import { onnxPoolDefaults, type PooledModel } from '../src/services/inference/onnx-pool-options.ts';
import type { Tensor } from '../src/services/inference/tensor.ts';
import { elapsedMs, systemTimers } from '../src/services/jobs/index.ts';
import { layersFile } from '../test/fixtures/onnx-layers.ts';

const clients = 64;
const secondsEach = 4;
const rounds = 3;

export interface BatchingRow {
  readonly joined: boolean;
  /** Median over the rounds. */
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rowsPerRun: number;
}

/** Joined and not in turns, so that a slow minute of the machine meets both. */
export async function batchingRows(): Promise<BatchingRow[]> {
  const file = layersFile([30, 256, 256, 1]);
  const user = { inputs: {}, outputs: {} };
  const signature = await checkInThread(file, user, { ...onnxPoolDefaults, timers: systemTimers });
  if (signature.rowsIndependent !== true)
    throw new AppError('onnx/check-failed', 'the network was not found to answer each row by itself');
  const model = { key: 'layers', signature, file: async () => file };
  const measured: BatchingRow[] = [];
  for (let round = 0; round < rounds; round++)
    for (const joined of [false, true]) measured.push(await measure(model, joined));
  return [false, true].map((joined) => {
    const own = measured.filter((row) => row.joined === joined);
    return own.toSorted((a, b) => a.requestsPerSecond - b.requestsPerSecond)[rounds >> 1] as BatchingRow;
  });
}

async function measure(model: PooledModel, joined: boolean): Promise<BatchingRow> {
  const { joint } = onnxPoolDefaults;
  const bounds = joined ? joint : { ...joint, rowsMax: 1 };
  const pool = new OnnxPool({ ...onnxPoolDefaults, timers: systemTimers, threads: 1, joint: bounds });
  await pool.load(model);
  const runs = new Set<object>();
  const latencies: number[] = [];
  const began = elapsedMs();
  const warmUntil = began + 500;
  const until = warmUntil + 1000 * secondsEach;
  const client = async (own: number): Promise<void> => {
    const data = Float32Array.from({ length: 30 }, (_, i) => Math.sin(own + i));
    const input: Tensor = { name: 'x', datatype: 'FP32', shape: [1, 30], data };
    for (let asked = elapsedMs(); asked < until; asked = elapsedMs()) {
      const isWarm = asked >= warmUntil;
      await pool.run(model, [input], { timeoutMs: 30_000, ran: (run) => void (isWarm && runs.add(run)) });
      if (isWarm) latencies.push(elapsedMs() - asked);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, own) => client(own)));
  pool.close();
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor(share * latencies.length)] as number;
  return {
    joined,
    requestsPerSecond: Math.round(latencies.length / secondsEach),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    rowsPerRun: latencies.length / runs.size,
  };
}

export function batchingPage(rows: readonly BatchingRow[]): string {
  const lines = rows.map(({ joined, requestsPerSecond, p50Ms, p99Ms, rowsPerRun }) =>
    [
      joined ? 'requests share runs'.padEnd(28) : 'each request its own run'.padEnd(28),
      String(requestsPerSecond).padStart(10),
      p50Ms.toFixed(2).padStart(10),
      p99Ms.toFixed(2).padStart(10),
      rowsPerRun.toFixed(1).padStart(10),
    ].join(''),
  );
  const head = `${clients} clients, one row each`.padEnd(28);
  return [`${head}requests/s    p50 ms    p99 ms  rows/run`, ...lines, ''].join('\n');
}
