// Rows that repeat another in every column: sales that happen to be alike, or rows that an export wrote twice.

import type { Sample } from '../sample.ts';
import { percent, plural } from '../words.ts';
import type { Profile } from './profile.ts';

/** A larger share of the rows is no slip of an export: it must be more than chance. */
const fewShare = 0.05;
/** That so many rows are alike by chance is less likely than this. */
const chanceMax = 0.001;

export interface Copies {
  /** Rows that say in every column what an earlier one says. */
  readonly rows: number;
  /** Different rows of which there are several. */
  readonly groups: number;
  /** The sample with one of each. */
  readonly rest: Sample;
}

export function copiesIn(sample: Sample): Copies {
  const seen = new Map<string, number>();
  const rows = sample.rows.filter((row) => {
    const key = row.join('\u0000');
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    return times === 1;
  });
  const groups = [...seen.values()].filter((times) => times > 1).length;
  return { rows: sample.rows.length - rows.length, groups, rest: { ...sample, rows } };
}

/**
 * Were they written twice, rather than two sales each? So it is where without them hardly any series has two rows of one time, and they
 * are few, or more than chance makes alike: in single sales of the same item and day most pairs differ in their amounts.
 * @param key the columns that, with the time, name the rows that are left
 */
export function areWrittenTwice(
  { rows, groups, rest }: Copies,
  of: { readonly time: Profile; readonly key: readonly Profile[] },
): boolean {
  if (rows <= fewShare * (rest.rows.length + rows)) return true;
  const named = new Set([of.time, ...of.key].map(({ index }) => index));
  return groups * Math.log(alikeShare(rest, named)) < Math.log(chanceMax);
}

/** Of pairs of rows, those that are alike in the columns that name none. */
function alikeShare(sample: Sample, named: ReadonlySet<number>): number {
  const counts = new Map<string, number>();
  for (const row of sample.rows) {
    const key = row.filter((_, i) => !named.has(i)).join('\u0000');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const total = sample.rows.length;
  return [...counts.values()].reduce((sum, count) => sum + (count / total) ** 2, 0);
}

/** What to say of them. @param isSum rows of one period are added up */
export function copiesNote({ rows, rest }: Copies, isSum: boolean): string[] {
  if (rows === 0) return [];
  const all = rest.rows.length + rows;
  const share = `${plural(rows, 'row')} of ${all.toLocaleString('en-US')} (${percent(rows / all)})`;
  return [
    isSum
      ? `${share} say in every column what another says: added up, as sales of their own. Of an export that wrote them twice: conflicts: 'quarantine', which counts them once.`
      : `${share} say in every column what another says: counted once, as of an export that wrote them twice. Are they sales of their own: conflicts: 'sum'.`,
  ];
}
