// Which columns name the series: what, with the time, names each row once; or, of single sales, the columns that things have names in.

import type { Sample } from '../sample.ts';
import type { Profile } from './profile.ts';

export interface SeriesColumns {
  /** In the order of the file; [] = the file is one series. */
  readonly series: readonly Profile[];
  /** Rows of one series and time repeat: they are single sales. */
  readonly repeats: boolean;
  readonly reason: string;
}

/** Names of what is bought, and of where. */
const entityName =
  /(^|[ _-])(sku|item|product|artikel|article|art|material|ean|gtin|store|shop|filiale|branch|site|location|warehouse|plant|werk|region|agency|depot)([ _-]?(id|no|nr|code|number|key|name))?$/i;
/** Names of one sale, which no series goes by. */
const saleName =
  /receipt|invoice|order|ticket|transaction|basket|customer|beleg|bon(_|$)|rechnung|kunde|line_?(no|nr|id)?$/i;
/** A smaller share of rows that repeat is taken for slips. */
const uniqueMin = 0.97;

/** The fewest columns that, with the time, name each row once, and those of one value that name a thing: the next file has others. */
export function seriesColumns(
  sample: Sample,
  profiles: readonly Profile[],
  known: { time: Profile; target: Profile; isEvents: boolean },
): SeriesColumns {
  const { time, target, isEvents } = known;
  const candidates = profiles
    .filter(
      (profile) => profile !== time && profile !== target && profile.isKey && !saleName.test(profile.name),
    )
    .sort((a, b) => keyScore(b) - keyScore(a));
  const constant = candidates.filter(({ distinct, name }) => distinct === 1 && entityName.test(name));
  if (isEvents) return ofSales(candidates, sample.rows.length);
  const found = fewest(sample, candidates, time);
  if (found.share < uniqueMin) return ofSales([...candidates, ...found.chosen], sample.rows.length);
  const series = inOrder([...found.chosen, ...constant]);
  const reason =
    found.chosen.length > 0
      ? 'with the time, names each row once'
      : series.length > 0
        ? 'the same in every row, and by its name other files have others'
        : 'every time stands once: the file is one series';
  return { series, repeats: false, reason };
}

/** Rows are single sales, so no columns name each once: those that things have names in, else the one that looks most like it. */
function ofSales(candidates: readonly Profile[], rows: number): SeriesColumns {
  const named = candidates.filter(({ name }) => entityName.test(name));
  const texts = candidates.filter(
    ({ isNumber, distinct }) => !isNumber && distinct <= Math.max(2, rows / 10),
  );
  const series = inOrder(named.length > 0 ? named : texts.slice(0, 1));
  return {
    series,
    repeats: true,
    reason:
      series.length > 0
        ? 'by its name; rows of one series and time repeat, so they are single sales'
        : 'no column names things: all rows are one series, and those of one period repeat',
  };
}

const inOrder = (columns: readonly Profile[]): Profile[] =>
  [...new Set(columns)].sort((a, b) => a.index - b.index);

function fewest(
  sample: Sample,
  candidates: readonly Profile[],
  time: Profile,
): { chosen: readonly Profile[]; share: number } {
  let share = uniqueShare(sample, [time]);
  if (share > 0.99) return { chosen: [], share };
  for (const candidate of candidates) {
    const alone = uniqueShare(sample, [time, candidate]);
    if (alone > uniqueMin) return { chosen: [candidate], share: alone };
  }
  const chosen: Profile[] = [];
  while (share < uniqueMin && chosen.length < 4) {
    let best: Profile | undefined;
    for (const candidate of candidates) {
      if (chosen.includes(candidate)) continue;
      const next = uniqueShare(sample, [time, ...chosen, candidate]);
      if (next <= share + 0.001) continue;
      best = candidate;
      share = next;
      break;
    }
    if (best === undefined) break;
    chosen.push(best);
  }
  return { chosen, share };
}

function keyScore(profile: Profile): number {
  return (
    (/^(series|series_id|unique_id)$/i.test(profile.name) ? 5 : 0) +
    (/_id$|^id$|sku|item|product|store|shop|site|agency|region|article|code|depart/i.test(profile.name)
      ? 2
      : 0) +
    (profile.isNumber ? 0 : 1) -
    profile.index / 1000
  );
}

/** Share of rows whose combination of these columns is new. */
function uniqueShare(sample: Sample, columns: readonly Profile[]): number {
  const seen = new Set<string>();
  for (const row of sample.rows) seen.add(columns.map((column) => row[column.index]).join('\u0000'));
  return seen.size / sample.rows.length;
}
