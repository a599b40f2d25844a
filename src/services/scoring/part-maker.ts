// Makes one part: forecasts of its series into columns, logged first when that was asked for.

import { AppError } from '../../core/index.ts';
import type { PredictionRecord, PredictionStore } from '../../storage/ports/index.ts';
import type { RequestTable } from '../data/index.ts';
import type { ForecastAsk, FutureColumns, PinnedForecast, PinnedForecasts } from '../serving/index.ts';
import type { ForecastBlock, SeriesOfBlock } from './forecast-block.ts';
import type { PartFacts } from './parts.ts';
import type { PinnedOverrides } from './pinned-overrides.ts';
import type { ScoringPlan } from './scoring-plan.ts';

export interface PartMakerOptions {
  readonly plan: ScoringPlan;
  readonly key: string;
  readonly requests: RequestTable | null;
  readonly forecasts: PinnedForecasts;
  readonly ask: ForecastAsk;
  readonly overrides: PinnedOverrides;
  readonly store: Pick<PredictionStore, 'appendPredictions'>;
}

/** Series between two reports of progress. */
const reportEvery = 256;
/** Predictions of one write: other writers of the store wait for no more than that. */
const recordsPerWrite = 512;
const examplesMax = 5;
/** What predictions made here are marked with. */
const arm = 'batch';

export class PartMaker {
  readonly #options: PartMakerOptions;

  constructor(options: PartMakerOptions) {
    this.#options = options;
  }

  /** @throws AppError `serving/unknown-series` for a series that was asked for by name, unless those are skipped */
  refuseUnknown(seriesIds: readonly string[]): void {
    const { plan, forecasts } = this.#options;
    if (plan.requests === null || plan.unknown === 'skip') return;
    const unknown = seriesIds.filter((id) => !forecasts.knows(id));
    if (unknown.length > 0) throw unknownSeries(plan, unknown);
  }

  /**
   * @param part its number, from 0
   * @param onSeries told now and then how many more series are done
   */
  async make(
    part: number,
    seriesIds: readonly string[],
    onSeries: (count: number) => void,
  ): Promise<{ block: ForecastBlock; facts: PartFacts }> {
    const { plan, ask } = this.#options;
    const { horizon, levels } = ask;
    const { made, skipped, missing } = this.#forecast(part, seriesIds, onSeries);
    if (plan.log) await this.#log(made);
    const rows = made.length * horizon;
    const values = new Float64Array((1 + levels.length) * rows);
    for (const [i, { forecast }] of made.entries()) {
      values.set(forecast.mean, i * horizon);
      for (let l = 0; l < levels.length; l++)
        values.set(forecast.quantiles.subarray(l * horizon, (l + 1) * horizon), (1 + l) * rows + i * horizon);
    }
    const overridden = this.#overridden(made, horizon);
    const { version } = this.#options.forecasts;
    const { grid } = plan.project;
    const series = made.map(({ about }) => about);
    return {
      block: { grid, version, horizon, levels, series, values, overridden },
      facts: {
        series: series.length,
        rows,
        baseline: series.filter(({ source }) => source !== 'model').length,
        skipped: skipped.length,
        skippedExamples: skipped.slice(0, examplesMax),
        missing: [...missing],
      },
    };
  }

