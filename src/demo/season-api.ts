// The season's side of HTTP: every request is counted, and one that fails is counted as failed, never retried.

import type { SentRow } from './dirt.ts';
import type { SeasonAccuracy, Tally } from './season-types.ts';

export const projectName = 'warehouse';

interface ObservationsAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly replayed: boolean;
  readonly quarantinedByCode: Readonly<Record<string, number>>;
}

export interface ForecastAnswer {
  readonly model: { readonly version: number };
  readonly cutoffAt: string;
  readonly forecasts: readonly {
    readonly series: string;
    readonly predictionId: string;
    readonly steps: readonly { readonly mean: number }[];
  }[];
}

export interface JobAnswer {
  readonly id: string;
  readonly pipeline: string;
  readonly state: string;
  readonly progress: { readonly fraction: number; readonly message: string };
  readonly results: Readonly<Record<string, unknown>>;
  readonly error: string | null;
}

interface FigureAnswer {
  readonly labelsJoined: number;
  readonly labelCoverage: number | null;
  readonly metrics: {
    readonly n: number;
    readonly wape: number | null;
    readonly intervalCoverage: Readonly<Record<string, { readonly share: number }>>;
  };
}

interface AccuracyAnswer {
  readonly overall: FigureAnswer;
  readonly baseline: {
    readonly metrics: { readonly wape: number | null };
    readonly predictions: { readonly wape: number | null };
  };
}

export class SeasonApi {
  readonly #url: string;
  readonly #fetch: typeof fetch;
  readonly #tally: Tally;

  constructor(options: { url: string; fetch: typeof fetch; tally: Tally }) {
    this.#url = `${options.url}/v1`;
    this.#fetch = options.fetch;
    this.#tally = options.tally;
  }

  /** Sends one day's rows. */
  async observe(rows: readonly SentRow[], key: string): Promise<ObservationsAnswer> {
    const answer = await this.#call<ObservationsAnswer>(`/projects/${projectName}/observations`, {
      body: rows,
      headers: { 'idempotency-key': key },
    });
    if (!answer.replayed) {
      this.#tally.observationsAccepted += answer.accepted;
      this.#tally.observationsQuarantined += answer.quarantined;
      this.#tally.observationsDuplicate += answer.duplicates;
    }
    return answer;
  }

  /** Forecasts for the series named, or all; remembers every prediction it was given. */
  async forecast(series?: readonly string[]): Promise<ForecastAnswer> {
    const body = series === undefined ? {} : { series };
    const answer = await this.#call<ForecastAnswer>(`/projects/${projectName}/forecast`, { body });
    this.#tally.forecastRequests += 1;
    for (const forecast of answer.forecasts) this.#tally.predictionIds.push(forecast.predictionId);
    return answer;
  }

  async train(): Promise<string> {
    const answer = await this.#call<{ jobId: string }>(`/projects/${projectName}/train`, { body: {} });
    return answer.jobId;
  }

  job(id: string): Promise<JobAnswer> {
    return this.#call<JobAnswer>(`/jobs/${id}`);
  }

  async trainings(): Promise<readonly JobAnswer[]> {
    const { items } = await this.#call<{ items: readonly JobAnswer[] }>(
      `/jobs?project=${projectName}&limit=100`,
    );
    return items.filter((job) => job.pipeline === 'train');
  }

  async accuracy(window: { fromPeriod?: number; toPeriod?: number } = {}): Promise<SeasonAccuracy> {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(window)) query.set(key, String(value));
    const { overall, baseline } = await this.#call<AccuracyAnswer>(
      `/projects/${projectName}/accuracy?${query}`,
    );
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

  /** True when the server still has the prediction. */
  async hasPrediction(id: string): Promise<boolean> {
    const response = await this.#fetch(`${this.#url}/predictions/${id}`);
    await response.arrayBuffer();
    return response.status === 200;
  }

  async #call<Answer>(
    path: string,
    request: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    this.#tally.requests += 1;
    const post = request.body !== undefined;
    try {
      const response = await this.#fetch(`${this.#url}${path}`, {
        method: post ? 'POST' : 'GET',
        ...(post ? { body: JSON.stringify(request.body) } : {}),
        headers: { ...(post ? { 'content-type': 'application/json' } : {}), ...request.headers },
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 500)}`);
      return JSON.parse(text) as Answer;
    } catch (error) {
      this.#tally.failedRequests += 1;
      throw error;
    }
  }
}
