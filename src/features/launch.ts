// Launch levels: what similar series sold when they began. The unit of a series that has no history yet.

import type { Panel } from '../core/index.ts';
import { exactExp, exactLn, meanAbsolute } from '../maths/index.ts';
import type { FixedSpec } from './covariate-kinds.ts';
import type { FeaturePlan, LaunchLevels } from './feature-plan.ts';
import { firstDemand, type SeriesWindow } from './window.ts';

/** Series of one attribute value that weigh as much as the pooled mean. */
const shrinkage = 4;
const sweeps = 5;
/** Fewer launches than this within the panel: every series' own level stands in. */
const launchesMin = 30;

/**
 * The launch level of a window's series from its attributes, in the user's unit; above 0. Attributes that are unknown
 * count for nothing. Cost: O(attributes), allocates nothing.
 */
export function launchLevel(plan: FeaturePlan, window: SeriesWindow): number {
  let sum = plan.launch.all;
  for (let i = 0; i < plan.launch.effects.length; i++) {
    const effect = plan.launch.effects[i]!;
    const code = fixedCode(plan, window, effect.fixed);
    sum += effect.byCode[code] ?? 0;
  }
  return exactExp(sum);
}

/** The value of one attribute by the plan's codes; NaN = unknown. */
function fixedCode(plan: FeaturePlan, window: SeriesWindow, fixed: number): number {
  if (window.statics !== undefined) return window.statics[fixed] ?? Number.NaN;
  const spec = plan.fixed[fixed]!;
  if (window.covariates === undefined || window.series < 0) return Number.NaN;
  for (const column of window.covariates.fixed) {
    if (column.name !== spec.name) continue;
    const code = column.values[window.series] ?? Number.NaN;
    if (spec.labels === null || column.labels === null || Number.isNaN(code)) return code;
    if (column.labels[code] === spec.labels[code]) return code;
    const moved = spec.labels.indexOf(column.labels[code] ?? '');
    return moved < 0 ? Number.NaN : moved;
  }
  return Number.NaN;
}

/**
 * Learns launch levels: of series that began within the panel, the mean over their first `horizon` periods; where fewer
 * than 30 did, the mean of each whole series. Crossed attributes are fitted together by backfitting on ln(level).
 * Cost: O(values + sweeps × series × attributes).
 */
export function learnLaunchLevels(panel: Panel, fixed: readonly FixedSpec[], horizon: number): LaunchLevels {
  const { levels, launches } = seriesLevels(panel, horizon);
  const used = levels.filter((level) => !Number.isNaN(level.ln));
  if (used.length === 0) return { all: 0, effects: [], launches };
  const all = used.reduce((sum, level) => sum + level.ln, 0) / used.length;
  const factors = fixed.flatMap((spec, index) => {
    const column = panel.covariates?.fixed.find((candidate) => candidate.name === spec.name);
    return spec.labels === null || column === undefined
      ? []
      : [{ fixed: index, codes: column.values, byCode: new Float64Array(spec.labels.length) }];
  });
  const rest = Float64Array.from(used, (level) => level.ln - all);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const factor of factors) fitEffect(factor, used, rest);
  }
  return {
    all,
    effects: factors.map((factor) => ({ fixed: factor.fixed, byCode: Array.from(factor.byCode, round) })),
    launches,
  };
}

function fitEffect(
  factor: { readonly codes: Float32Array; readonly byCode: Float64Array },
  used: readonly { readonly series: number }[],
  rest: Float64Array,
): void {
  const sums = new Float64Array(factor.byCode.length);
  const counts = new Float64Array(factor.byCode.length);
  used.forEach(({ series }, i) => {
    const code = factor.codes[series] as number;
    if (!(code >= 0)) return;
    sums[code] = (sums[code] ?? 0) + (rest[i] as number) + (factor.byCode[code] as number);
    counts[code] = (counts[code] ?? 0) + 1;
  });
  used.forEach(({ series }, i) => {
    const code = factor.codes[series] as number;
    if (!(code >= 0)) return;
    const fresh = (sums[code] as number) / ((counts[code] as number) + shrinkage);
    rest[i] = (rest[i] as number) + (factor.byCode[code] as number) - fresh;
  });
  for (let code = 0; code < sums.length; code++) {
    factor.byCode[code] = (sums[code] as number) / ((counts[code] as number) + shrinkage);
  }
}

function seriesLevels(
  panel: Panel,
  horizon: number,
): { levels: { series: number; ln: number }[]; launches: boolean } {
  const begun = panel.series.map((series) => firstDemand(series.values));
  const panelStart = panel.series.reduce(
    (least, series) => Math.min(least, series.start),
    Number.POSITIVE_INFINITY,
  );
  const launched = panel.series.map(
    (series, i) => (begun[i] as number) >= 0 && series.start + (begun[i] as number) > panelStart + horizon,
  );
  const launches = launched.filter(Boolean).length >= launchesMin;
  const levels = panel.series.map((series, i) => {
    const first = begun[i] as number;
    if (first < 0 || (launches && !launched[i])) return { series: i, ln: Number.NaN };
    const to = launches ? Math.min(series.values.length, first + horizon) : series.values.length;
    return { series: i, ln: exactLn(meanAbsolute(series.values.subarray(first, to))) };
  });
  return { levels, launches };
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
