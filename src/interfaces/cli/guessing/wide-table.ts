// Tables with a column for each period, however their names are written: 2024-01, Jan-24, 31.01.2024, KW 05/2024, d_1886. Turned into the
// rows that a reader makes of them.

import { spreadRows } from '../../../services/data/index.ts';
import type { Sample } from '../sample.ts';
import { columnProfiles } from './profile.ts';
import { isPeriodName, timeForm } from './time-form.ts';

/** Names for the time and the demand, which such a table has none for. */
const [period, units] = ['period', 'units'];
/** Fewer columns that are numbered are none of periods. */
const numberedMin = 3;
/** As many rows are looked at. */
const rowsMax = 200_000;

/** The sample as rows of one period each, where it is such a table; else as it is. */
export function longSample(sample: Sample): Sample {
  if (sample.isWide === true) return sample;
  const places = sample.columns.flatMap((name, i) => (isPeriodName(name) ? [i] : []));
  const names = places.map((i) => sample.columns[i] ?? '');
  const form = names.length < 2 ? null : timeForm(period, names);
  if (form === null || (form.frequency === 'step' && names.length < numberedMin)) return sample;
  const others = sample.columns.flatMap((name, i) => (places.includes(i) ? [] : [{ name, i }]));
  if (others.some(({ name }) => name === period || name === units)) return sample;
  // A table that has a time is long, whatever else it has beside it.
  const isLong = columnProfiles({ ...sample, rows: sample.rows.slice(0, 200) }).some(
    ({ index, isTime, isInteger, name }) =>
      !places.includes(index) &&
      (isTime || (isInteger && /^(t|step|index|day|week|month|time)$/i.test(name))),
  );
  if (isLong) return sample;
  const rows = spreadRows(sample.rows, rowsMax / places.length);
  return {
    ...sample,
    whole: sample.whole && rows.length === sample.rows.length,
    columns: [...others.map(({ name }) => name), period, units],
    rows: rows.flatMap((row) =>
      places.map((i) => [
        ...others.map((other) => row[other.i] ?? ''),
        sample.columns[i] ?? '',
        row[i] ?? '',
      ]),
    ),
    isWide: true,
  };
}
