// Callers who go on asking while a new version is trained and swapped in: what makes "no failed request" mean something.

import type { SeasonApi } from './season-api.ts';
import type { Tally } from './season-types.ts';

const callers = 2;
/** Between two calls of one caller: a steady load that leaves the training its cores. */
const pauseMs = 10;

export interface CallOptions {
  readonly api: SeasonApi;
  /** Asked for in turn. */
  readonly series: readonly string[];
  readonly tally: Tally;
  sleep(ms: number): Promise<void>;
}

/**
 * Forecasts one series after the other, from two callers at once, until `isDone`. A request that fails is counted by
 * the API's tally and ends nothing.
 * @returns requests answered
 */
export async function callUntil(isDone: () => boolean, options: CallOptions): Promise<number> {
  const { api, series, tally, sleep } = options;
  let answered = 0;
  const call = async (first: number): Promise<void> => {
    for (let i = first; !isDone(); i += callers) {
      tally.backgroundRequests += 1;
      try {
        await api.forecast([series[i % series.length] as string]);
        answered += 1;
      } catch {
        // Counted as failed where it was sent.
      }
      await sleep(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  return answered;
}
