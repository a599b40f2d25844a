// A hierarchy over series: the levels of totals and which series each total holds. The summing matrix S is never built:
// every level is added up from a finer one, so S·x is one pass over the levels and Sᵀ·x the same pass backwards.

import { AppError, assert, seriesIdOf } from '../../core/index.ts';
import { type LevelSpec, parseGroupings } from './notation.ts';

/** Attributes of the series: the label of each, shape [series]; '' = none given, a group of its own. */
export type SeriesAttributes = ReadonlyMap<string, readonly string[]>;

export interface HierarchyLevel {
  /** `total`, `bottom`, or as a grouping is written. */
  readonly name: string;
  /** [] for the total and the bottom. */
  readonly attributes: readonly string[];
  /** Its nodes are `first` … `first + count − 1`. */
  readonly first: number;
  readonly count: number;
  /** Index of the finer level it is added up from, always a later one; −1 for the bottom. */
  readonly from: number;
  /** For each node of that level, the node here that it belongs to. */
  readonly parents: Int32Array;
}

/** Nodes are numbered level by level, the total first, the series ("bottom") last and in their own order. */
export interface Hierarchy {
  readonly levels: readonly HierarchyLevel[];
  readonly nodeCount: number;
  readonly leafCount: number;
  /** Shape [nodes]: `total`, `State=NSW`, `State=NSW/Purpose=Holiday`; the bottom has the series' ids. */
  readonly names: readonly string[];
  /** Series in each node, shape [nodes]. */
  readonly leafCounts: Float64Array;
  /** For each level, the node of each series, shape [levels][series]. */
  readonly nodesOfLeaves: readonly Int32Array[];
}

/** How a series without a value for an attribute is called. */
const noLabel = '(none)';

/**
 * Builds the hierarchy that groupings ask for. A level that would repeat the total or the bottom is left out.
 * @throws AppError `hierarchy/bad-grouping`, `hierarchy/unknown-attribute`
 * Cost: O(series × levels).
 */
export function buildHierarchy(options: {
  readonly seriesIds: readonly string[];
  readonly attributes: SeriesAttributes;
  readonly groupings: readonly string[];
}): Hierarchy {
  const { seriesIds, attributes, groupings } = options;
  const leafCount = seriesIds.length;
  assert(leafCount > 0, 'a hierarchy has series');
  const specs: LevelSpec[] = [{ name: 'total', attributes: [] }];
  const groups: Groups[] = [groupLeaves(specs[0] as LevelSpec, attributes, leafCount)];
  for (const spec of parseGroupings(groupings)) {
    const found = groupLeaves(spec, attributes, leafCount);
    if (found.labels.length === 1 || found.labels.length === leafCount) continue;
    specs.push(spec);
    groups.push(found);
  }
  specs.push({ name: 'bottom', attributes: [] });
  groups.push({ codes: Int32Array.from(seriesIds, (_, s) => s), labels: seriesIds });
  const firsts = [0];
  for (const { labels } of groups) firsts.push((firsts.at(-1) as number) + labels.length);
  const levels = specs.map((spec, l): HierarchyLevel => {
    const from = finerLevel(specs, groups, l);
    return {
      ...spec,
      first: firsts[l] as number,
      count: (groups[l] as Groups).labels.length,
      from,
      parents:
        from < 0
          ? new Int32Array(0)
          : parentsOf(groups[l] as Groups, groups[from] as Groups, firsts[l] as number),
    };
  });
  const nodeCount = firsts.at(-1) as number;
  const leafCounts = new Float64Array(nodeCount);
  const nodesOfLeaves = groups.map(({ codes }, l) => codes.map((code) => code + (firsts[l] as number)));
  for (const nodes of nodesOfLeaves)
    for (const node of nodes) leafCounts[node] = (leafCounts[node] as number) + 1;
  const names = groups.flatMap(({ labels }) => labels);
  return { levels, nodeCount, leafCount, names, leafCounts, nodesOfLeaves };
}

/** First node of the bottom: leaf s is node `firstLeaf(hierarchy) + s`. */
export function firstLeaf(hierarchy: Hierarchy): number {
  return hierarchy.nodeCount - hierarchy.leafCount;
}

