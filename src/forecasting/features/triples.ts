// Which rows to train on: a sample of all (series, origin, lead).

import { type Panel, Rng, type Series } from '../../core/index.ts';
import type { FeaturePlan } from './feature-plan.ts';
import { firstDemand } from './window.ts';

/** Rows to train on, ordered by series, origin, lead: rows of one origin lie together. Shapes [rows]. */
export interface Triples {
  readonly series: Int32Array;
  /** Index of the last value that may be known, in the series; negative before its start. */
  readonly origins: Int32Array;
  readonly leads: Int32Array;
  /** 1 = the history is hidden: the row shows how a series without history begins. */
  readonly cold: Uint8Array;
}

export interface SampleOptions {
  /** Rows at most. */
  readonly rowsMax: number;
  /** Values of each series that may be used, as origins or as targets; shape [series]. */
  readonly ends: Int32Array;
  readonly seed: number;
  /** Share of rows without history, 0 … 0.5. Default .03 where attributes tell the series apart, else 0. */
  readonly coldShare?: number;
}

/** Leads drawn per origin when not all rows fit, as a share of the horizon, at least. */
const leadShare = 0.25;
/** Before more of the origins than this are drawn, more leads of each are. */
const originShareMax = 0.5;
/** The oldest origin counts this much against the newest. */
const oldestWeight = 0.5;
/** An origin without a history behind it counts this much against one with half of what is looked back at. */
const youngWeight = 0.15;
const coldShareUsual = 0.03;

/**
 * Draws at most `rowsMax` rows whose targets are known, spread over all series, all leads and the whole time; recent
 * origins, and those with a history behind them, a little more often. All rows are taken where they fit. The same seed
 * draws the same rows. Cost: O(origins + rows).
 */
export function sampleTriples(plan: FeaturePlan, panel: Panel, options: SampleOptions): Triples {
  const { horizon } = plan;
  const cold = options.coldShare ?? (plan.launch.effects.length > 0 ? coldShareUsual : 0);
  const spans = panel.series.map((series, s) =>
    spanOf(series, Math.min(series.values.length, options.ends[s] ?? 0)),
  );
  const weights = originWeights(plan, spans);
  const warmMax = Math.floor(options.rowsMax * (1 - cold));
  const takesAll = weights.origins * horizon <= warmMax;
  const leadsNeeded = warmMax / (originShareMax * Math.max(1, weights.origins));
  const leadsDrawn = takesAll
    ? horizon
    : Math.min(horizon, Math.ceil(Math.max(horizon * leadShare, leadsNeeded)));
  const rowsPerOrigin = leadsDrawn * weights.knownShare;
  const perWeight = takesAll ? Number.POSITIVE_INFINITY : warmMax / (rowsPerOrigin * weights.total);
  const coldOrigins = (cold * Math.min(options.rowsMax, weights.origins * horizon)) / horizon;
  const coldChance = coldOrigins / Math.max(1, plan.launch.launches ? spans.length : weights.origins);
  const rng = new Rng(options.seed);
  const rows = new RowList(rng, horizon);
  panel.series.forEach((series, s) => {
    const span = spans[s] as Span;
    const { first, end } = span;
    if (first < 0 || first >= end) return;
    if (plan.launch.launches && rng.uniform() < coldChance) {
      rows.add(series.values, { s, origin: first - 1, end, cold: 1, leads: horizon });
    }
    for (let origin = first; origin < end - 1; origin++) {
      if (rng.uniform() < perWeight * weightOf(plan, weights, span, origin)) {
        rows.add(series.values, { s, origin, end, cold: 0, leads: leadsDrawn });
      }
      if (cold > 0 && !plan.launch.launches && rng.uniform() < coldChance) {
        rows.add(series.values, { s, origin, end, cold: 1, leads: horizon });
      }
    }
  });
  return rows.thinned(options.rowsMax);
}

/** The usable part of a series: index of its first demand, −1 = none; one past its last usable value. */
interface Span {
  readonly first: number;
  readonly end: number;
  readonly start: number;
  /** Known values from the first demand on. */
  readonly known: number;
}

function spanOf(series: Series, end: number): Span {
  const first = firstDemand(series.values);
  let known = 0;
  for (let i = Math.max(0, first); i < end; i++) if (!Number.isNaN(series.values[i]!)) known++;
  return { first, end, start: series.start, known };
}

