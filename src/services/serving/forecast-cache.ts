// Forecasts kept for as long as they are what would be forecast again: of one version, cutoff, calibration, ask and series. A
// row or a plan of a series, or a change of its attributes, forgets what is held of it; another of the first three finds nothing,
// so that a closing costs those series that it moves, and no others.
// The same forecast asked twice is one prediction: it is stored once and answered with the same id.

import type { JsonObject, PredictionRecord } from '../../storage/ports/index.ts';
import type { AnsweredForecast } from './forecast-response.ts';
import type { ForecastAsk } from './servable.ts';
import type { SourcedForecast } from './served-model.ts';

/** What a forecast was made from, besides its series and the ask. */
export interface Basis {
  /** Id of the version. */
  readonly versionId: string;
  /** Of the series. */
  readonly cutoff: number;
  /** Of the levels adapted to labels, see `ProjectServing`. */
  readonly calibration: number;
}

export interface HeldForecast {
  readonly basis: Basis;
  readonly forecast: SourcedForecast;
  /** Columns known ahead of which some step was unknown. */
  readonly missing: readonly string[];
  /** What it was told of the steps ahead, as it is stored. */
  readonly covariates: JsonObject | undefined;
  readonly madeAt: number;
  /** The ask it was made from; dropped once it is stored. */
  told: ForecastAsk | undefined;
  /** As answered; undefined while nobody has been given it. */
  answered: AnsweredForecast | undefined;
  /** The write under way; undefined before and after. */
  storing: Promise<void> | undefined;
}

/** Which forecast of a series: what was asked, told what. */
export interface Variant {
  readonly key: string;
  readonly horizon: number;
  readonly levels: readonly number[];
  /** Could it be asked again by itself after new rows? Not with plans of a request. */
  readonly repeatable: boolean;
}

interface Place {
  readonly variant: Variant;
  held: HeldForecast | undefined;
  bytes: number;
  /** Asked for since it was last made ready ahead of a request. */
  asked: boolean;
}

export interface CacheCounts {
  readonly hits: number;
  readonly misses: number;
  readonly forecasts: number;
  readonly bytes: number;
}

/** Asks of one series that are told apart. */
const variantsMax = 8;
const placeBytes = 300;
/** JSON text of a step and of one of its quantiles, about. */
const stepBytes = 64;
const quantileBytes = 30;

export class ForecastCache {
  #bytesMax: number;
  /** Least recently asked first. */
  readonly #bySeries: Map<string, Map<string, Place>> = new Map();
  #bytes = 0;
  #forecasts = 0;
  #hits = 0;
  #misses = 0;

  /** @param bytesMax about the memory held; 0 = nothing is kept */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** From now on about so much is held; the least recently asked goes first. */
  resize(bytesMax: number): void {
    this.#bytesMax = bytesMax;
    this.#makeRoom();
  }

  get counts(): CacheCounts {
    return { hits: this.#hits, misses: this.#misses, forecasts: this.#forecasts, bytes: this.#bytes };
  }

  /** What is held of a series for this ask, made from just this. */
  get(seriesId: string, variant: Variant, basis: Basis): HeldForecast | undefined {
    const places = this.#bySeries.get(seriesId);
    const place = places?.get(variant.key);
    const held = isOf(place?.held, basis) ? place?.held : undefined;
    if (held === undefined) this.#misses++;
    else this.#hits++;
    if (places !== undefined && place !== undefined) {
      place.asked = true;
      this.#bySeries.delete(seriesId);
      this.#bySeries.set(seriesId, places);
    }
    return held;
  }

  /** As `get`, when it is the cache itself that wants to know. */
  peek(seriesId: string, variant: Variant, basis: Basis): HeldForecast | undefined {
    const held = this.#bySeries.get(seriesId)?.get(variant.key)?.held;
    return isOf(held, basis) ? held : undefined;
  }

  /** Keeps a forecast, and forgets others to make room. `ahead`: made before anybody asked for it. */
  put(
    seriesId: string,
    variant: Variant,
    held: HeldForecast,
    { ahead = false }: { ahead?: boolean } = {},
  ): void {
    if (this.#bytesMax === 0) return;
    let places = this.#bySeries.get(seriesId);
    if (places === undefined) {
      places = new Map();
      this.#bySeries.set(seriesId, places);
    }
    const old = places.get(variant.key);
    if (old !== undefined) this.#drop(old);
    const { mean, quantiles } = held.forecast;
    const values = mean.length + quantiles.length;
    const text = mean.length * stepBytes + quantiles.length * quantileBytes;
    const bytes = placeBytes + 2 * variant.key.length + 8 * values + text;
    places.delete(variant.key);
    places.set(variant.key, { variant, held, bytes, asked: !ahead });
    this.#bytes += bytes;
    this.#forecasts++;
    if (places.size > variantsMax) {
      const [key, oldest] = places.entries().next().value as [string, Place];
      this.#drop(oldest);
      places.delete(key);
    }
    this.#makeRoom();
  }

  /** Something of the series has changed: nothing held of it counts any more. */
  forget(seriesId: string): void {
    const places = this.#bySeries.get(seriesId);
    if (places === undefined) return;
    for (const place of places.values()) this.#empty(place);
  }

  /** Everything held may have changed. */
  clear(): void {
    for (const seriesId of this.#bySeries.keys()) this.forget(seriesId);
  }

  /** What has been asked for since it was last made ready and is not held, most recently asked first. */
  wanted(basisOf: (seriesId: string) => Basis, limit: number): { seriesId: string; variant: Variant }[] {
    const wanted: { seriesId: string; variant: Variant }[] = [];
    for (const [seriesId, places] of this.#bySeries)
      for (const { variant, held, asked } of places.values())
        if (asked && variant.repeatable && !isOf(held, basisOf(seriesId))) wanted.push({ seriesId, variant });
    return wanted.reverse().slice(0, limit);
  }

  #makeRoom(): void {
    for (const [seriesId, places] of this.#bySeries) {
      if (this.#bytes <= this.#bytesMax) return;
      for (const place of places.values()) this.#drop(place);
      this.#bySeries.delete(seriesId);
    }
  }

  /** Frees what is held; that it was asked for is remembered. */
  #empty(place: Place): void {
    if (place.held === undefined) return;
    place.held = undefined;
    this.#forecasts--;
    this.#bytes -= place.bytes - placeBytes;
    place.bytes = placeBytes;
  }

  #drop(place: Place): void {
    this.#empty(place);
    this.#bytes -= place.bytes;
  }
}

function isOf(held: HeldForecast | undefined, { versionId, cutoff, calibration }: Basis): boolean {
  if (held === undefined) return false;
  const { basis } = held;
  return basis.cutoff === cutoff && basis.versionId === versionId && basis.calibration === calibration;
}

/** A forecast as somebody was given it. */
export function answeredOf(held: HeldForecast, prediction: PredictionRecord): AnsweredForecast {
  const { reason, ended = false, silent = false, unfinished } = held.forecast;
  return { prediction, reason, ended, silent, unfinished, json: null };
}
