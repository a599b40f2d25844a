// Exponential smoothing with automatic choice of form by AICc, over the seven forms that win in practice.

import { seasonalIndices, seasonalityRatio } from '../../maths/index.ts';
import { deseasonalise, recentSpan, Season } from '../deseasonalise.ts';
import type { FitOptions, Model } from '../model.ts';
import { type Prepared, prepare } from '../prepare.ts';
import { mainSeason } from '../state-model.ts';
import { withYear } from '../year/with-year.ts';
import { type Form, fitAdditive } from './additive-fit.ts';
import { factorMin, type Smoothing, smoothingModel, smoothingState } from './components.ts';
import { fitFactor } from './factor-fit.ts';
import { levelMoved } from './level-moved.ts';

/** Above this, one index per phase is too much to smooth: the season is taken out beforehand. */
const ownSeasonMax = 24;
const none = new Float64Array(0);

/**
 * Source: Hyndman, Koehler, Ord and Snyder 2008; forms ANN AAN AAdN ANA AAdA MNM MAdM.
 * Cost: fit 0.1 to 1 ms at n = 120, m = 12; update O(1); forecast O(h).
 */
export const ets: Model = withYear(
  smoothingModel({
    name: 'ets',
    summary: 'Exponential smoothing; level, trend, damping and season chosen by AICc.',
    estimate: (history, options) => estimateEts(history, options),
  }),
);

function estimateEts(history: Float64Array, options: FitOptions): Float64Array {
  const m = mainSeason(options);
  const prepared = prepare(history, m);
  const y = prepared.values;
  const n = y.length;
  if (n === 0) return smoothingState(flat(0), prepared);
  const ratio = n >= 2 * m + 1 ? seasonalityRatio(y, m) : 0;
  if (m > ownSeasonMax || (m > 1 && ratio <= 1)) {
    const { kind, indices, adjusted } = deseasonalise(y, { m, cycles: recentSpan(m), least: prepared.least });
    const best = choose(plainForms(adjusted));
    return smoothingState({ ...best, kind, indices }, prepared);
  }
  const candidates: Scored[] = [];
  if (ratio < plainBelow) candidates.push(...plainForms(y));
  if (ratio > seasonalAbove) candidates.push(...seasonalForms(prepared, m));
  return smoothingState(choose(candidates), prepared);
}

/** A season this clear, as a multiple of the test's limit, makes the forms without one a waste of time … */
const plainBelow = 2;
/** … and one this faint those with one. */
const seasonalAbove = 0.3;

export interface Scored extends Smoothing {
  /** AICc up to a constant. */
  readonly criterion: number;
}

function choose(candidates: readonly Scored[]): Smoothing {
  let best = candidates[0]!;
  for (const candidate of candidates) if (candidate.criterion < best.criterion) best = candidate;
  return best;
}

function flat(level: number): Smoothing {
  return { alpha: 0.5, beta: 0, gamma: 0, phi: 1, level, slope: 0, kind: Season.none, indices: none };
}

const level: Form = { slope: false, damped: false };
const trend: Form = { slope: true, damped: false };
const damped: Form = { slope: true, damped: true };

function plainForms(y: Float64Array): Scored[] {
  const n = y.length;
  const forms = n < 4 ? [level] : n < 6 ? [level, trend] : [level, trend, damped];
  return forms.map((form) => {
    const fit = fitAdditive(y, none, form);
    return {
      ...fit,
      kind: Season.none,
      indices: none,
      criterion: aicc(logLoss(fit.loss, n), n, parameters(form, 0)),
    };
  });
}

function seasonalForms(prepared: Prepared, m: number): Scored[] {
  const y = prepared.values;
  const found: Scored[] = [];
  const first = y.subarray(0, Math.min(y.length, startCycles * m));
  if (prepared.least > 0) {
    const factors = seasonalIndices(first, m, 'multiplicative');
    if (factors.every((index) => index > factorMin)) {
      // Addends would be those of the old level for long; a season of factors goes along, and back. A jump is no slope either.
      const moved = levelMoved(y, m);
      factorForms(y, factors, { found, forms: moved ? [level] : [level, damped] });
      if (moved) return found;
    }
  }
  addendForms(y, seasonalIndices(first, m, 'additive'), found);
  return found;
}

/** Initial indices come from the first cycles only; what follows is the smoothing's to learn. */
const startCycles = 5;

function addendForms(y: Float64Array, indices: Float64Array, found: Scored[]): void {
  for (const form of [level, damped]) {
    const fit = fitAdditive(y, indices, form);
    const criterion = aicc(logLoss(fit.loss, y.length), y.length, parameters(form, indices.length));
    found.push({ ...fit, kind: Season.addend, indices, criterion });
  }
}

function factorForms(
  y: Float64Array,
  indices: Float64Array,
  { found, forms }: { readonly found: Scored[]; readonly forms: readonly Form[] },
): void {
  const line = startLine(y, indices);
  for (const form of forms) {
    const start = form.slope ? line : { level: line.level, slope: 0 };
    const fit = fitFactor(y, indices, { form, ...start });
    const criterion = aicc(fit.score, y.length, parameters(form, indices.length));
    found.push({ ...fit, kind: Season.factor, indices, criterion });
  }
}

/** Least squares line through the first adjusted values, read at the period before the first. */
function startLine(y: Float64Array, factors: Float64Array): { level: number; slope: number } {
  const m = factors.length;
  const count = Math.min(y.length, Math.max(10, 2 * m));
  const centre = (count + 1) / 2;
  let sum = 0;
  let cross = 0;
  let square = 0;
  for (let t = 0; t < count; t++) {
    const value = y[t]! / factors[t % m]!;
    sum += value;
    cross += (t + 1 - centre) * value;
    square += (t + 1 - centre) ** 2;
  }
  const slope = square > 0 ? cross / square : 0;
  return { level: Math.max(0.01, sum / count - slope * centre), slope };
}

function parameters(form: Form, m: number): number {
  return 3 + (form.slope ? 2 : 0) + (form.damped ? 1 : 0) + (m > 0 ? m + 1 : 0);
}

function logLoss(loss: number, n: number): number {
  return n * Math.log(loss + 1e-18 * n);
}

function aicc(score: number, n: number, k: number): number {
  return n - k - 1 > 0 ? score + 2 * k + (2 * k * (k + 1)) / (n - k - 1) : Number.POSITIVE_INFINITY;
}
