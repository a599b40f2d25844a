// What rows that have names for good say of periods, when some of them are new and others say something else than before.

import { ObservationStatus } from '../../../core/index.ts';
import type { Cell, KnownWord, ObservationRow, SourceRow, Word } from '../../../storage/ports/index.ts';
import { addedTo, addWords, nothing, standing, unlessWaiting } from './add-words.ts';

/** New and changed rows of a source, by the periods that they speak of, or spoke of. */
export interface Changes {
  readonly cells: readonly Cell[];
  readonly keys: readonly string[];
  /** Of each cell the rows that speak of it now, and what spoke of it before and does so no more, or otherwise. */
  readonly now: ReadonlyMap<string, readonly SourceRow[]>;
  readonly before: ReadonlyMap<string, readonly SourceRow[]>;
  /** What the reader made of them, by cell: it has what they say beside demand. */
  readonly read: ReadonlyMap<string, ObservationRow>;
  /** Rows that say something else of demand than before. */
  readonly corrected: number;
}

export function cellKey({ seriesId, period }: Cell): string {
  return `${period} ${seriesId}`;
}

export function changesOf(
  rows: readonly { readonly row: SourceRow; readonly former: SourceRow | undefined }[],
  observations: readonly ObservationRow[],
): Changes {
  const cells = new Map<string, Cell>();
  const [now, before] = [new Map<string, SourceRow[]>(), new Map<string, SourceRow[]>()];
  const note = (at: Map<string, SourceRow[]>, row: SourceRow | undefined): void => {
    if (row?.word == null) return;
    const key = cellKey(row.word);
    const { seriesId, period } = row.word;
    cells.set(key, { seriesId, period });
    const there = at.get(key);
    if (there === undefined) at.set(key, [row]);
    else there.push(row);
  };
  let corrected = 0;
  for (const { row, former } of rows) {
    note(now, row);
    note(before, former);
    if (former?.word != null && !isSameWord(former.word, row.word)) corrected += 1;
  }
  return {
    cells: [...cells.values()],
    keys: rows.map(({ row }) => row.key),
    now,
    before,
    read: new Map(observations.map((row) => [cellKey(row), row])),
    corrected,
  };
}

/**
 * Rule `last`: of each period the row that stands last counts; one that knows the demand before those that do not.
 * @param others what other rows of the source say of these periods
 * @returns of the periods that are known otherwise now; what came beside demand too
 */
export function replacing(changes: Changes, others: ReadonlyMap<string, SourceRow>): ObservationRow[] {
  const rows = silentRows(changes);
  for (const cell of changes.cells) {
    const key = cellKey(cell);
    const other = others.get(key);
    const was = lastOf([...(changes.before.get(key) ?? []), ...(other === undefined ? [] : [other])]);
    const is = lastOf([...(changes.now.get(key) ?? []), ...(other === undefined ? [] : [other])]);
    if (is?.word == null) {
      rows.push({ ...cell, value: Number.NaN, status: ObservationStatus.withdrawn });
      continue;
    }
    const { value, status } = is.word;
    const covariates = is === other ? undefined : changes.read.get(key)?.covariates;
    if (covariates !== undefined) rows.push({ ...cell, value, status, covariates });
    else if (!isSameWord(was?.word ?? null, is.word)) rows.push({ ...cell, value, status });
  }
  return rows;
}

/**
 * Rule `sum`: of each period the words of all rows are added up, also those that came by other ways. A row that has changed takes
 * out what it brought before; one that is refused is waited for until it is read anew.
 * @param known.earlier what is known of these periods, by `cellKey`
 */
export function summing(
  changes: Changes,
  known: {
    readonly others: ReadonlyMap<string, SourceRow>;
    readonly earlier: ReadonlyMap<string, KnownWord>;
  },
): ObservationRow[] {
  const rows = silentRows(changes);
  for (const cell of changes.cells) {
    const key = cellKey(cell);
    const [now, before] = withoutSame(changes.now.get(key) ?? [], changes.before.get(key) ?? []);
    const covariates = changes.read.get(key)?.covariates;
    const beside = covariates === undefined ? {} : { covariates };
    const earlier = known.earlier.get(key);
    const plus = total(now);
    const minus = total(before);
    const refused = refusedOf(now) - refusedOf(before);
    const waits = refused === 0 ? {} : { refused };
    if (plus === undefined && minus === undefined && covariates === undefined && refused === 0) continue;
    const stood = standing(earlier);
    if (minus === undefined || stood === null) {
      // What has been taken back is not taken out again.
      if (plus !== undefined || refused !== 0)
        rows.push(addedTo({ ...cell, ...(plus ?? nothing), ...waits, ...beside }, earlier));
      else if (earlier !== undefined && covariates !== undefined)
        rows.push({ ...cell, ...stands(earlier), ...beside, part: nothing });
      continue;
    }
    const all = difference({ earlier: stood, plus, minus, other: known.others.get(key) });
    const waiting = Math.max(0, (earlier?.open?.rows ?? 0) + refused);
    if (waiting === 0 && refused === 0) rows.push({ ...cell, ...all, ...beside });
    else rows.push({ ...cell, ...whileWaiting(all, { plus, minus, waiting, refused, earlier }), ...beside });
  }
  return rows;
}

