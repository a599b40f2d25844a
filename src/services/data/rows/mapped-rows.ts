// Rows of files that a mapping is for: read by the names that the files have, handed on with the words of the project.

import { type MappedNames, namesInFiles } from '../../../core/index.ts';
import type { RowFields, RowSink } from './raw-row.ts';

type Words = ReadonlyMap<string, string> | null;

/** The columns as files call them. Those that the mapping names must be there, other covariates may be left out. */
export function fieldsInFiles(fields: RowFields, mapped: MappedNames | undefined): RowFields {
  if (mapped === undefined) return fields;
  const nameOf = namesInFiles(mapped);
  const named = (name: string | null): string | null => (name === null ? null : nameOf(name));
  const said = fields.extras.filter((name) => Object.hasOwn(mapped.columns, name)).map(nameOf);
  return {
    ...fields,
    series: fields.series.map(nameOf),
    time: named(fields.time),
    target: named(fields.target),
    stockout: named(fields.stockout),
    extras: fields.extras.map(nameOf),
    ...(said.length === 0 ? {} : { ruled: [...(fields.ruled ?? []), ...said] }),
  };
}

/**
 * The words of files as what they stand for, before anything else looks at a row.
 * @param fields of the project: columns that come behind these in a row are those of the file itself
 */
export function withWords(fields: RowFields, mapped: MappedNames | undefined, sink: RowSink): RowSink {
  if (mapped === undefined || Object.keys(mapped.values).length === 0) return sink;
  const wordsOf = (column: string | null): Words =>
    column !== null && Object.hasOwn(mapped.values, column)
      ? new Map(Object.entries(mapped.values[column] ?? {}))
      : null;
  const [series, extras] = [fields.series.map(wordsOf), fields.extras.map(wordsOf)];
  const stockout = wordsOf(fields.stockout);
  // What the row held, as its reader may go by it for the next one.
  const held = {
    series: [...fields.series] as (string | null)[],
    extras: [...fields.extras] as (string | null)[],
  };
  return (row) => {
    // A record that is broken may still hold what the one before it held.
    if (row.problem !== null && !row.readable) return sink(row);
    const before = row.stockout;
    for (let i = 0; i < series.length; i++) {
      const text = row.series[i] ?? null;
      held.series[i] = text;
      row.series[i] = meant(series[i] ?? null, text);
    }
    row.stockout = meant(stockout, before);
    const areNumbers = row.extraIsNumber.slice(0, extras.length);
    for (let i = 0; i < extras.length; i++) {
      const text = row.extras[i] ?? null;
      held.extras[i] = text;
      row.extras[i] = meant(extras[i] ?? null, text);
      if (row.extras[i] !== text) row.extraIsNumber[i] = false;
    }
    sink(row);
    row.stockout = before;
    for (let i = 0; i < series.length; i++) row.series[i] = held.series[i] ?? null;
    for (let i = 0; i < extras.length; i++) {
      row.extras[i] = held.extras[i] ?? null;
      row.extraIsNumber[i] = areNumbers[i] ?? false;
    }
  };
}

function meant(words: Words, text: string | null): string | null {
  return words === null || text === null ? text : (words.get(text) ?? words.get(text.trim()) ?? text);
}
