// What a covariate is, read off its values: a flag, a price, a number or a category. Decides which features it gets.

import type { Covariates, Panel, StaticCovariate, VaryingCovariate } from '../../core/index.ts';
import { exactLn } from '../maths/index.ts';

/** A varying column in use, with what the features need to know about it. */
export interface VaryingSpec {
  readonly name: string;
  readonly role: 'known' | 'past';
  /** `flag`: 0 or 1; `price`: positive with a level of its own per series; `number`: anything else; `category`: codes. */
  readonly kind: 'flag' | 'price' | 'number' | 'category';
  /** Of a category, the text of each code as the plan knows them. */
  readonly labels: readonly string[] | null;
  /** Share of the known cells that hold another value than the most frequent one, of flags and categories. */
  readonly share: number;
  /** The most frequent code of a category, −1 = mostly unknown: the state in which nothing happens. */
  readonly base: number;
  /** Of a price: mean ln(price) by code of an attribute, to compare an item with its like; null = none to compare with. */
  readonly peers: { readonly fixed: number; readonly byCode: readonly number[] } | null;
}

/** An attribute in use. */
export interface FixedSpec {
  readonly name: string;
  readonly labels: readonly string[] | null;
}

/** Cells looked at per column when its kind is read off. */
const cellsMax = 200_000;
/** A flag or category that changes in fewer cells than this share says nothing. */
const shareMin = 0.0005;
/** Gaps in the plans within these shares of the periods tell something. */
const gapShareMin = 0.005;
const gapShareMax = 0.6;

/** The attributes worth a column: those that vary, and no category that as good as names the series. */
export function fixedSpecs(panel: Panel): FixedSpec[] {
  return (panel.covariates?.fixed ?? []).filter(isUseful).map(({ name, labels }) => ({ name, labels }));
}

function isUseful(column: StaticCovariate): boolean {
  const distinct = new Set<number>();
  let known = 0;
  for (const value of column.values) {
    if (Number.isNaN(value)) continue;
    known++;
    distinct.add(value);
  }
  if (distinct.size < 2) return false;
  return column.labels === null || distinct.size <= Math.max(3, known / 3);
}

/** The varying columns worth a feature, with their kinds. Cost: O(min(cells, 200,000)) per column. */
export function varyingSpecs(panel: Panel, fixed: readonly FixedSpec[]): VaryingSpec[] {
  const covariates = panel.covariates;
  if (covariates === undefined) return [];
  return covariates.varying.flatMap((column) => {
    const spec = specOf(covariates, column, fixed);
    return spec === undefined ? [] : [spec];
  });
}

/**
 * Whether the known columns are all unknown in a share of the periods of the histories that is neither negligible nor
 * most of them. Cost: O(200,000) cells at most.
 */
export function plansHaveGaps(panel: Panel, varying: readonly VaryingSpec[]): boolean {
  const { covariates } = panel;
  const names = new Set(varying.filter(({ role }) => role === 'known').map(({ name }) => name));
  const columns = covariates?.varying.filter(({ name }) => names.has(name)) ?? [];
  if (covariates === undefined || columns.length === 0) return false;
  let cells = 0;
  let gaps = 0;
  for (let s = 0; s < panel.series.length && cells < cellsMax; s++) {
    const begin = covariates.begins[s]!;
    const held = panel.series[s]!.start + panel.series[s]!.values.length - covariates.starts[s]!;
    const end = Math.min(covariates.begins[s + 1]!, begin + held);
    for (let row = begin; row < end; row++) {
      cells++;
      if (columns.every(({ values }) => Number.isNaN(values[row]!))) gaps++;
    }
  }
  return gaps > gapShareMin * cells && gaps < gapShareMax * cells;
}

function specOf(
  covariates: Covariates,
  column: VaryingCovariate,
  fixed: readonly FixedSpec[],
): VaryingSpec | undefined {
  const seen = survey(column);
  const shared = { name: column.name, role: column.role, labels: column.labels, base: 0, peers: null };
  if (column.labels !== null) {
    const others = seen.cells - seen.mostCommon;
    if (others < shareMin * seen.cells || seen.distinct < 1) return undefined;
    return { ...shared, kind: 'category', base: seen.base, share: others / seen.cells };
  }
  if (seen.known === 0 || seen.distinct < 2) return undefined;
  if (seen.isBinary) {
    const share = seen.ones / seen.known;
    return share < shareMin || share > 1 - shareMin ? undefined : { ...shared, kind: 'flag', share };
  }
  const isPrice =
    column.role === 'known' && seen.isPositive && seen.distinct > 12 && hasOwnLevels(covariates, column);
  if (!isPrice) return { ...shared, kind: 'number', share: 1 };
  return { ...shared, kind: 'price', share: 1, peers: peersOf(covariates, column, fixed) };
}

