// The season's side of HTTP: the public client over a `fetch` that counts. A request that fails is counted as failed and
// never retried.

import { AlmanacClient, type Forecast, type IngestResult, type Job } from '../../interfaces/client/index.ts';
import type { PlannedRow, SentRow } from './dirt.ts';
import type { SeasonAccuracy, Tally } from './season-types.ts';

export const projectName = 'warehouse';

/** Most jobs and events of one look; a season has a dozen. */
const listMax = 1000;

export class SeasonApi {
  readonly #client: AlmanacClient;
  readonly #tally: Tally;

  constructor(options: { url: string; fetch: typeof fetch; tally: Tally }) {
    this.#tally = options.tally;
    this.#client = new AlmanacClient({
      baseUrl: options.url,
      fetch: countingFetch(options.fetch, options.tally),
    });
  }

  /**
   * Sends rows of a feed.
   * @param closedThrough the day that is over with these rows; absent = they say nothing of that
   */
  async observe(
    rows: readonly SentRow[],
    key: string,
    { feed, closedThrough }: { feed: string; closedThrough?: string },
  ): Promise<IngestResult> {
    const answer = await this.#client.observe(
      projectName,
      rows.map((row) => ({ ...row })),
      { idempotencyKey: key, feed, ...(closedThrough === undefined ? {} : { closedThrough }) },
    );
    if (!answer.replayed) {
      this.#tally.observationsAccepted += answer.accepted;
      this.#tally.observationsQuarantined += answer.quarantined;
      this.#tally.observationsDuplicate += answer.duplicates;
    }
    return answer;
  }

  /** Forecasts for the series named, or all; remembers every prediction it was given. */
  async forecast(series?: readonly string[]): Promise<Forecast> {
    const answer = await this.#client.forecast(
      projectName,
      series === undefined ? {} : { series: [...series] },
    );
    for (const forecast of answer.forecasts) this.#tally.predictionIds.push(forecast.predictionId);
    return answer;
  }

  /** Says ahead what things will cost and what is on offer. */
  async plan(rows: readonly PlannedRow[], key: string): Promise<void> {
    await this.#client.observe(
      projectName,
      rows.map((row) => ({ ...row, units: null })),
      { idempotencyKey: key, feed: 'price-list' },
    );
  }

  /** @param days ISO dates */
  async override(
    series: string,
    days: readonly string[],
    said: { percent: number; reason: string },
  ): Promise<void> {
    const { percent, reason } = said;
    const periods = days.map((timestamp) => ({ timestamp, percent }));
    await this.#client.override(projectName, { series, periods, reason });
  }

  async train(): Promise<string> {
    const { jobId } = await this.#client.train(projectName, { reason: 'first training of the demo' });
    return jobId;
  }

  job(id: string): Promise<Job> {
    return this.#client.job(id);
  }

  /** Trainings so far, newest first. */
  async trainings(): Promise<readonly Job[]> {
    const jobs = await this.#client.jobs({ project: projectName, limit: listMax });
    return jobs.filter((job) => job.pipeline === 'train');
  }

  /** @param window first and last day forecast, ISO dates */
  async accuracy(window: { from?: string; to?: string } = {}): Promise<SeasonAccuracy> {
    const { overall, baseline } = await this.#client.accuracy(projectName, window);
    return {
      n: overall.metrics.n,
      // On the labels where both can be had, so that the two figures compare.
      wape: baseline.predictions.wape ?? overall.metrics.wape,
      naiveWape: baseline.metrics.wape,
      labelCoverage: overall.labelCoverage,
      labelsJoined: overall.labelsJoined,
      inside80: overall.metrics.intervalCoverage['0.8']?.share ?? null,
    };
  }

  /** Number of the version that serves; 0 = none yet. */
  async servingVersion(): Promise<number> {
    const { status } = await this.#client.project(projectName);
    return status.version?.number ?? 0;
  }

  /** True when the server still has the prediction. */
  async hasPrediction(id: string): Promise<boolean> {
    try {
      return (await this.#client.prediction(id)).id === id;
    } catch {
      return false;
    }
  }
}

/** Counts what is sent, and what does not come back well: no answer, or one that is not a success. */
function countingFetch(send: typeof fetch, tally: Tally): typeof fetch {
  return async (...request) => {
    tally.requests += 1;
    try {
      const response = await send(...request);
      if (!response.ok) tally.failedRequests += 1;
      return response;
    } catch (error) {
      tally.failedRequests += 1;
      throw error;
    }
  };
}
