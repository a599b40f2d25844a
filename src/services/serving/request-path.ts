// One request from what is asked to what is answered: forecasts that are held, the others computed in turns with other
// requests, and all of them durable before they are given.

import { AppError, type Clock, type ForecastPurpose, type IdSource, purposeOf } from '../../core/index.ts';
import type { PredictionRecord } from '../../storage/ports/index.ts';
import { adaptFor } from './adaptation.ts';
import { type Asker, abandoned } from './asker.ts';
import { deadlineExceeded, type FairQueue } from './fair-queue.ts';
import { answeredOf, type Basis, type HeldForecast, type Variant } from './forecast-cache.ts';
import { askOf, checkSize, type ForecastRequest } from './forecast-request.ts';
import type { AnsweredForecast, ForecastAnswer } from './forecast-response.ts';
import { FuturePlans, type FuturePlansOptions } from './future-plans.ts';
import type { PredictionLog } from './prediction-log.ts';
import type { ProjectServing } from './project-serving.ts';
import type { ForecastAsk } from './servable.ts';
import type { ServedModel } from './served-model.ts';
import type { ServingTimers } from './timers.ts';

export interface RequestPathOptions {
  readonly log: PredictionLog;
  readonly queue: FairQueue;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly timers: ServingTimers;
  /** Series of one request at most. */
  readonly forecastSeriesMax: number;
}

/** Who asks, and whom: by number a version that is loaded; default: the one that serves. */
export interface AskedOf extends Asker {
  readonly version?: number;
}

/** What one request is about; taken once, so that rows and swaps that come meanwhile do not change it. */
interface Asked {
  readonly serving: ProjectServing;
  readonly served: ServedModel;
  readonly arm: Arm;
  readonly degraded: string | undefined;
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

/**
 * Who answers: the version that the alias names, one that serves in its place, the one before it, asked by its number, or the
 * baseline while there is none.
 */
type Arm = 'champion' | 'stand-in' | 'previous' | 'baseline';

/** Version id of answers given while there is no champion. */
const noVersion = 'baseline';
/** A request for more series than this would push out what small requests ask for: it is not kept. */
const keptSeriesMax = 1000;
/** Series made ready ahead of requests after new rows, at most. */
const aheadMax = 2000;
const unknownShown = 5;

export class RequestPath {
  readonly #options: RequestPathOptions;

  constructor(options: RequestPathOptions) {
    this.#options = options;
  }

  /** @throws AppError see `Serving.answer` */
  async answer(serving: ProjectServing, request: ForecastRequest, by: AskedOf = {}): Promise<ForecastAnswer> {
    const { asked, held } = ofKnown(await this.#held(this.#asked(serving, request, by)));
    if (by.isGone?.()) throw abandoned();
    const answered = this.#given(asked, held);
    await this.#durable(held, asked.until);
    serving.remember(request);
    const { served, arm, degraded, purpose, bases, ask } = asked;
    const { project, version } = served;
    return {
      requestId: answered.requestId,
      model: { name: project.name, version: version?.number ?? 0, arm },
      grid: project.grid,
      cutoff: bases.reduce((oldest, { cutoff }) => Math.min(oldest, cutoff), Number.POSITIVE_INFINITY),
      levels: ask.levels,
      forecasts: answered.forecasts,
      missingCovariates: missingOf(held, served.model.knownColumns),
      degraded,
      purpose,
    };
  }

  /** Computes again, while nobody waits, what was asked for before rows made it too old. */
  async makeReady(serving: ProjectServing): Promise<void> {
    const { current: served, memory } = serving;
    const cache = memory.cacheOf(served);
    const { calibration } = memory.levelsOf(served);
    const basisOf = basesOf(serving, served);
    const wanted = cache
      .wanted((seriesId) => basisOf(seriesId), aheadMax)
      .filter(({ seriesId }) => served.knows(seriesId));
    await this.#options.queue.run({
      count: wanted.length,
      background: true,
      step: (i) => {
        const { seriesId, variant } = wanted[i] as (typeof wanted)[number];
        // Newer levels have come, or another version: their own round makes it ready.
        if (serving.current !== served || memory.levelsOf(served).calibration !== calibration) return;
        const basis = basisOf(seriesId);
        if (cache.peek(seriesId, variant, basis) !== undefined) return;
        const { horizon, levels } = variant;
        const of = { horizon, seriesIds: [seriesId], cutoffs: [basis.cutoff], future: undefined };
        const ask = adapted({ horizon, levels }, serving, served);
        const held = this.#compute({ served, ask, plans: plansOf(served, of) }, seriesId, basis);
        if (held !== undefined) cache.put(seriesId, variant, held, { ahead: true });
      },
    });
  }