  /** What people say of each row, in the order of the block. */
  #overridden(made: readonly Made[], horizon: number): Float64Array {
    const overridden = new Float64Array(made.length * horizon).fill(Number.NaN);
    for (const [i, { about }] of made.entries())
      for (const [period, value] of this.#options.overrides.get(about.id) ?? []) {
        const k = period - about.cutoff - 1;
        if (k >= 0 && k < horizon) overridden[i * horizon + k] = value;
      }
    return overridden;
  }

  #forecast(
    part: number,
    seriesIds: readonly string[],
    onSeries: (count: number) => void,
  ): { made: Made[]; skipped: string[]; missing: Set<string> } {
    const { plan, forecasts, ask } = this.#options;
    const missing = new Set<string>();
    const made: Made[] = [];
    const skipped: string[] = [];
    const future = this.#futureOf(part, seriesIds);
    let i = 0;
    for (const forecast of forecasts.forecasts({ seriesIds, ask, future })) {
      const id = seriesIds[i] as string;
      if (forecast === undefined) skipped.push(id);
      else {
        for (const name of forecast.missing) missing.add(name);
        const predictionId = plan.log ? this.#predictionId(part * plan.seriesPerPart + i) : null;
        made.push({
          about: {
            id,
            cutoff: forecast.cutoff,
            source: forecast.source,
            reason: forecast.reason,
            predictionId,
          },
          forecast,
        });
      }
      i++;
      if (i % reportEvery === 0) onSeries(reportEvery);
    }
    onSeries(i % reportEvery);
    if (skipped.length > 0 && plan.requests !== null && plan.unknown === 'refuse')
      throw unknownSeries(plan, skipped);
    return { made, skipped, missing };
  }

  /** The plans of the request file for these series; undefined when it has none. */
  #futureOf(part: number, seriesIds: readonly string[]): Readonly<Record<string, FutureColumns>> | undefined {
    const { requests, plan, forecasts } = this.#options;
    const { from, to } = plan.periods;
    const span = to - from + 1;
    if (requests === null || requests.columns.length === 0) return undefined;
    const first = part * plan.seriesPerPart;
    return Object.fromEntries(
      seriesIds.map((id, i): [string, FutureColumns] => [
        id,
        Object.fromEntries(
          requests.columns.map(({ name, values, labels }) => {
            const begin = forecasts.cutoffOf(id) + 1 - from;
            const cells = Array.from({ length: plan.horizon }, (_, k) => {
              const step = begin + k;
              const isHeld = step >= 0 && step < span;
              const value = isHeld ? (values[(first + i) * span + step] as number) : Number.NaN;
              return Number.isNaN(value) ? null : labels === null ? value : (labels[value] ?? null);
            });
            return [name, cells];
          }),
        ),
      ]),
    );
  }

  /** The same for the same plan and series, so that a part that is made again logs nothing twice. */
  #predictionId(index: number): string {
    return `prd_${this.#options.key.slice(0, 16)}${index.toString(16).padStart(10, '0')}`;
  }

  async #log(made: readonly Made[]): Promise<void> {
    const { plan, key, ask, store } = this.#options;
    const records = made.map(
      ({ about, forecast }): PredictionRecord => ({
        id: about.predictionId as string,
        requestId: `req_${key.slice(0, 26)}`,
        project: plan.project.name,
        seriesId: about.id,
        versionId: plan.versionId ?? 'baseline',
        arm,
        // What is to be logged is to be graded: its plans are meant.
        purpose: 'served',
        source: about.source,
        cutoff: about.cutoff,
        madeAt: plan.madeAt,
        levels: ask.levels,
        mean: forecast.mean,
        quantiles: forecast.quantiles,
        covariates: forecast.covariates,
        adapted: forecast.adapted,
      }),
    );
    for (let from = 0; from < records.length; from += recordsPerWrite)
      await store.appendPredictions(records.slice(from, from + recordsPerWrite));
  }
}

interface Made {
  readonly about: SeriesOfBlock;
  readonly forecast: PinnedForecast;
}

function unknownSeries({ project }: ScoringPlan, unknown: readonly string[]): AppError {
  const shown = unknown.slice(0, examplesMax).map((id) => id.slice(0, 100));
  const names = shown.map((id) => JSON.stringify(id)).join(', ');
  const more = unknown.length > shown.length ? ` and ${unknown.length - shown.length} more` : '';
  return new AppError(
    'serving/unknown-series',
    `nothing is known of series ${names}${more} in project "${project.name}": send observations first, or leave them out with --skip-unknown (\`unknown=skip\`)`,
    { details: { series: shown, count: unknown.length } },
  );
}