interface OriginWeights {
  readonly total: number;
  readonly origins: number;
  readonly oldest: number;
  readonly newest: number;
  /** Share of the values between first demand and end that are known. */
  readonly knownShare: number;
}

function originWeights(plan: FeaturePlan, spans: readonly Span[]): OriginWeights {
  let oldest = Number.POSITIVE_INFINITY;
  let newest = Number.NEGATIVE_INFINITY;
  let origins = 0;
  let known = 0;
  for (const { first, end, start, known: ownKnown } of spans) {
    if (first < 0 || first >= end - 1) continue;
    oldest = Math.min(oldest, start + first);
    newest = Math.max(newest, start + end - 2);
    origins += end - 1 - first;
    known += ownKnown;
  }
  const bounds = { total: 0, origins, oldest, newest, knownShare: known / Math.max(1, origins) };
  let total = 0;
  for (const span of spans) {
    if (span.first < 0) continue;
    for (let origin = span.first; origin < span.end - 1; origin++)
      total += weightOf(plan, bounds, span, origin);
  }
  return { ...bounds, total };
}

function weightOf(plan: FeaturePlan, bounds: OriginWeights, span: Span, origin: number): number {
  const recency = (span.start + origin - bounds.oldest) / Math.max(1, bounds.newest - bounds.oldest);
  const maturity = Math.min(1, (2 * (origin - span.first + 1)) / plan.historyPeriods);
  return (oldestWeight + (1 - oldestWeight) * recency) * (youngWeight + (1 - youngWeight) * maturity);
}

/** Rows in growing columns. */
class RowList {
  readonly #rng: Rng;
  readonly #horizon: number;
  #series = new Int32Array(1024);
  #origins = new Int32Array(1024);
  #leads = new Int32Array(1024);
  #cold = new Uint8Array(1024);
  #rows = 0;

  constructor(rng: Rng, horizon: number) {
    this.#rng = rng;
    this.#horizon = horizon;
  }

  /** Adds `leads` rows of one origin, one lead from each equal part of the horizon; unknown targets are left out. */
  add(
    values: Float64Array,
    row: { s: number; origin: number; end: number; cold: 0 | 1; leads: number },
  ): void {
    if (this.#rows + row.leads > this.#series.length) this.#grow(row.leads);
    const part = this.#horizon / row.leads;
    const all = row.leads === this.#horizon;
    let before = 0;
    for (let i = 0; i < row.leads; i++) {
      const lead = 1 + Math.floor((i + (all ? 0 : this.#rng.uniform())) * part);
      // Parts that are no whole number of leads share one at their border.
      if (lead === before) continue;
      before = lead;
      const target = row.origin + lead;
      if (target < 0 || target >= row.end) continue;
      const value = values[target]!;
      if (Number.isNaN(value)) continue;
      this.#series[this.#rows] = row.s;
      this.#origins[this.#rows] = row.origin;
      this.#leads[this.#rows] = lead;
      this.#cold[this.#rows] = row.cold;
      this.#rows++;
    }
  }

  /** The rows in order, at most `rowsMax` of them: a surplus goes by chance. */
  thinned(rowsMax: number): Triples {
    const kept = new Int32Array(Math.min(rowsMax, this.#rows));
    let needed = kept.length;
    for (let i = 0; i < this.#rows && needed > 0; i++) {
      if (this.#rng.below(this.#rows - i) >= needed) continue;
      kept[kept.length - needed] = i;
      needed--;
    }
    return {
      series: Int32Array.from(kept, (i) => this.#series[i]!),
      origins: Int32Array.from(kept, (i) => this.#origins[i]!),
      leads: Int32Array.from(kept, (i) => this.#leads[i]!),
      cold: Uint8Array.from(kept, (i) => this.#cold[i]!),
    };
  }

  #grow(more: number): void {
    const size = Math.max(2 * this.#series.length, this.#rows + more);
    const longer = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const fresh = new Int32Array(size);
      fresh.set(old);
      return fresh;
    };
    this.#series = longer(this.#series);
    this.#origins = longer(this.#origins);
    this.#leads = longer(this.#leads);
    const cold = new Uint8Array(size);
    cold.set(this.#cold);
    this.#cold = cold;
  }
}
