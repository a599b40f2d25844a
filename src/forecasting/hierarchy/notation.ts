// How a hierarchy is written: `State/Region` nests, `State*Purpose` crosses, a comma separates groupings.

import { AppError } from '../../core/index.ts';

/** One level of totals: series with the same values of these attributes are added up. */
export interface LevelSpec {
  /** As it would be written: `State/Region*Purpose`. */
  readonly name: string;
  /** Attributes, in the order written; at least one. */
  readonly attributes: readonly string[];
}

/** More levels than this are a mistake of writing, not a hierarchy. */
const levelsMax = 64;

/**
 * Reads groupings into the levels they ask for, without the total and the series themselves, which every hierarchy has.
 * `A/B` = A, and B within A. `A*B` = A, B, and every pair of them; with paths on either side every prefix of one with
 * every prefix of the other, so that `State/Region*Purpose` is State, State/Region, Purpose, State*Purpose and
 * State/Region*Purpose. Levels with the same attributes are one.
 * @param groupings as written, each without commas
 * @throws AppError `hierarchy/bad-grouping`
 */
export function parseGroupings(groupings: readonly string[]): LevelSpec[] {
  const levels: LevelSpec[] = [];
  const seen = new Set<string>();
  for (const grouping of groupings) {
    for (const paths of crossings(grouping.split('*').map((path) => parsePath(path, grouping)))) {
      const attributes = [...new Set(paths.flat())];
      const key = JSON.stringify([...attributes].sort());
      if (seen.has(key)) continue;
      seen.add(key);
      levels.push({ name: paths.map((path) => path.join('/')).join('*'), attributes });
    }
  }
  if (levels.length > levelsMax)
    throw new AppError(
      'hierarchy/bad-grouping',
      `the groupings ask for ${levels.length} levels, more than ${levelsMax}: name fewer attributes`,
    );
  return levels.sort((a, b) => a.attributes.length - b.attributes.length);
}

/** The attributes that groupings mention, each once, in the order written. @throws AppError `hierarchy/bad-grouping` */
export function attributesOf(groupings: readonly string[]): string[] {
  return [
    ...new Set(
      groupings.flatMap((grouping) => grouping.split('*').flatMap((path) => parsePath(path, grouping))),
    ),
  ];
}

function parsePath(path: string, grouping: string): string[] {
  const attributes = path.split('/').map((name) => name.trim());
  if (attributes.includes(''))
    throw new AppError(
      'hierarchy/bad-grouping',
      `"${grouping}" is no grouping: expected column names joined by / (within) and * (crossed with), as in State/Region*Purpose`,
    );
  return attributes;
}

/** Every choice of a prefix of some of the paths, at least one, those of fewer paths first. */
function crossings(paths: readonly (readonly string[])[]): (readonly string[])[][] {
  let chosen: (readonly string[])[][] = [[]];
  for (const path of paths) {
    const prefixes = path.map((_, i) => path.slice(0, i + 1));
    chosen = [...chosen, ...chosen.flatMap((before) => prefixes.map((prefix) => [...before, prefix]))];
  }
  return chosen.filter((choice) => choice.length > 0);
}