/**
 * S·x in place: fills every total from the values of the series.
 * @param values shape [nodes], of which the bottom is read. Cost: O(nodes), allocates nothing.
 */
export function sumUp(hierarchy: Hierarchy, values: Float64Array): void {
  const { levels } = hierarchy;
  for (let l = levels.length - 2; l >= 0; l--) {
    const { first, count, from, parents } = levels[l]!;
    const fromFirst = levels[from]!.first;
    values.fill(0, first, first + count);
    for (let i = 0; i < parents.length; i++)
      values[parents[i]!] = values[parents[i]!]! + values[fromFirst + i]!;
  }
}

/**
 * Sᵀ·x in place: each series' value becomes the sum of its own and those of all totals it is part of.
 * @param values shape [nodes]; only the bottom means something afterwards. Cost: O(nodes), allocates nothing.
 */
export function pushDown(hierarchy: Hierarchy, values: Float64Array): void {
  const { levels } = hierarchy;
  for (let l = 0; l < levels.length - 1; l++) {
    const { from, parents } = levels[l]!;
    const fromFirst = levels[from]!.first;
    for (let i = 0; i < parents.length; i++)
      values[fromFirst + i] = values[fromFirst + i]! + values[parents[i]!]!;
  }
}

/**
 * Largest |node − sum of its series|, relative to the largest value (at least 1): how far from adding up. The sums are
 * taken over the series themselves, not level by level as `sumUp` does.
 * @param values shape [nodes]. Cost: O(levels × series).
 */
export function incoherence(hierarchy: Hierarchy, values: Float64Array): number {
  const sums = new Float64Array(hierarchy.nodeCount);
  const leaf = firstLeaf(hierarchy);
  for (const nodes of hierarchy.nodesOfLeaves) {
    for (let s = 0; s < nodes.length; s++) sums[nodes[s]!] = sums[nodes[s]!]! + values[leaf + s]!;
  }
  let gap = 0;
  let size = 1;
  for (let i = 0; i < values.length; i++) {
    gap = Math.max(gap, Math.abs(values[i]! - sums[i]!));
    size = Math.max(size, Math.abs(values[i]!));
  }
  return gap / size;
}

/** Which group each series is in, and what the groups are called. */
interface Groups {
  readonly codes: Int32Array;
  readonly labels: readonly string[];
}

function groupLeaves(spec: LevelSpec, attributes: SeriesAttributes, leafCount: number): Groups {
  let codes = new Int32Array(leafCount);
  let parts: string[][] = [[]];
  for (const name of spec.attributes) {
    const labels = attributes.get(name);
    if (labels === undefined)
      throw new AppError(
        'hierarchy/unknown-attribute',
        `no attribute ${JSON.stringify(name)} to group by; there are ${[...attributes.keys()].join(', ') || 'none'}`,
      );
    const split = new Map<string, number>();
    const next: string[][] = [];
    codes = codes.map((code, s) => {
      const label = labels[s] || noLabel;
      const key = `${code} ${label}`;
      const known = split.get(key);
      if (known !== undefined) return known;
      split.set(key, next.length);
      next.push([...(parts[code] as string[]), `${name}=${label}`]);
      return next.length - 1;
    });
    parts = next;
  }
  return { codes, labels: spec.attributes.length === 0 ? [spec.name] : parts.map(seriesIdOf) };
}

/** The level with the fewest nodes that splits this one: its attributes hold all of this one's. */
function finerLevel(specs: readonly LevelSpec[], groups: readonly Groups[], level: number): number {
  const bottom = specs.length - 1;
  if (level === bottom) return -1;
  const own = (specs[level] as LevelSpec).attributes;
  let best = bottom;
  for (let other = level + 1; other < bottom; other++) {
    const theirs = (specs[other] as LevelSpec).attributes;
    if (!own.every((name) => theirs.includes(name))) continue;
    if ((groups[other] as Groups).labels.length < (groups[best] as Groups).labels.length) best = other;
  }
  return best;
}

function parentsOf(own: Groups, finer: Groups, first: number): Int32Array {
  const parents = new Int32Array(finer.labels.length);
  for (const [s, code] of finer.codes.entries()) parents[code] = first + (own.codes[s] as number);
  return parents;
}
