// The totals of a panel as series of their own: what they are called, what they sold, and where they end.

import {
  AppError,
  lastPeriod,
  ObservationStatus,
  type Panel,
  periodLabel,
  type Series,
  seriesPartsOf,
} from '../../core/index.ts';
import { firstLeaf, type Hierarchy, type SeriesAttributes } from '../../forecasting/hierarchy/index.ts';

/**
 * What series can be grouped by: the columns that name them, and the fixed attributes.
 * @param seriesColumns as the ids were made of, see `seriesIdOf`
 */
export function attributesOfPanel(panel: Panel, seriesColumns: readonly string[]): SeriesAttributes {
  const parts = panel.series.map(({ id }) => seriesPartsOf(id, seriesColumns.length));
  const attributes = new Map<string, string[]>();
  for (const [c, name] of seriesColumns.entries())
    attributes.set(
      name,
      parts.map((part) => part[c] ?? ''),
    );
  for (const { name, labels, values } of panel.covariates?.fixed ?? []) {
    const text = (value: number): string => (labels === null ? String(value) : (labels[value] ?? ''));
    attributes.set(
      name,
      Array.from(values, (value) => (Number.isNaN(value) ? '' : text(value))),
    );
  }
  return attributes;
}

export interface AlignedPanel {
  readonly panel: Panel;
  readonly testSteps: Int32Array | null;
  /** Series that ended before the others, and have no demand from there on. */
  readonly endedEarly: number;
}

/**
 * Lets all series end in the same period, so that they can be added up: a series that ends before is taken as sold no more.
 * @param testSteps steps at the end of each series that are test; null = the last horizon of each
 * @throws AppError `hierarchy/uneven-test`
 * Cost: O(values of series that end early).
 */
export function alignEnds(panel: Panel, testSteps: Int32Array | null): AlignedPanel {
  const end = panel.series.reduce(
    (latest, one) => Math.max(latest, lastPeriod(one)),
    Number.NEGATIVE_INFINITY,
  );
  const firstTest = testSteps === null ? null : firstTestPeriod(panel, testSteps);
  let endedEarly = 0;
  const series = panel.series.map((one): Series => {
    const missing = end - lastPeriod(one);
    if (missing === 0) return one;
    endedEarly++;
    const values = new Float64Array(one.values.length + missing);
    values.set(one.values);
    if (one.status === undefined) return { id: one.id, start: one.start, values };
    const status = new Uint8Array(values.length).fill(ObservationStatus.observed);
    status.set(one.status);
    return { id: one.id, start: one.start, values, status };
  });
  return {
    panel: { ...panel, series },
    testSteps:
      firstTest === null
        ? null
        : Int32Array.from(series, ({ start }) => end - Math.max(start, firstTest) + 1),
    endedEarly,
  };
}

/** The period in which all test windows begin. */
function firstTestPeriod(panel: Panel, testSteps: Int32Array): number {
  let first: number | null = null;
  for (const [s, one] of panel.series.entries()) {
    const steps = testSteps[s] as number;
    if (steps === 0) continue;
    const own = lastPeriod(one) - steps + 1;
    first ??= own;
    // A series that began inside the test window has test rows only.
    if (own === first || (own > first && steps === one.values.length)) continue;
    throw new AppError(
      'hierarchy/uneven-test',
      `the test window of ${one.id} begins at ${periodLabel(panel.grid, own)}, that of others at ${periodLabel(panel.grid, first)}`,
    );
  }
  return first ?? Number.POSITIVE_INFINITY;
}

/** An aggregate whose known series usually sell at least this share of it is estimated from them. */
const knownShareMin = 0.9;

/**
 * Histories of all totals. Before its first period a series adds nothing. A period in which a series is unknown is
 * estimated from the others of the node, in proportion to their mean demand, when those make up nine tenths of it or more;
 * else the total is unknown too.
 * @param leaves histories that end in the same period, in the hierarchy's order
 * @returns one series per node above the bottom, named by the hierarchy. Cost: O(levels × values).
 */
export function totalsOf(hierarchy: Hierarchy, leaves: readonly Series[]): Series[] {
  const nodes = firstLeaf(hierarchy);
  const starts = new Float64Array(nodes).fill(Number.POSITIVE_INFINITY);
  const usual = leaves.map(({ values }) => meanSize(values));
  const isHoley = new Uint8Array(nodes);
  const holey = leaves.map(({ values }) => values.some(Number.isNaN));
  eachMembership(hierarchy, (node, s) => {
    starts[node] = Math.min(starts[node] as number, (leaves[s] as Series).start);
    if (holey[s] === true) isHoley[node] = 1;
  });
  const end = lastPeriod(leaves[0] as Series) + 1;
  const totals = Array.from(starts, (start) => new Float64Array(end - start));
  const gaps = Array.from(starts, (start, node) => new Float64Array(isHoley[node] === 1 ? end - start : 0));
  const sizes = gaps.map(({ length }) => new Float64Array(length));
  eachMembership(hierarchy, (node, s) => {
    const { start, values } = leaves[s] as Series;
    addLeaf(
      { total: totals[node]!, gap: gaps[node]!, size: sizes[node]! },
      { values, usual: usual[s]!, shift: start - starts[node]! },
    );
  });
  return totals.map((values, node) => {
    fillGaps(values, gaps[node] as Float64Array, sizes[node] as Float64Array);
    return { id: hierarchy.names[node] as string, start: starts[node] as number, values };
  });
}

function eachMembership(hierarchy: Hierarchy, visit: (node: number, leaf: number) => void): void {
  for (const nodes of hierarchy.nodesOfLeaves.slice(0, -1)) {
    for (let s = 0; s < nodes.length; s++) visit(nodes[s]!, s);
  }
}

function addLeaf(
  to: { readonly total: Float64Array; readonly gap: Float64Array; readonly size: Float64Array },
  leaf: { readonly values: Float64Array; readonly usual: number; readonly shift: number },
): void {
  const { values, usual, shift } = leaf;
  const counts = to.gap.length > 0;
  for (let t = 0; t < values.length; t++) {
    const value = values[t]!;
    const isKnown = !Number.isNaN(value);
    if (isKnown) to.total[shift + t] = to.total[shift + t]! + value;
    if (!counts) continue;
    to.size[shift + t] = to.size[shift + t]! + usual;
    if (!isKnown) to.gap[shift + t] = to.gap[shift + t]! + usual;
  }
}

/** Scales the known part up to the whole, or gives the period up. */
function fillGaps(total: Float64Array, gap: Float64Array, size: Float64Array): void {
  for (let t = 0; t < gap.length; t++) {
    if (gap[t] === 0) continue;
    const known = 1 - gap[t]! / size[t]!;
    total[t] = known >= knownShareMin ? total[t]! / known : Number.NaN;
  }
}

/** Mean |demand| of the known periods; a trace where nothing ever sold, so that an unknown period still counts. */
function meanSize(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += Math.abs(value);
    count++;
  }
  return sum > 0 ? sum / count : 1e-9;
}