/** The same where refused rows wait, or did. */
function whileWaiting(
  all: Pick<ObservationRow, 'value' | 'status' | 'part'>,
  of: {
    plus: Word | undefined;
    minus: Word;
    waiting: number;
    refused: number;
    earlier: KnownWord | undefined;
  },
): Omit<ObservationRow, 'seriesId' | 'period'> {
  const { plus, minus, waiting, refused, earlier } = of;
  const { value, status, part } = all;
  // Nothing else was known of the period: from here on it begins anew, with the rows that wait.
  if (part === undefined && status === ObservationStatus.withdrawn)
    return { ...unlessWaiting(null, { waiting, earlier }), ...(waiting === 0 ? {} : { refused: waiting }) };
  return {
    ...unlessWaiting({ value, status }, { waiting, earlier }),
    part: part ?? { value: amountOf(plus) - amountOf(minus), status },
    ...(refused === 0 ? {} : { refused }),
  };
}

const stands = ({ value, status, open }: KnownWord): KnownWord => ({
  value,
  status,
  ...(open === undefined ? {} : { open }),
});

const amountOf = (word: Word | undefined): number =>
  word === undefined || Number.isNaN(word.value) ? 0 : word.value;

const refusedOf = (rows: readonly SourceRow[]): number =>
  rows.filter(({ word }) => word?.status === ObservationStatus.refused).length;

function difference(of: {
  earlier: Word;
  plus: Word | undefined;
  minus: Word;
  other: SourceRow | undefined;
}): Pick<ObservationRow, 'value' | 'status' | 'part'> {
  const { earlier, plus, minus, other } = of;
  const { observed, missing, stockout, withdrawn } = ObservationStatus;
  const isAll = other === undefined && Object.is(earlier.value, minus.value);
  // It was all that was known of the period.
  if (isAll)
    return plus === undefined
      ? { value: Number.NaN, status: withdrawn }
      : { value: plus.value, status: plus.status };
  const change = amountOf(plus) - amountOf(minus);
  const value = Number.isNaN(earlier.value) ? (plus?.value ?? Number.NaN) : earlier.value + change;
  const isOut =
    plus?.status === stockout ||
    other?.word?.status === stockout ||
    (earlier.status === stockout && minus.status !== stockout);
  const status = isOut ? stockout : Number.isNaN(value) ? missing : observed;
  return { value, status, part: { value: change, status } };
}

/** Words that are the same before and after cancel out. */
function withoutSame(now: readonly SourceRow[], before: readonly SourceRow[]): [SourceRow[], SourceRow[]] {
  const same = new Set(
    now
      .filter((row) => before.some(({ key, word }) => key === row.key && isSameWord(word, row.word)))
      .map(({ key }) => key),
  );
  return [now.filter(({ key }) => !same.has(key)), before.filter(({ key }) => !same.has(key))];
}

function total(rows: readonly SourceRow[]): Word | undefined {
  return rows.reduce<Word | undefined>(
    (sum, { word }) =>
      word === null || word.status === ObservationStatus.refused
        ? sum
        : sum === undefined
          ? { value: word.value, status: word.status }
          : addWords(sum, word),
    undefined,
  );
}

/** Plans, and marks of rows that were refused where none speaks of the period: they say nothing of demand. */
function silentRows({ read, now }: Changes): ObservationRow[] {
  return [...read.values()].filter(
    (row) =>
      row.status === ObservationStatus.plan ||
      (row.status === ObservationStatus.refused && !now.has(cellKey(row))),
  );
}

function lastOf(rows: readonly SourceRow[]): SourceRow | undefined {
  return rows.reduce<SourceRow | undefined>(
    (last, row) => (last === undefined || standsAfter(row, last) ? row : last),
    undefined,
  );
}

function standsAfter(a: SourceRow, b: SourceRow): boolean {
  const [knowsA, knowsB] = [a, b].map(({ word }) => word?.status !== ObservationStatus.missing);
  if (knowsA !== knowsB) return knowsA === true;
  return a.place === b.place ? a.key > b.key : a.place > b.place;
}

function isSameWord(a: SourceRow['word'], b: SourceRow['word']): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.seriesId === b.seriesId && a.period === b.period && a.status === b.status && Object.is(a.value, b.value)
  );
}
