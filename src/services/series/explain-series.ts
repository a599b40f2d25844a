// Why this number: what drives the forecast that a series would be answered with now.

import { foldedSeriesId, type Project } from '../../core/index.ts';
import type { ColumnPart, Driver } from '../../forecasting/models/index.ts';
import type { ForecastRequest, Preview, Serving } from '../serving/index.ts';
import type { Pause } from './slices.ts';

export interface ExplainOptions {
  readonly serving: Pick<Serving, 'preview'>;
  readonly pause: Pause;
}

export interface ExplainRequest {
  readonly series: string;
  /** As those of a forecast. */
  readonly horizon?: number | undefined;
  readonly future?: ForecastRequest['future'] | undefined;
}

export interface ExplainedSeries {
  readonly series: string;
  readonly cutoff: number;
  /** Null = the baseline answers, as nothing is trained. */
  readonly version: { readonly id: string; readonly number: number } | null;
  readonly source: 'model' | 'baseline';
  /** By its name in the catalog; null = no model made it. */
  readonly model: string | null;
  /** Shape [horizon]. */
  readonly mean: Float64Array;
  /** Together they are the mean; null = `statement` says why there are none. */
  readonly drivers: readonly { readonly driver: Driver; readonly units: Float64Array }[] | null;
  readonly columns: readonly ColumnPart[];
  /** What is to be known of it, in a sentence; null = the drivers say it all. */
  readonly statement: string | null;
}

/** Milliseconds of work between two breaths. */
const sliceMs = 5;

/**
 * Takes the forecast that would be answered now apart. It is made for this alone: stored nowhere, graded never.
 * @throws AppError `serving/unknown-series`, `serving/not-trained`, `serving/horizon-too-long`, `serving/invalid-future`
 * Cost: horizon × trees of the model over all series, a few milliseconds at a time.
 */
export async function explainSeries(
  { serving, pause }: ExplainOptions,
  project: Project,
  { series, horizon, future }: ExplainRequest,
): Promise<ExplainedSeries> {
  const seriesId = foldedSeriesId(series, project);
  const preview = serving.preview(project.name, {
    series: [seriesId],
    ...(horizon === undefined ? {} : { horizon }),
    ...(future === undefined ? {} : { future }),
  });
  const { served, cutoff, forecast, ask } = preview;
  const { source, mean } = forecast;
  const about = { series: seriesId, cutoff, version: served.version, source, mean };
  const stated = (statement: string, model: string | null = null): ExplainedSeries => ({
    ...about,
    model,
    drivers: null,
    columns: [],
    statement,
  });
  if (source === 'baseline') return stated(baselineStatement(preview));
  const steps = served.explain(seriesId, cutoff, ask);
  if (steps === undefined) return stated('The model that made this forecast has no explanation.');
  const found = await unhurried(steps, pause);
  if (found === undefined) return stated('The model that made this forecast has no explanation.');
  if (!('none' in found))
    return {
      ...about,
      model: found.model,
      drivers: found.drivers,
      columns: found.columns,
      statement: noteOf(preview),
    };
  return found.none === 'model'
    ? stated(`The model ${found.model} has no explanation.`, found.model)
    : stated(endedStatement(preview), found.model);
}

/** Reads to the end, letting others be answered between two pieces. */
async function unhurried<T>(steps: Generator<void, T, void>, { breathe, elapsedMs }: Pause): Promise<T> {
  let began = elapsedMs();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (elapsedMs() - began < sliceMs) continue;
    await breathe();
    began = elapsedMs();
  }
}

const reasons: Readonly<Record<string, string>> = {
  'new-series': 'the version that serves has not learnt this series yet',
  'no-champion': 'no version is the champion yet',
  'too-far-behind': 'the series is too far behind what the version has learnt',
};

function baselineStatement({ forecast: { reason } }: Preview): string {
  const why =
    reasons[reason ?? ''] ?? `the forecast of the model was not believable (${reason ?? 'unknown'})`;
  return `No model made this forecast, as ${why}: it repeats the last season, each step the newest known value of its phase.`;
}

function endedStatement({ forecast: { silent } }: Preview): string {
  return silent
    ? 'No row of this series has come for longer than its own rows explain, so its demand is taken as ended: nothing is expected but what others that ended still sold.'
    : 'The demand of this series has ended: it has been silent for longer than its own gaps explain, and nothing is expected but what others that ended still sold.';
}

function noteOf({ forecast: { reason } }: Preview): string | null {
  return reason === 'new-series'
    ? 'The series has no demand yet: its level is that of others with its attributes.'
    : null;
}