  #asked(serving: ProjectServing, request: ForecastRequest, by: AskedOf): Asked {
    const { project, current } = serving;
    const served = by.version === undefined ? current : serving.loaded(by.version);
    const arm = armOf(serving, served);
    const degraded = arm === 'previous' ? undefined : serving.degraded;
    const purpose = purposeOf(request.purpose, { ownPlans: request.future !== undefined });
    const { timers, forecastSeriesMax } = this.#options;
    const ask = adapted(askOf(project, request, served.model.levels), serving, served);
    const seriesIds = seriesOf({ serving, served }, request);
    checkSize(seriesIds.length, ask.horizon, forecastSeriesMax);
    const bases = seriesIds.map(basesOf(serving, served));
    const { horizon } = ask;
    const cutoffs = bases.map(({ cutoff }) => cutoff);
    const plans = plansOf(served, { horizon, seriesIds, cutoffs, future: request.future });
    const until = request.timeoutMs === undefined ? undefined : timers.elapsedMs() + request.timeoutMs;
    const isNamed = request.series !== undefined;
    return {
      serving,
      served,
      arm,
      degraded,
      purpose,
      ask,
      plans,
      seriesIds,
      isNamed,
      bases,
      until,
      asker: by,
    };
  }

  /** The forecast of each series, from the cache or computed. */
  async #held(asked: Asked): Promise<{ asked: Asked; held: (HeldForecast | undefined)[] }> {
    const { serving, served, arm, purpose, ask, plans, seriesIds, bases } = asked;
    const cache = serving.memory.cacheOf(served);
    const keep = seriesIds.length <= keptSeriesMax;
    // A forecast that is graded is never given out as one that is not, nor that of one arm as that of another.
    const base = `${arm}|${purpose}|${ask.horizon}|${ask.levels.join()}|`;
    const variantOf = (seriesId: string): Variant => {
      const own = plans.keyOf(seriesId);
      const { horizon, levels } = ask;
      return { key: base + own, horizon, levels, repeatable: own === '' && purpose === 'served' };
    };
    const held: (HeldForecast | undefined)[] = new Array(seriesIds.length);
    const missing: number[] = [];
    for (const [i, seriesId] of seriesIds.entries()) {
      const known = cache.get(seriesId, variantOf(seriesId), bases[i] as Basis);
      if (known === undefined) missing.push(i);
      else held[i] = known;
    }
    if (missing.length === 0) return { asked, held };
    const unknown: string[] = [];
    await this.#options.queue.run({
      count: missing.length,
      until: asked.until,
      isGone: asked.asker.isGone,
      step: (m) => {
        const i = missing[m] as number;
        const seriesId = seriesIds[i] as string;
        const variant = variantOf(seriesId);
        const basis = bases[i] as Basis;
        // Another request may have had it computed meanwhile.
        const known = cache.peek(seriesId, variant, basis);
        const forecast = known ?? this.#compute(asked, seriesId, basis);
        if (forecast === undefined) {
          unknown.push(seriesId);
          return;
        }
        held[i] = forecast;
        // Rows that came meanwhile have made it too old for others.
        if (keep && basis.cutoff === served.cutoffOf(seriesId)) cache.put(seriesId, variant, forecast);
      },
    });
    if (unknown.length > 0 && (asked.isNamed || unknown.length === seriesIds.length))
      throw unknownSeries(asked, unknown);
    return { asked, held };
  }

  #compute(
    { served, ask, plans }: Pick<Asked, 'served' | 'ask' | 'plans'>,
    seriesId: string,
    basis: Basis,
  ): HeldForecast | undefined {
    const future = served.model.knownColumns === undefined ? undefined : plans.of(seriesId, basis.cutoff);
    const told = future ? { ...ask, future: future.values } : ask;
    const forecast = served.forecast(seriesId, basis.cutoff, told);
    if (forecast === undefined) return undefined;
    return {
      basis,
      forecast,
      missing: future?.missing ?? [],
      covariates: forecast.source === 'model' ? future?.record : undefined,
      madeAt: this.#options.clock.now(),
      told,
      answered: undefined,
      storing: undefined,
    };
  }

  /** Gives each forecast that nobody was given yet an id, and begins to store it. */
  #given(
    asked: Asked,
    held: readonly HeldForecast[],
  ): { requestId: string; forecasts: readonly AnsweredForecast[] } {
    const { ids, log } = this.#options;
    const requestId = asked.asker.requestId ?? ids.next('req');
    const fresh: HeldForecast[] = [];
    const records: PredictionRecord[] = [];
    for (const [i, forecast] of held.entries()) {
      if (forecast.answered !== undefined) continue;
      const seriesId = asked.seriesIds[i] as string;
      const record = recordOf(asked, { held: forecast, seriesId, requestId, id: ids.next('prd') });
      forecast.answered = answeredOf(forecast, record);
      forecast.told = undefined;
      fresh.push(forecast);
      records.push(record);
    }
    if (records.length > 0) follow(fresh, log.append(records));
    return { requestId, forecasts: held.map(({ answered }) => answered as AnsweredForecast) };
  }

  /** Resolves when all of them are stored. */
  async #durable(held: readonly HeldForecast[], until: number | undefined): Promise<void> {
    const writes = new Set<Promise<void>>();
    for (const { storing } of held) if (storing !== undefined) writes.add(storing);
    if (writes.size === 0) return;
    const all = writes.size === 1 ? ([...writes][0] as Promise<void>) : Promise.all(writes).then(() => {});
    await (until === undefined ? all : inTime(all, until, this.#options.timers));
  }
}

