// Launch levels: what similar series sold when they began. The unit of a series that has no history yet.

import { type Panel, Rng } from '../../core/index.ts';
import { exactExp, exactLn, meanAbsolute } from '../maths/index.ts';
import type { FixedSpec } from './covariate-kinds.ts';
import type { FeaturePlan, LaunchLevels } from './feature-plan.ts';
import { firstDemand, type SeriesWindow, windowOf } from './window.ts';

/** Series of one attribute value that weigh as much as the pooled mean. */
const shrinkage = 4;
const sweeps = 5;
/** Fewer launches than this within the panel: every series' own level stands in. */
const launchesMin = 30;
/** Parts that series are dealt into where each is told its level by the others. */
const partsMax = 20;

/**
 * The launch level of a window's series from its attributes, in the user's unit; above 0. Attributes that are unknown
 * count for nothing. Cost: O(attributes), allocates nothing.
 */
export function launchLevel(plan: FeaturePlan, window: SeriesWindow): number {
  if (window.launchLevel !== undefined) return window.launchLevel;
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
  return { ...fitLevels(levels, factorsOf(panel, fixed)), launches };
}

/**
 * The launch level of every series as the others tell it: without what the series itself sold, so that a training row that
 * hides a history does not show it through its level after all. Series are dealt by chance into 20 parts at most, and a part
 * is given what the rest teaches; a panel in which one series alone has demand gives the plan's own levels.
 * @param panel the one that the plan was made of
 * @returns in the user's unit, above 0, shape [series]. Cost: that of `learnLaunchLevels`, its sweeps 20 times.
 */
export function launchLevelsByOthers(plan: FeaturePlan, panel: Panel): Float64Array {
  const { levels } = seriesLevels(panel, plan.horizon);
  const factors = factorsOf(panel, plan.fixed);
  const parts = Math.min(partsMax, levels.length);
  const partOf = new Int32Array(panel.series.length).fill(-1);
  shuffled(levels.length).forEach((place, i) => {
    partOf[(levels[place] as SeriesLevel).series] = i % parts;
  });
  const plans = Array.from({ length: parts < 2 ? 0 : parts }, (_, part) => {
    const others = levels.filter(({ series }) => partOf[series] !== part);
    return { ...plan, launch: { ...plan.launch, ...fitLevels(others, factors) } };
  });
  return Float64Array.from(partOf, (part, series) =>
    launchLevel(plans[part] ?? plan, windowOf(panel, { series, origin: -1 })),
  );
}

interface SeriesLevel {
  readonly series: number;
  /** ln of its level. */
  readonly ln: number;
}

/** An attribute of categories: the code of each series, and how many codes there are. */
interface Factor {
  /** Position in the plan's attributes. */
  readonly fixed: number;
  readonly codes: Float32Array;
  readonly codeCount: number;
}

function factorsOf(panel: Panel, fixed: readonly FixedSpec[]): Factor[] {
  return fixed.flatMap((spec, index) => {
    const column = panel.covariates?.fixed.find((candidate) => candidate.name === spec.name);
    return spec.labels === null || column === undefined
      ? []
      : [{ fixed: index, codes: column.values, codeCount: spec.labels.length }];
  });
}

/** Mean and effects of these series; no effects without any. */
function fitLevels(
  levels: readonly SeriesLevel[],
  factors: readonly Factor[],
): Pick<LaunchLevels, 'all' | 'effects'> {
  if (levels.length === 0) return { all: 0, effects: [] };
  const all = levels.reduce((sum, level) => sum + level.ln, 0) / levels.length;
  const effects = factors.map((factor) => ({ ...factor, byCode: new Float64Array(factor.codeCount) }));
  const rest = Float64Array.from(levels, (level) => level.ln - all);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const effect of effects) fitEffect(effect, levels, rest);
  }
  return { all, effects: effects.map(({ fixed, byCode }) => ({ fixed, byCode: Array.from(byCode, round) })) };
}

/** 0 … count − 1 in an order of chance that is always the same. */
function shuffled(count: number): Int32Array {
  const rng = new Rng(1);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const other = rng.below(i + 1);
    [order[i], order[other]] = [order[other] as number, order[i] as number];
  }
  return order;
}

function fitEffect(
  factor: { readonly codes: Float32Array; readonly byCode: Float64Array },
  used: readonly SeriesLevel[],
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

/** The series to learn from, with their levels, and whether they are those that began within the panel. */
function seriesLevels(panel: Panel, horizon: number): { levels: SeriesLevel[]; launches: boolean } {
  const begun = panel.series.map((series) => firstDemand(series.values));
  const panelStart = panel.series.reduce(
    (least, series) => Math.min(least, series.start),
    Number.POSITIVE_INFINITY,
  );
  const launched = panel.series.map(
    (series, i) => (begun[i] as number) >= 0 && series.start + (begun[i] as number) > panelStart + horizon,
  );
  const launches = launched.filter(Boolean).length >= launchesMin;
  const levels = panel.series.flatMap((series, i) => {
    const first = begun[i] as number;
    if (first < 0 || (launches && !launched[i])) return [];
    const to = launches ? Math.min(series.values.length, first + horizon) : series.values.length;
    return [{ series: i, ln: exactLn(meanAbsolute(series.values.subarray(first, to))) }];
  });
  return { levels, launches };
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
