// What one version is asked by a request, or by a part of it: taken once, so that rows and swaps that come meanwhile do not
// change it.

import { AppError, type ForecastPurpose, purposeOf } from '../../core/index.ts';
import { adaptFor } from './adaptation.ts';
import type { Asker } from './asker.ts';
import type { Basis } from './forecast-cache.ts';
import { askOf, checkSize, type ForecastRequest } from './forecast-request.ts';
import { FuturePlans, type FuturePlansOptions } from './future-plans.ts';
import type { Part } from './lineup.ts';
import type { ProjectServing } from './project-serving.ts';
import type { ForecastAsk } from './servable.ts';
import type { ServedModel } from './served-model.ts';

export interface Asked {
  readonly part: Part;
  /** Of the part. */
  readonly served: ServedModel;
  readonly serving: ProjectServing;
  readonly purpose: ForecastPurpose;
  readonly ask: ForecastAsk;
  readonly plans: FuturePlans;
  readonly seriesIds: readonly string[];
  /** False = all that can be forecast. */
  readonly isNamed: boolean;
  /** Of each of them; series of one cutoff share it. */
  readonly bases: readonly Basis[];
  /** `elapsedMs` by which it is to be answered. */
  readonly until: number | undefined;
  readonly asker: Asker;
}

/** Version id of answers given while there is no champion. */
const noVersion = 'baseline';
const unknownShown = 5;

/**
 * @param of.seriesCount of the whole request, where this is a part of it
 * @throws AppError `serving/unknown-series`, `serving/not-trained`, `serving/horizon-too-long`, `serving/invalid-levels`,
 * `serving/invalid-future`, `serving/request-too-large`
 */
export function askedOf(
  request: ForecastRequest,
  of: Pick<Asked, 'serving' | 'until' | 'asker'> & {
    readonly part: Part;
    readonly seriesCount: number | undefined;
    readonly seriesMax: number;
  },
): Asked {
  const { serving, part, until, asker, seriesMax } = of;
  const { served } = part;
  const purpose = purposeOf(request.purpose, { ownPlans: request.future !== undefined });
  const ask = adapted(askOf(serving.project, request, served.model.levels), serving, served);
  const seriesIds = seriesOf({ serving, served }, part.series ?? request.series);
  const { horizon } = ask;
  checkSize(of.seriesCount ?? seriesIds.length, horizon, seriesMax);
  const bases = seriesIds.map(basesOf(serving, served));
  const cutoffs = bases.map(({ cutoff }) => cutoff);
  const plans = plansOf(served, { horizon, seriesIds, cutoffs, future: request.future });
  const isNamed = request.series !== undefined;
  return { part, served, serving, purpose, ask, plans, seriesIds, isNamed, bases, until, asker };
}

/** What a series is forecast from now. Series are closed by day or week: few cutoffs are distinct. */
export function basesOf({ memory }: ProjectServing, served: ServedModel): (seriesId: string) => Basis {
  const { calibration } = memory.levelsOf(served);
  const versionId = served.version?.id ?? noVersion;
  let last: Basis | undefined;
  return (seriesId) => {
    const cutoff = served.cutoffOf(seriesId);
    if (last?.cutoff !== cutoff) last = { versionId, cutoff, calibration };
    return last;
  };
}

/** With the levels that are adapted to the labels of this version. */
export function adapted(ask: ForecastAsk, { memory }: ProjectServing, served: ServedModel): ForecastAsk {
  const { adaptation } = memory.levelsOf(served);
  return { ...ask, adapt: adaptFor(ask.levels, adaptation) };
}

export function plansOf(
  served: ServedModel,
  of: Pick<FuturePlansOptions, 'horizon' | 'seriesIds' | 'cutoffs' | 'future'>,
): FuturePlans {
  const { project, covariates: planned } = served;
  return new FuturePlans(project, { ...of, columns: served.model.knownColumns ?? [], planned });
}

type Answering = Pick<Asked, 'serving' | 'served'>;

/** The series asked for, once each. */
function seriesOf(by: Answering, named: readonly string[] | undefined): readonly string[] {
  const { served } = by;
  const ids = [...new Set(named ?? served.seriesIds())];
  if (!Number.isFinite(served.clock) || (named === undefined && ids.length === 0)) throw notTrained(by);
  const unknown = ids.filter((id) => !served.knows(id));
  if (unknown.length > 0) throw unknownSeries(by, unknown);
  return ids;
}

export function unknownSeries(by: Answering, unknown: readonly string[]): AppError {
  const { served } = by;
  if (!served.version && served.seriesCount === 0 && !Number.isFinite(served.clock)) return notTrained(by);
  const shown = unknown.slice(0, unknownShown);
  const names = shown.map((id) => `"${id.slice(0, 100)}"`).join(', ');
  const more = unknown.length > shown.length ? ` and ${unknown.length - shown.length} more` : '';
  return new AppError(
    'serving/unknown-series',
    `nothing is known of series ${names}${more} in project "${served.project.name}": send observations first`,
    { details: { series: shown.map((id) => id.slice(0, 100)), count: unknown.length } },
  );
}

function notTrained({ serving: { project, loading, degraded } }: Answering): AppError {
  const why =
    loading ??
    degraded ??
    'it has no champion and no recent rows: send history if there is none, and train it';
  return new AppError('serving/not-trained', `project "${project.name}" cannot forecast yet: ${why}`, {
    details: { project: project.name, retryAfterSeconds: 10 },
  });
}