/** Without the series of which rows have come and not one value is known: who asks for all of them gets the others. */
function ofKnown(all: { asked: Asked; held: readonly (HeldForecast | undefined)[] }): {
  asked: Asked;
  held: readonly HeldForecast[];
} {
  const held = all.held.filter((forecast) => forecast !== undefined);
  if (held.length === all.held.length) return { asked: all.asked, held };
  const isKnown = (_: unknown, i: number): boolean => all.held[i] !== undefined;
  const { seriesIds, bases } = all.asked;
  return {
    asked: { ...all.asked, seriesIds: seriesIds.filter(isKnown), bases: bases.filter(isKnown) },
    held,
  };
}

/** A failed write leaves the forecasts unstored: whoever asks next has them stored under another id. */
function follow(fresh: readonly HeldForecast[], write: Promise<void>): void {
  for (const forecast of fresh) forecast.storing = write;
  write.then(
    () => {
      for (const forecast of fresh) forecast.storing = undefined;
    },
    () => {
      for (const forecast of fresh) {
        forecast.storing = undefined;
        forecast.answered = undefined;
      }
    },
  );
}

function recordOf(
  { served, arm, purpose, ask, seriesIds }: Asked,
  of: { held: HeldForecast; seriesId: string; requestId: string; id: string },
): PredictionRecord {
  const { held, seriesId, requestId, id } = of;
  const { forecast, basis, madeAt, covariates } = held;
  const { versionId, cutoff } = basis;
  const { mean, quantiles, source, adapted: levelsAsked } = forecast;
  const sampled = served.sample({ id, seriesId, cutoff, source, count: seriesIds.length }, held.told ?? ask);
  return {
    id,
    requestId,
    project: served.project.name,
    seriesId,
    versionId,
    arm,
    purpose,
    source,
    cutoff,
    madeAt,
    levels: ask.levels,
    mean,
    quantiles,
    ...(covariates === undefined ? {} : { covariates }),
    ...(levelsAsked === undefined ? {} : { adapted: levelsAsked }),
    ...sampled,
  };
}

/** @throws AppError `serving/deadline-exceeded` when the time is over first */
async function inTime(work: Promise<void>, until: number, timers: ServingTimers): Promise<void> {
  const leftMs = until - timers.elapsedMs();
  let handle: unknown;
  const late = new Promise<never>((_resolve, reject) => {
    handle = timers.setTimeout(() => reject(deadlineExceeded()), Math.max(0, leftMs));
  });
  try {
    await Promise.race([work, late]);
  } finally {
    timers.clearTimeout(handle);
  }
}

/** What a series is forecast from now. Series are closed by day or week: few cutoffs are distinct. */
function basesOf({ memory }: ProjectServing, served: ServedModel): (seriesId: string) => Basis {
  const { calibration } = memory.levelsOf(served);
  const versionId = served.version?.id ?? noVersion;
  let last: Basis | undefined;
  return (seriesId) => {
    const cutoff = served.cutoffOf(seriesId);
    if (last?.cutoff !== cutoff) last = { versionId, cutoff, calibration };
    return last;
  };
}

/** Columns of which a forecast missed some step, in the order of the model. */
function missingOf(held: readonly HeldForecast[], columns: readonly string[] = []): readonly string[] {
  if (held.every(({ missing }) => missing.length === 0)) return [];
  const missing = new Set(held.flatMap((forecast) => forecast.missing));
  return columns.filter((name) => missing.has(name));
}

/** With the levels that are adapted to the labels of this version. */
function adapted(ask: ForecastAsk, { memory }: ProjectServing, served: ServedModel): ForecastAsk {
  const { adaptation } = memory.levelsOf(served);
  return { ...ask, adapt: adaptFor(ask.levels, adaptation) };
}

function plansOf(
  served: ServedModel,
  of: Pick<FuturePlansOptions, 'horizon' | 'seriesIds' | 'cutoffs' | 'future'>,
): FuturePlans {
  const { project, covariates: planned } = served;
  return new FuturePlans(project, { ...of, columns: served.model.knownColumns ?? [], planned });
}

function armOf(serving: ProjectServing, served: ServedModel): Arm {
  if (served.version === null) return 'baseline';
  if (served !== serving.current) return 'previous';
  return serving.standsIn ? 'stand-in' : 'champion';
}

type Answering = Pick<Asked, 'serving' | 'served'>;

/** The series asked for, once each. */
function seriesOf(by: Answering, request: ForecastRequest): readonly string[] {
  const { served } = by;
  const all = request.series === undefined;
  const ids = [...new Set(request.series ?? served.seriesIds())];
  if (!Number.isFinite(served.clock) || (all && ids.length === 0)) throw notTrained(by);
  const unknown = ids.filter((id) => !served.knows(id));
  if (unknown.length > 0) throw unknownSeries(by, unknown);
  return ids;
}

function unknownSeries(by: Answering, unknown: readonly string[]): AppError {
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