interface Survey {
  cells: number;
  known: number;
  distinct: number;
  ones: number;
  isBinary: boolean;
  isPositive: boolean;
  /** The most frequent value, −1 = unknown cells are more frequent, and its count. */
  base: number;
  mostCommon: number;
}

function survey(column: VaryingCovariate): Survey {
  const step = Math.max(1, Math.floor(column.values.length / cellsMax));
  const counts = new Map<number, number>();
  const seen: Survey = {
    cells: 0,
    known: 0,
    distinct: 0,
    ones: 0,
    isBinary: true,
    isPositive: true,
    base: -1,
    mostCommon: 0,
  };
  for (let i = 0; i < column.values.length; i += step) {
    const value = column.values[i]!;
    seen.cells++;
    if (Number.isNaN(value)) continue;
    seen.known++;
    if (value === 1) seen.ones++;
    if (value !== 0 && value !== 1) seen.isBinary = false;
    if (value <= 0) seen.isPositive = false;
    if (counts.size < 1000 || counts.has(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  seen.distinct = counts.size;
  seen.mostCommon = seen.cells - seen.known;
  for (const [value, count] of counts) {
    if (count <= seen.mostCommon) continue;
    seen.mostCommon = count;
    seen.base = value;
  }
  return seen;
}

/** Whether ln(value) varies more between the series than within them, and varies within them at all. */
function hasOwnLevels(covariates: Covariates, column: VaryingCovariate): boolean {
  let within = 0;
  let cells = 0;
  const means: number[] = [];
  const series = covariates.begins.length - 1;
  const step = Math.max(1, Math.floor(series / 2000));
  for (let s = 0; s < series; s += step) {
    const own = meanLog(column.values, covariates.begins[s]!, covariates.begins[s + 1]!);
    if (own.count === 0) continue;
    means.push(own.mean);
    within += own.variance * own.count;
    cells += own.count;
  }
  if (cells === 0 || within <= 0) return false;
  if (means.length < 2) return true;
  const centre = means.reduce((sum, value) => sum + value, 0) / means.length;
  const between = means.reduce((sum, value) => sum + (value - centre) ** 2, 0) / means.length;
  return between > within / cells;
}

function meanLog(
  values: Float32Array,
  from: number,
  to: number,
): { mean: number; variance: number; count: number } {
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (!(value > 0)) continue;
    const ln = exactLn(value);
    sum += ln;
    squares += ln * ln;
    count++;
  }
  const mean = count > 0 ? sum / count : Number.NaN;
  return { mean, variance: count > 0 ? Math.max(0, squares / count - mean * mean) : 0, count };
}

/** Mean ln(price) per code of the attribute that tells prices apart best. */
function peersOf(
  covariates: Covariates,
  column: VaryingCovariate,
  fixed: readonly FixedSpec[],
): VaryingSpec['peers'] {
  const own = Array.from({ length: covariates.begins.length - 1 }, (_, s) =>
    meanLog(column.values, covariates.begins[s] as number, covariates.begins[s + 1] as number),
  );
  let best: VaryingSpec['peers'] = null;
  let bestRest = Number.POSITIVE_INFINITY;
  fixed.forEach((spec, index) => {
    const codes = covariates.fixed.find((candidate) => candidate.name === spec.name)?.values;
    if (spec.labels === null || codes === undefined) return;
    const byCode = groupMeans(own, codes, spec.labels.length);
    let rest = 0;
    own.forEach(({ mean, count }, s) => {
      const centre = byCode[codes[s] as number];
      if (count > 0 && centre !== undefined) rest += (mean - centre) ** 2;
    });
    if (rest >= bestRest) return;
    bestRest = rest;
    best = { fixed: index, byCode };
  });
  return best;
}

function groupMeans(
  own: readonly { mean: number; count: number }[],
  codes: Float32Array,
  length: number,
): number[] {
  const sums = new Float64Array(length);
  const counts = new Float64Array(length);
  let all = 0;
  let allCount = 0;
  own.forEach(({ mean, count }, s) => {
    if (count === 0) return;
    all += mean;
    allCount++;
    const code = codes[s] as number;
    if (!(code >= 0 && code < length)) return;
    sums[code] = (sums[code] as number) + mean;
    counts[code] = (counts[code] as number) + 1;
  });
  const centre = allCount > 0 ? all / allCount : 0;
  return Array.from(sums, (sum, code) => {
    const mean = (counts[code] as number) > 0 ? sum / (counts[code] as number) : centre;
    return Math.round(mean * 1e6) / 1e6;
  });
}
