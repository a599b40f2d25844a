// A forecast of one series to be looked at: made as it would be served now, stored nowhere and graded never.

import { type Split, type StandingOverride, splitByBucket } from '../../core/index.ts';
import { type Asked, askedOf, unknownSeries } from './asked.ts';
import { partsOf } from './division.ts';
import type { ForecastRequest } from './forecast-request.ts';
import type { ProjectServing } from './project-serving.ts';
import type { ForecastAsk } from './servable.ts';
import type { ServedModel, SourcedForecast } from './served-model.ts';

export interface Preview {
  /** As it is stored. */
  readonly seriesId: string;
  readonly served: ServedModel;
  readonly cutoff: number;
  /** What the version was asked, with what was known ahead. */
  readonly ask: ForecastAsk;
  readonly forecast: SourcedForecast;
  /** What stands in place of its means, by period; undefined = nothing does. */
  readonly overrides?: ReadonlyMap<number, StandingOverride> | undefined;
}

/**
 * The forecast that who asks for the series now would be answered with.
 * @param request of one series
 * @throws AppError `serving/unknown-series`, `serving/not-trained`, `serving/horizon-too-long`, `serving/invalid-levels`,
 * `serving/invalid-future`
 * Cost: one forecast.
 */
export function previewOf(
  serving: ProjectServing,
  request: ForecastRequest,
  split: Split = splitByBucket,
): Preview {
  const seriesId = request.series?.[0] ?? '';
  const [part] = partsOf(serving, request, { version: undefined, split });
  const asked: Asked = askedOf(request, {
    part: { ...part, series: [seriesId] },
    serving,
    until: undefined,
    asker: {},
    seriesCount: 1,
    seriesMax: 1,
  });
  const { served, plans } = asked;
  const { cutoff } = asked.bases[0] as Asked['bases'][number];
  const future = served.model.knownColumns === undefined ? undefined : plans.of(seriesId, cutoff);
  const ask = future === undefined ? asked.ask : { ...asked.ask, future: future.values };
  const forecast = served.forecast(seriesId, cutoff, ask);
  if (forecast === undefined) throw unknownSeries(asked, [seriesId]);
  return { seriesId, served, cutoff, ask, forecast };
}
