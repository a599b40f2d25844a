// The view of one origin that all blocks of features read: history, level, and each covariate on a line whose zero is
// the origin. Filled anew for every origin, allocated once per writer.

import type { Covariates } from '../core/index.ts';
import type { FeaturePlan } from './feature-plan.ts';
import { fixedCode } from './launch.ts';
import { firstIndexRead, levelAt } from './level.ts';
import type { SeriesWindow } from './window.ts';

export interface Origin {
  values: Float64Array;
  /** Index of the origin in `values`, −1 = no history. */
  last: number;
  /** First index that may be read; above `last` when there is no history. */
  begin: number;
  /** Period of the origin. */
  period: number;
  level: number;
  /** 1 / level. */
  perLevel: number;
  /** Per varying column: element `historyPeriods − 1 + k` is of the period k after the origin, up to the horizon. */
  readonly varying: readonly Float32Array[];
  /** Per attribute of the plan, by the plan's codes. */
  readonly fixed: Float32Array;
}

/** A group of feature columns. `atOrigin` is called once per origin, `atLead` once per row after it. */
export interface Block {
  readonly columns: readonly { readonly name: string; readonly kind: 'number' | 'category' }[];
  /** Writes the columns that do not depend on the lead, and prepares those that do. */
  readonly atOrigin?: (origin: Origin, row: Float32Array, at: number) => void;
  /** Writes the columns that depend on the lead. */
  readonly atLead?: (origin: Origin, lead: number, row: Float32Array, at: number) => void;
}

/** Makes the function that fills one view for window after window. */
export function originReader(plan: FeaturePlan): (window: SeriesWindow) => Origin {
  const { historyPeriods, horizon } = plan;
  const varying = plan.varying.map(() => new Float32Array(historyPeriods + horizon));
  const origin: Origin = {
    values: new Float64Array(0),
    last: -1,
    begin: 0,
    period: 0,
    level: 1,
    perLevel: 1,
    varying,
    fixed: new Float32Array(plan.fixed.length),
  };
  let bound: Covariates | undefined;
  let columns: BoundColumn[] = [];
  return (window) => {
    if (window.covariates !== bound || columns.length === 0) {
      bound = window.covariates;
      columns = bindColumns(plan, bound);
    }
    origin.values = window.values;
    origin.last = window.last;
    origin.period = window.period;
    origin.begin = firstIndexRead(plan, window);
    origin.level = levelAt(plan, window, origin.begin);
    origin.perLevel = 1 / origin.level;
    for (let i = 0; i < varying.length; i++) {
      const known = plan.varying[i]!.role === 'known';
      readColumn(columns[i]!, window, varying[i]!, { back: historyPeriods - 1, ahead: known ? horizon : 0 });
      if (known && window.future !== undefined) {
        overrideColumn(window.future.get(plan.varying[i]!.name), varying[i]!, historyPeriods);
      }
    }
    for (let i = 0; i < origin.fixed.length; i++) origin.fixed[i] = fixedCode(plan, window, i);
    return origin;
  };
}

/** A column of a set of covariates, and how its codes translate to the plan's; null = alike. */
interface BoundColumn {
  readonly values: Float32Array;
  readonly codes: Float32Array | null;
}

function bindColumns(plan: FeaturePlan, covariates: Covariates | undefined): BoundColumn[] {
  return plan.varying.map((spec) => {
    const column = covariates?.varying.find((candidate) => candidate.name === spec.name);
    if (column === undefined) return { values: new Float32Array(0), codes: null };
    const { labels } = spec;
    if (labels === null || column.labels === null) return { values: column.values, codes: null };
    const alike = column.labels.every((label, code) => labels[code] === label);
    if (alike) return { values: column.values, codes: null };
    const codes = Float32Array.from(column.labels, (label) => {
      const code = labels.indexOf(label);
      return code < 0 ? Number.NaN : code;
    });
    return { values: column.values, codes };
  });
}

function readColumn(
  column: BoundColumn,
  window: SeriesWindow,
  out: Float32Array,
  reach: { readonly back: number; readonly ahead: number },
): void {
  const { covariates, series } = window;
  const { values, codes } = column;
  if (covariates === undefined || series < 0 || values.length === 0) {
    out.fill(Number.NaN);
    return;
  }
  const begin = covariates.begins[series]!;
  const end = covariates.begins[series + 1]!;
  const first = begin + window.period - covariates.starts[series]! - reach.back;
  const filled = reach.back + 1 + reach.ahead;
  for (let i = 0; i < filled; i++) {
    const row = first + i;
    const value = row >= begin && row < end ? values[row]! : Number.NaN;
    out[i] = codes === null || Number.isNaN(value) ? value : codes[value]!;
  }
  for (let i = filled; i < out.length; i++) out[i] = Number.NaN;
}

function overrideColumn(plans: Float32Array | undefined, out: Float32Array, from: number): void {
  if (plans === undefined) return;
  for (let i = 0; i < plans.length && from + i < out.length; i++) {
    const value = plans[i]!;
    if (!Number.isNaN(value)) out[from + i] = value;
  }
}
