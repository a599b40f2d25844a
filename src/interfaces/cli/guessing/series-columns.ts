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

const suffix = `([ _-]?(id|no|nr|num|code|number|key|name|desc|description|bezeichnung)\\.?)?(\\s*[([].*)?$`;
const named = (words: string): RegExp => new RegExp(`(^|[ _-])(${words})${suffix}`, 'i');
/** Names of what is bought, and of where. */
const thingName = named('sku|item|product|produkt|artikel|article|art|material|ean|gtin|part|variant');
const placeName = named(
  'store|shop|filiale|branch|site|location|warehouse|plant|werk|region|agency|depot|market|outlet|lager|lagerort|standort|niederlassung|verkaufsstelle|magasin|tienda',
);
/** What a file is of where it is the same in every row: the next one is of another till. Where it varies, sales are added up over it. */
const senderName = named('kasse|kassen|till|pos|terminal|kanal|channel|mandant');
/** Names of one sale, which no series goes by. */
const saleName =
  /receipt|invoice|order|ticket|transaction|basket|customer|beleg|bon(_|$)|rechnung|kunde|line_?(no|nr|id)?$/i;
/** Names of what numbers the sales: where there are many, rows are sales. */
const saleNumber = named(
  'order|receipt|invoice|ticket|transaction|basket|beleg|bon|rechnung|auftrag|document|booking',
);
/** Names of what is measured or paid, which no series goes by either. */
const measureName =
  /price|preis|cost|kosten|total|amount|betrag|revenue|umsatz|value|wert|tax|discount|rabatt|qty|quantity|units|menge|sales|demand|volume|weight|margin|stock|bestand/i;
/** A smaller share of rows that repeat is taken for slips. */
const uniqueMin = 0.97;
/** Of the rows, those that begin another sale. */
const salesMin = 0.05;

const isThing = ({ name }: Profile): boolean => thingName.test(name);
const isPlace = ({ name }: Profile): boolean => placeName.test(name);
/** Is it, by its name, a column of what is bought, or of where? */
export const isEntity = (profile: Profile): boolean => isThing(profile) || isPlace(profile);

/**
 * The fewest columns that, with the time, name each row once, and those of one value that name a thing: the next file has others. Where
 * things and places have columns of their own, those are asked first: other columns may name rows once by chance.
 */
export function seriesColumns(
  sample: Sample,
  profiles: readonly Profile[],
  known: { time: Profile; target: Profile; isEvents: boolean },
): SeriesColumns {
  const { time, target, isEvents } = known;
  const others = profiles.filter((profile) => profile !== time && profile !== target);
  const candidates = others
    .filter(
      ({ isKey, isNumber, name }) =>
        isKey &&
        !saleName.test(name) &&
        (!isNumber || saidId.test(name) || !(sample.isWide === true || measureName.test(name))),
    )
    .sort((a, b) => keyScore(b) - keyScore(a));
  const constant = candidates.filter(
    (profile) => profile.distinct === 1 && (isEntity(profile) || senderName.test(profile.name)),
  );
  const entities = candidates.filter((profile) => profile.distinct > 1 && isEntity(profile));
  const sold = (): SeriesColumns => ofSales(sample, candidates);
  if (isEvents) return sold();
  const byEntity = fewest(sample, entities, time);
  const isEnough = byEntity.share >= uniqueMin && (byEntity.chosen.length > 0 || entities.length === 0);
  if (!isEnough && byEntity.share >= uniqueMin)
    return {
      series: inOrder([...independent(sample, entities), ...constant]),
      repeats: false,
      reason: 'by its name',
    };
  const isSales = others.some(
    ({ name, distinct }) => saleNumber.test(name) && distinct > salesMin * sample.rows.length,
  );
  if (!isEnough && isSales) return sold();
  const found = isEnough ? byEntity : fewest(sample, candidates, time);
  if (found.share < uniqueMin) return sold();
  const series = inOrder([...withoutSpare(sample, found.chosen, time), ...constant]);
  const reason =
    found.chosen.length > 0
      ? 'with the time, names each row once'
      : series.length > 0
        ? 'the same in every row, and by its name other files have others'
        : 'every time stands once: the file is one series';
  return { series, repeats: false, reason };
}

const saidId = /(^|[ _-])(id|no|nr|code|key)$/i;

/** Rows are single sales, so no columns name each once: those that things have names in, else the one that looks most like it. */
function ofSales(sample: Sample, candidates: readonly Profile[]): SeriesColumns {
  const entities = independent(sample, candidates.filter(isEntity));
  const texts = candidates.filter(
    ({ isNumber, distinct }) => !isNumber && distinct <= Math.max(2, sample.rows.length / 10),
  );
  const series = inOrder(entities.length > 0 ? entities : texts.slice(0, 1));
  return {
    series,
    repeats: true,
    reason:
      series.length > 0
        ? 'by its name; rows of one series and time repeat, so they are single sales'
        : 'no column names things: all rows are one series, and those of one period repeat',
  };
}

/** Without the second name of the same things, or of the same places: an item's description, the region of a store. */
function independent(sample: Sample, entities: readonly Profile[]): Profile[] {
  return [entities.filter(isThing), entities.filter((profile) => !isThing(profile))].flatMap((kind) =>
    withoutSpare(sample, kind, null),
  );
}

/** Without the columns, the last first, that tell nothing apart that the others do not. */
function withoutSpare(sample: Sample, columns: readonly Profile[], time: Profile | null): Profile[] {
  const before = time === null ? [] : [time];
  const share = (of: readonly Profile[]): number => uniqueShare(sample, [...before, ...of]);
  return columns.reduceRight<Profile[]>(
    (kept, column) => {
      const rest = kept.filter((other) => other !== column);
      return rest.length > 0 && share(rest) === share(kept) ? rest : kept;
    },
    [...columns],
  );
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

/** Share of rows whose combination of these columns is new. Cost: O(rows) per column. */
function uniqueShare(sample: Sample, columns: readonly Profile[]): number {
  let all: Coded = { codes: new Int32Array(sample.rows.length), distinct: Math.min(1, sample.rows.length) };
  for (const { index } of columns) all = combined(all, codedColumn(sample, index));
  return all.distinct / sample.rows.length;
}

/** Which of its different texts each row has: many combinations of columns are looked at, and texts are slow to put together. */
interface Coded {
  readonly codes: Int32Array;
  readonly distinct: number;
}

const codedSamples = new WeakMap<Sample, Map<number, Coded>>();

function codedColumn(sample: Sample, index: number): Coded {
  const known = codedSamples.get(sample) ?? new Map<number, Coded>();
  codedSamples.set(sample, known);
  const found = known.get(index);
  if (found !== undefined) return found;
  const coded = codedBy(sample.rows.length, (row) => sample.rows[row]?.[index] ?? '');
  known.set(index, coded);
  return coded;
}

function combined(one: Coded, other: Coded): Coded {
  return codedBy(one.codes.length, (row) => (one.codes[row] ?? 0) * other.distinct + (other.codes[row] ?? 0));
}

function codedBy(rows: number, keyOf: (row: number) => string | number): Coded {
  const seen = new Map<string | number, number>();
  const codes = Int32Array.from({ length: rows }, (_, row) => {
    const key = keyOf(row);
    const code = seen.get(key) ?? seen.size;
    if (code === seen.size) seen.set(key, code);
    return code;
  });
  return { codes, distinct: seen.size };
}
