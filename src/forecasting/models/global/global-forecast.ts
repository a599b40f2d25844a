// From windows of demand to forecasts, many series at once: the same rows in training, backtest and serving.

import { assert } from '../../../core/index.ts';
import { type FeaturePlan, type SeriesWindow, writeFeatures } from '../../features/index.ts';
import { exactExp } from '../../maths/index.ts';
import { type FeatureMatrix, type KernelCrew, newMatrixValues, predictMatrix } from '../gbdt/index.ts';
import { atLevel } from '../intervals.ts';
import type { GlobalParts } from './global-parts.ts';

export interface WindowForecasts {
  /** Shape [windows × leads], units. */
  readonly means: Float64Array;
  /** Shape [windows × levels × leads], units, not crossing; empty when none were asked for. */
  readonly quantiles: Float64Array;
}

/** exp of more than this is no forecast any more. */
const logMax = 12;

/**
 * Forecasts the same leads for each window.
 * @param ask.leads     steps after each window's last value, ≥ 1
 * @param ask.levels    quantile levels, ascending; [] = means only. Between the levels it learnt lie straight lines
 * Cost: rows × trees; allocates the rows.
 */
export function forecastWindows(
  parts: GlobalParts,
  windows: readonly SeriesWindow[],
  ask: {
    readonly leads: Int32Array;
    readonly levels: readonly number[];
    readonly crew?: KernelCrew | undefined;
  },
): WindowForecasts {
  const { plan, boosters, quantiles: quantileBooster } = parts;
  const leadCount = ask.leads.length;
  const rows = windows.length * leadCount;
  const matrix: FeatureMatrix = {
    rows,
    columns: plan.columns,
    values: newMatrixValues(rows, plan.columns),
  };
  const leads = ask.leads.map((lead) => learntLead(plan, lead));
  const units = new Float64Array(rows);
  for (const [i, window] of windows.entries())
    writeFeatures(plan, window, leads, { values: matrix.values, rows, at: i * leadCount, units });
  const raw = new Float64Array(rows);
  const means = new Float64Array(rows);
  for (const booster of boosters) {
    predictMatrix(booster, matrix, raw, ask.crew);
    for (let row = 0; row < rows; row++) {
      means[row]! += (inUnits(parts, raw[row]!, units[row]!) * parts.factor) / boosters.length;
    }
  }
  if (ask.levels.length === 0) return { means, quantiles: new Float64Array(0) };
  const own = quantileBooster?.levels;
  assert(quantileBooster !== null && own !== null && own !== undefined, 'the model has quantiles');
  const rawQuantiles = new Float64Array(rows * own.length);
  predictMatrix(quantileBooster, matrix, rawQuantiles, ask.crew);
  const count = ask.levels.length;
  const quantiles = new Float64Array(rows * count);
  for (let row = 0; row < rows; row++) {
    const window = Math.floor(row / leadCount);
    const lead = row - window * leadCount;
    const curve = rawQuantiles.subarray(row * own.length, (row + 1) * own.length);
    for (let l = 0; l < count; l++) {
      const at = (window * count + l) * leadCount + lead;
      quantiles[at] = inUnits(parts, atLevel(own, curve, ask.levels[l] as number), units[row]!);
    }
  }
  return { means, quantiles };
}

/** A lead past the horizon is forecast like the last one that has its phase of the season. */
export function learntLead(plan: FeaturePlan, lead: number): number {
  if (lead <= plan.horizon) return lead;
  const season = plan.phases[0]?.season ?? 1;
  const cycle = season <= plan.horizon ? season : 1;
  return lead - cycle * Math.ceil((lead - plan.horizon) / cycle);
}

/** A score of a booster, link applied, as demand of a series of this level. */
export function inUnits(parts: GlobalParts, prediction: number, level: number): number {
  const ratio = parts.form === 'log' ? exactExp(Math.min(logMax, prediction)) : prediction;
  return level * (parts.nonNegative && ratio < 0 ? 0 : ratio);
}
