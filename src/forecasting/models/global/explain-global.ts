// What drives a forecast of the model over all series: exact attributions of its trees, in units.

import {
  columnLifts,
  featureSources,
  groupOfColumn,
  type SeriesWindow,
  writeFeatures,
} from '../../features/index.ts';
import { exactExp } from '../../maths/index.ts';
import { type ColumnPart, type Driver, type Explaining, worthOfScore } from '../drivers.ts';
import {
  addAttributions,
  type Booster,
  type FeatureMatrix,
  hasLogLink,
  newMatrixValues,
} from '../gbdt/index.ts';
import { inUnits, learntLead } from './global-forecast.ts';
import type { GlobalParts } from './global-parts.ts';

/**
 * Takes one window's forecasts of the leads 1 … horizon apart.
 *
 * A booster's raw score is what it expects of any row, plus an exact Shapley value of each feature (path-dependent TreeSHAP). The forecast
 * is level × factor × g(score), g being the identity, or exp where the target is a logarithm. What g gives for the expected score is the
 * level's part; each value of a feature counts as much as g rises a unit of score on the straight way from there (Aumann–Shapley), so
 * the parts add up exactly. Where demand was divided by its lifts, the forecast without them is taken apart so, and what they add is
 * divided among their columns by the logarithm of each.
 * Cost: horizon × trees × leaves × the square of the features on the way to one.
 */
export function* explainWindow(parts: GlobalParts, window: SeriesWindow, horizon: number): Explaining {
  const { plan, boosters } = parts;
  const matrix: FeatureMatrix = {
    rows: horizon,
    columns: plan.columns,
    values: newMatrixValues(horizon, plan.columns),
  };
  const leads = Int32Array.from({ length: horizon }, (_, k) => learntLead(plan, k + 1));
  const units = new Float64Array(horizon);
  const level = writeFeatures(plan, window, leads, { values: matrix.values, rows: horizon, at: 0, units });
  const sum = new DriverSum(parts, horizon);
  for (const booster of boosters) {
    const width = plan.columns.length + 1;
    const scores = new Float64Array(horizon * width);
    yield* addAttributions(booster, matrix, scores);
    sum.addScores(booster, scores, { level, matrix });
  }
  sum.addLifts({ window, leads, units, level });
  return sum.end();
}

/** Parts by group and by column of the user's data. */
class DriverSum {
  readonly #parts: GlobalParts;
  readonly #horizon: number;
  readonly #drivers: Partial<Record<Driver, Float64Array>> = {};
  readonly #columns: Map<string, ColumnPart> = new Map();
  /** The forecast without lifts. */
  readonly #base: Float64Array;

  constructor(parts: GlobalParts, horizon: number) {
    this.#parts = parts;
    this.#horizon = horizon;
    this.#base = new Float64Array(horizon);
  }

  /** @param scores as `addAttributions` gives them */
  addScores(
    booster: Booster,
    scores: Float64Array,
    { level, matrix }: { readonly level: number; readonly matrix: FeatureMatrix },
  ): void {
    const { plan, boosters, factor } = this.#parts;
    const sources = featureSources(plan);
    const width = sources.length + 1;
    const log = hasLogLink(booster.loss);
    const share = factor / boosters.length;
    const g = (score: number): number => share * inUnits(this.#parts, log ? exactExp(score) : score, level);
    for (let h = 0; h < this.#horizon; h++) {
      const own = scores.subarray(h * width, (h + 1) * width);
      const expected = own[width - 1]!;
      const score = own.reduce((sum, part) => sum + part, 0);
      const worth = worthOfScore(g, expected, score);
      this.#add('level', h, g(expected));
      this.#base[h]! += g(score);
      for (let c = 0; c < sources.length; c++) {
        const { group, column, states } = sources[c]!;
        const isOff = states?.every((at) => matrix.values[at * matrix.rows + h] !== 1) ?? false;
        if (isOff) this.#add('season', h, worth * own[c]!);
        else this.#add(group, h, worth * own[c]!, column);
      }
    }
  }

  /** What the lifts add to the forecast without them. */
  addLifts(of: { window: SeriesWindow; leads: Int32Array; units: Float64Array; level: number }): void {
    const { plan } = this.#parts;
    const { lift } = plan;
    if (lift === undefined) return;
    const logs = columnLifts(plan, lift, of);
    for (let h = 0; h < this.#horizon; h++) {
      const added = this.#base[h]! * (of.units[h]! / of.level - 1);
      let all = 0;
      for (let c = 0; c < lift.columns.length; c++) all += logs[c * this.#horizon + h]!;
      if (added === 0 || all === 0) continue;
      lift.columns.forEach(({ index }, c) => {
        const part = (added * logs[c * this.#horizon + h]!) / all;
        this.#add(groupOfColumn(plan, index), h, part, plan.varying[index]!.name);
      });
    }
  }

  #add(driver: Driver, h: number, units: number, column: string | null = null): void {
    const group = this.#drivers[driver] ?? new Float64Array(this.#horizon);
    group[h]! += units;
    this.#drivers[driver] = group;
    if (column === null) return;
    const key = `${driver} ${column}`;
    const own = this.#columns.get(key) ?? { name: column, driver, units: new Float64Array(this.#horizon) };
    own.units[h]! += units;
    this.#columns.set(key, own);
  }

  end(): { drivers: Partial<Record<Driver, Float64Array>>; columns: ColumnPart[] } {
    return { drivers: this.#drivers, columns: [...this.#columns.values()] };
  }
}
