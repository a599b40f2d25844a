// One request from what is asked to what is answered: forecasts that are held, the others computed in turns with other
// requests, and all of them durable before they are given.

import { type Clock, type IdSource, type Split, splitByBucket } from '../../core/index.ts';
import type { PredictionRecord } from '../../storage/ports/index.ts';
import { type Asked, adapted, askedOf, basesOf, plansOf, unknownSeries } from './asked.ts';
import { type Asker, abandoned } from './asker.ts';
import { partsOf } from './division.ts';
import type { ExposureLog } from './exposure-log.ts';
import { deadlineExceeded, type FairQueue } from './fair-queue.ts';
import { answeredOf, type Basis, type HeldForecast, type Variant } from './forecast-cache.ts';
import type { ForecastRequest } from './forecast-request.ts';
import type { AnsweredForecast, ForecastAnswer } from './forecast-response.ts';
import type { GroupCommit } from './group-commit.ts';
import { joinedAnswer, type PartAnswer } from './joined-answer.ts';
import type { Part } from './lineup.ts';
import type { ProjectServing } from './project-serving.ts';
import type { ServedModel } from './served-model.ts';
import type { OverrideSource } from './sources.ts';
import type { ServingTimers } from './timers.ts';
import { withOverrides } from './with-overrides.ts';

export interface RequestPathOptions {
  readonly log: GroupCommit<PredictionRecord>;
  readonly exposures: ExposureLog;
  readonly queue: FairQueue;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly timers: ServingTimers;
  /** Series of one request at most. */
  readonly forecastSeriesMax: number;
  /** Which arm a unit has; default: by its bucket. */
  readonly split?: Split | undefined;
  /** Default: nobody overrides anything. */
  readonly overrides?: OverrideSource | undefined;
}

/** Who asks, and whom: by number a version that is loaded; default: by the routing. */
export interface AskedOf extends Asker {
  readonly version?: number;
}

/** A request for more series than this would push out what small requests ask for: it is not kept. */
const keptSeriesMax = 1000;
/** Series made ready ahead of requests after new rows, at most. */
const aheadMax = 2000;

export class RequestPath {
  readonly #options: RequestPathOptions;

  constructor(options: RequestPathOptions) {
    this.#options = options;
  }

  /** @throws AppError see `Serving.answer` */
  async answer(serving: ProjectServing, request: ForecastRequest, by: AskedOf = {}): Promise<ForecastAnswer> {
    const parts = this.#asked(serving, request, by);
    const [first] = parts;
    const held =
      parts.length === 1
        ? [ofKnown(await this.#held(first))]
        : (await Promise.all(parts.map((part) => this.#held(part)))).map(ofKnown);
    if (held.every((part) => part.held.length === 0) && first.seriesIds.length > 0)
      throw unknownSeries(first, first.seriesIds);
    if (by.isGone?.()) throw abandoned();
    const requestId = by.requestId ?? this.#options.ids.next('req');
    const answered = held.map((part) => this.#given(part, requestId));
    await this.#durable(held, { request, until: first.until });
    serving.remember(request);
    const answer = joinedAnswer(answered as [PartAnswer, ...PartAnswer[]], { requestId, request });
    return withOverrides(answer, serving.project.name, this.#options.overrides);
  }

  /** Computes again, while nobody waits, what was asked for before rows made it too old: for each version that answers. */
  async makeReady(serving: ProjectServing): Promise<void> {
    for (const served of new Set(serving.lineup.seats.map((seat) => seat.served)))
      await this.#makeReady(serving, served);
  }

  async #makeReady(serving: ProjectServing, served: ServedModel): Promise<void> {
    const { memory } = serving;
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
        // Newer levels have come, or it does not answer any more: their own round makes it ready.
        if (serving.lineup.by(served) === undefined || memory.levelsOf(served).calibration !== calibration)
          return;
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

  #asked(serving: ProjectServing, request: ForecastRequest, by: AskedOf): readonly [Asked, ...Asked[]] {
    const { timers, forecastSeriesMax: seriesMax, split = splitByBucket } = this.#options;
    const parts = partsOf(serving, request, { version: by.version, split });
    const until = request.timeoutMs === undefined ? undefined : timers.elapsedMs() + request.timeoutMs;
    const of = (part: Part, seriesCount?: number): Asked =>
      askedOf(request, { part, serving, until, asker: by, seriesCount, seriesMax });
    if (parts.length === 1) return [of(parts[0])];
    const seriesCount = parts.reduce((sum, { series = [] }) => sum + series.length, 0);
    return parts.map((part) => of(part, seriesCount)) as [Asked, ...Asked[]];
  }

  /** The forecast of each series, from the cache or computed. */
  async #held(asked: Asked): Promise<{ asked: Asked; held: (HeldForecast | undefined)[] }> {
    const { serving, served, part, purpose, ask, plans, seriesIds, bases } = asked;
    const cache = serving.memory.cacheOf(served);
    const keep = seriesIds.length <= keptSeriesMax;
    // A forecast that is graded is never given out as one that is not, nor that of one arm as that of another.
    const base = `${part.arm}|${purpose}|${ask.horizon}|${ask.levels.join()}|`;
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
    if (unknown.length > 0 && asked.isNamed) throw unknownSeries(asked, unknown);
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
  #given({ asked, held }: Held, requestId: string): PartAnswer {
    const { ids, log } = this.#options;
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
    return { asked, held, forecasts: held.map(({ answered }) => answered as AnsweredForecast) };
  }

  /** Resolves when all of them are stored, and who is shown which version. */
  async #durable(
    parts: readonly Held[],
    { request, until }: { request: ForecastRequest; until: number | undefined },
  ): Promise<void> {
    const writes = new Set<Promise<void>>();
    for (const { asked, held } of parts) {
      for (const { storing } of held) if (storing !== undefined) writes.add(storing);
      if (asked.part.exposes === undefined || asked.purpose !== 'served') continue;
      const units = request.unit === undefined ? asked.seriesIds : [request.unit];
      for (const write of this.#options.exposures.note(asked.part, units)) writes.add(write);
    }
    if (writes.size === 0) return;
    const all = writes.size === 1 ? ([...writes][0] as Promise<void>) : Promise.all(writes).then(() => {});
    await (until === undefined ? all : inTime(all, until, this.#options.timers));
  }
}

interface Held {
  readonly asked: Asked;
  readonly held: readonly HeldForecast[];
}

/** Without the series of which rows have come and not one value is known: who asks for all of them gets the others. */
function ofKnown(all: { asked: Asked; held: readonly (HeldForecast | undefined)[] }): Held {
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
  { served, part, purpose, ask, seriesIds }: Asked,
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
    arm: part.arm,
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
