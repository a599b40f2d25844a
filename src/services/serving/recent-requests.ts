// The last real requests of a project: what a version is tried with before it takes their like.

import type { ForecastRequest } from './forecast-request.ts';

const requestsMax = 256;
/** Of a larger request this many series are kept. */
const seriesMax = 32;

export class RecentRequests {
  readonly #ring: ForecastRequest[] = [];
  #next = 0;

  add(request: ForecastRequest): void {
    const { series, timeoutMs: _, ...rest } = request;
    // Plans by series would speak of series that were cut off; requests for everything say nothing of any series.
    const large = series === undefined || series.length > seriesMax;
    if (large && request.future !== undefined) return;
    this.#ring[this.#next] = large
      ? { ...rest, ...(series && { series: series.slice(0, seriesMax) }) }
      : request;
    this.#next = (this.#next + 1) % requestsMax;
  }

  /** In no particular order. */
  all(): readonly ForecastRequest[] {
    return this.#ring;
  }
}
