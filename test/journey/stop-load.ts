// A server that is told to stop while clients with kept-alive connections ask it: what became of their requests.

import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerStart, startServer } from './server-process.ts';

export interface StopOutcome {
  readonly answered: number;
  /** Sent, and then the connection was cut, or the answer was an error. */
  readonly failed: readonly string[];
  /** Not sent: the port was closed. */
  readonly refused: number;
  /** From the signal to the end of the process. */
  readonly stopMs: number;
  readonly code: number | null;
}

export interface StopLoad {
  readonly clients: number;
  /** Under load before the signal. */
  readonly runMs: number;
  readonly series: readonly string[];
  /** Days that observations are sent for. */
  readonly dates: readonly string[];
}

/** Configuration of the project that is asked. */
export function stopConfig(): object {
  const columns = { series: 'item', time: 'date', target: 'units' };
  const rest = { frequency: 'day', horizonSteps: 14, seasons: [7], gaps: 'missing', retrainEveryPeriods: 0 };
  return { projects: { shop: { ...rest, columns, models: ['naive'] } } };
}

const headers = { 'content-type': 'application/json' };

/** Starts the server of `folder`, loads it, sends SIGTERM, and lets the clients go on until their port is closed. */
export async function stopUnderLoad(
  folder: string,
  load: StopLoad,
  start: ServerStart = {},
): Promise<StopOutcome> {
  const server = await startServer(folder, start);
  await untilReady(server.url, load);
  const failed: string[] = [];
  let answered = 0;
  let refused = 0;
  const client = async (k: number): Promise<void> => {
    for (let n = 0; ; n++) {
      try {
        const [path, body] = requestOf(load, k, n);
        const answer = await fetch(`${server.url}/v1/projects/shop/${path}`, {
          method: 'POST',
          headers,
          body: JSON.stringify(body),
        });
        const text = await answer.text();
        if (answer.status === 200) answered++;
        else failed.push(`${path} ${answer.status} ${text.slice(0, 300)}`);
      } catch (error) {
        const { code, message } = (error as Error).cause as NodeJS.ErrnoException;
        if (code === 'ECONNREFUSED') {
          refused++;
          return;
        }
        failed.push(`${code ?? message}`);
      }
    }
  };
  const clients = Array.from({ length: load.clients }, (_, k) => client(k));
  await sleep(load.runMs);
  const begin = performance.now();
  const code = await server.stop();
  const stopMs = performance.now() - begin;
  await Promise.all(clients);
  return { answered, failed, refused, stopMs, code };
}

/** Every process is asked: connections go to each in turn. */
async function untilReady(url: string, load: StopLoad): Promise<void> {
  for (let ready = 0; ready < 8; ) {
    const [path, body] = requestOf(load, 0, ready);
    const { status } = await fetch(`${url}/v1/projects/shop/${path}`, {
      method: 'POST',
      headers: { ...headers, connection: 'close' },
      body: JSON.stringify(body),
    });
    ready = status === 200 ? ready + 1 : 0;
    await sleep(5);
  }
}

/** One client in four sends observations, the others ask for forecasts. */
function requestOf({ series, dates }: StopLoad, k: number, n: number): [path: string, body: unknown] {
  const item = series[n % series.length];
  if (k % 4 !== 3) return ['forecast', { series: [item], horizon: 1 + (n % 14) }];
  return ['observations', [{ item, date: dates[n % dates.length], units: n % 50 }]];
}
