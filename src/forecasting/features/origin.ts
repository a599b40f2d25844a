// The view of one origin that all blocks of features read: history, level, and each covariate on a line whose zero is
// the origin. Filled anew for every origin, allocated once per writer.

import type { Covariates } from '../../core/index.ts';
import type { VaryingSpec } from './covariate-kinds.ts';
import type { FeatureColumn, FeaturePlan } from './feature-plan.ts';
import { firstIndexRead, levelAt } from './level.ts';

import type { SeriesWindow, WindowNews } from './window.ts';

/** Periods of a flag's state counted at most. */
export const flagRunMax = 30;

export interface Origin {
  values: Float64Array;
  /** Index of the origin in `values`, −1 = no history. */
  last: number;
  /** First index that may be read; above `last` when there is no history. */
  begin: number;
  /** Index of the series among those that the plan was made of; −1 = another one. */
  series: number;
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
  readonly columns: readonly FeatureColumn[];
  /** Writes the columns that do not depend on the lead, and prepares those that do. */
  readonly atOrigin?: (origin: Origin, row: Float32Array, at: number) => void;
  /** Writes the columns that depend on the lead. */
  readonly atLead?: (origin: Origin, lead: number, row: Float32Array, at: number) => void;
}

/** Turns the history of a view into base demand. */
export interface Lifts {
  readonly apply: (origin: Origin) => void;
}

/** Makes the function that fills one view for window after window. */
export function originReader(plan: FeaturePlan, lifts?: Lifts): (window: SeriesWindow) => Origin {
  const { historyPeriods, horizon } = plan;
  const varying = plan.varying.map(() => new Float32Array(historyPeriods + horizon).fill(Number.NaN));
  const reaches = plan.varying.map((spec, index) =>
    reachOf(plan, spec, plan.lift?.columns.some((column) => column.index === index) === true),
  );
  const origin: Origin = {
    values: new Float64Array(0),
    last: -1,
    begin: 0,
    series: -1,
    period: 0,
    level: 1,
    perLevel: 1,
    varying,
    fixed: new Float32Array(plan.fixed.length),
  };
  let bound: Covariates | undefined;
  let columns = bindVarying(plan, bound);
  let fixed = bindFixed(plan, bound);
  return (window) => {
    if (window.covariates !== bound) {
      bound = window.covariates;
      columns = bindVarying(plan, bound);
      fixed = bindFixed(plan, bound);
    }
    origin.values = window.values;
    origin.last = window.last;
    origin.series = window.series;
    origin.period = window.period;
    origin.begin = firstIndexRead(plan, window);
    for (let i = 0; i < varying.length; i++) {
      const into = { out: varying[i]!, zero: historyPeriods - 1, reach: reaches[i]! };
      readColumn(columns[i]!, window, into);
      if (window.news !== undefined) overrideColumn(plan.varying[i]!.name, window.news, into);
    }
    for (let i = 0; i < fixed.length; i++) {
      const own = window.statics;
      origin.fixed[i] = own === undefined ? codeOf(fixed[i]!, window.series) : (own[i] ?? Number.NaN);
    }
    lifts?.apply(origin);
    origin.level = levelAt(
      plan,
      lifts === undefined ? window : { ...window, values: origin.values, last: origin.last },
      origin.begin,
    );
    origin.perLevel = 1 / origin.level;
    return origin;
  };
}

/** Periods before and after the origin for which a column is read: what its block looks at, and no more. */
interface Reach {
  readonly back: number;
  readonly ahead: number;
}

function reachOf(plan: FeaturePlan, { kind, role }: VaryingSpec, lifts: boolean): Reach {
  const whole = plan.historyPeriods - 1;
  if (role === 'past') return { back: Math.min(whole, plan.levelPeriods), ahead: 0 };
  const back = lifts
    ? whole
    : kind === 'flag'
      ? Math.max(plan.flagPeriods, plan.levelPeriods, flagRunMax)
      : kind === 'number'
        ? plan.levelPeriods
        : whole;
  return { back: Math.min(whole, back), ahead: plan.horizon };
}

/** Where a column is written: the line's element `zero` is of the origin. */
interface Line {
  readonly out: Float32Array;
  readonly zero: number;
  readonly reach: Reach;
}

/** A column of a set of covariates, and how its codes translate to the plan's; null = alike. */
interface BoundColumn {
  readonly values: Float32Array;
  readonly codes: Float32Array | null;
}

const unbound: BoundColumn = { values: new Float32Array(0), codes: null };

function bindVarying(plan: FeaturePlan, covariates: Covariates | undefined): BoundColumn[] {
  return plan.varying.map((spec) =>
    bind(
      spec.labels,
      covariates?.varying.find(({ name }) => name === spec.name),
    ),
  );
}

function bindFixed(plan: FeaturePlan, covariates: Covariates | undefined): BoundColumn[] {
  return plan.fixed.map((spec) =>
    bind(
      spec.labels,
      covariates?.fixed.find(({ name }) => name === spec.name),
    ),
  );
}

function bind(
  labels: readonly string[] | null,
  column: { readonly labels: readonly string[] | null; readonly values: Float32Array } | undefined,
): BoundColumn {
  if (column === undefined) return unbound;
  if (labels === null || column.labels === null) return { values: column.values, codes: null };
  if (column.labels.every((label, code) => labels[code] === label)) {
    return { values: column.values, codes: null };
  }
  const codes = Float32Array.from(column.labels, (label) => {
    const code = labels.indexOf(label);
    return code < 0 ? Number.NaN : code;
  });
  return { values: column.values, codes };
}

function codeOf({ values, codes }: BoundColumn, row: number): number {
  const value = values[row] ?? Number.NaN;
  return codes === null || Number.isNaN(value) ? value : codes[value]!;
}

function readColumn(
  { values, codes }: BoundColumn,
  { covariates, series, period }: SeriesWindow,
  { out, zero, reach }: Line,
): void {
  const from = zero - reach.back;
  const to = zero + reach.ahead;
  if (covariates === undefined || series < 0 || values.length === 0) {
    out.fill(Number.NaN, from, to + 1);
    return;
  }
  const begin = covariates.begins[series]!;
  const end = covariates.begins[series + 1]!;
  const shift = begin + period - covariates.starts[series]! - zero;
  for (let i = from; i <= to; i++) {
    const row = shift + i;
    const value = row >= begin && row < end ? values[row]! : Number.NaN;
    out[i] = codes === null || Number.isNaN(value) ? value : codes[value]!;
  }
}

function overrideColumn(name: string, { back, columns }: WindowNews, { out, zero, reach }: Line): void {
  const values = columns.get(name);
  if (values === undefined) return;
  const shift = zero - back + 1;
  const from = Math.max(0, back - 1 - reach.back);
  const to = Math.min(values.length, back + reach.ahead);
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (!Number.isNaN(value)) out[shift + i] = value;
  }
}
