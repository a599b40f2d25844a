// Question: how often are rows of real series held back for another unit though they are not, and how often are they where they are?
// Every series of the public datasets comes a period at a time, as one batch of all series, and as batches of few of them.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Rng } from '../src/core/index.ts';
import { usualMax } from '../src/forecasting/evaluate/index.ts';
import { UnitCheck } from '../src/services/data/rows/unit-check.ts';

const folder = resolve(process.env.ALMANAC_DATA ?? '../shared/data');
if (!existsSync(folder)) {
  process.stderr.write(`no datasets in ${folder}: set ALMANAC_DATA to the folder that holds m3/, m4/, …\n`);
  process.exit(1);
}

interface Source {
  readonly name: string;
  readonly file: string;
  readonly series: readonly string[];
  readonly time: string;
  readonly target: string;
}

const sources: readonly Source[] = [
  ['au_retail', 'au_retail/au_retail_monthly', 'series_id', 'timestamp', 'y'],
  ['au_tourism', 'au_tourism_hier/au_tourism_quarterly', 'State Region Purpose', 'timestamp', 'y'],
  ['cheese', 'cheese/cheese_weekly', 'market chain', 'week', 'units'],
  ['hospital', 'hospital/hospital_monthly', 'series_id', 'timestamp', 'y'],
  ['m3', 'm3/m3', 'series_id', 't', 'y'],
  ['m4_hourly', 'm4/m4_hourly', 'series_id', 't', 'y'],
  ['m4_weekly', 'm4/m4_weekly', 'series_id', 't', 'y'],
  ['m5_foods8', 'm5/m5_sales_daily_ca1_foods8', 'series_id', 'timestamp', 'y'],
  ['m5_store_dept', 'm5/m5_sales_daily_store_dept', 'series_id', 'timestamp', 'y'],
  ['online_retail', 'online_retail/online_retail_daily_sku', 'series_id', 'timestamp', 'units'],
  ['pbs', 'pbs_scripts/pbs_monthly', 'concession type atc1 atc2', 'timestamp', 'scripts'],
  ['rossmann', 'rossmann/rossmann_daily', 'store', 'timestamp', 'customers'],
  ['stallion', 'stallion/stallion_monthly', 'agency sku', 'timestamp', 'volume'],
  ['tourism_comp', 'tourism_competition/tourism_comp', 'series_id', 't', 'y'],
  ['tuna', 'tuna/tuna_weekly', 'brand', 'week', 'units'],
  ['walmart', 'walmart_weekly45/walmart_weekly45', 'store', 'timestamp', 'weekly_sales'],
].map(([name = '', file = '', series = '', time = '', target = '']) => ({
  name,
  file: `${file}.csv.gz`,
  series: series.split(' '),
  time,
  target,
}));
const factors = [12, 1 / 12, 1000, 1 / 1000, 6, 24];
/** Of each dataset, evenly chosen; of each series the last ones. */
const seriesMax = Number(process.env.SERIES ?? 1200);
const periodsMax = 300;
const triesOf = 60;
/** Of a second file, values of a series. */
const fileMax = 60;
/** Units of a whole second file: as they are sent. */
const files: readonly ((value: number) => number)[] = [
  (value) => value * 12,
  (value) => value / 12,
  (value) => (value > 0 ? Math.max(1, Math.round(value / 12)) : 0),
  (value) => value * 6,
  (value) => value / 24,
];

interface Series {
  readonly periods: number[];
  readonly values: number[];
}

function read({ file, series, time, target }: Source): Series[] {
  const lines = gunzipSync(readFileSync(join(folder, file)))
    .toString()
    .split('\n');
  const cells = (line: string): string[] => line.split(',').map((cell) => cell.replaceAll('"', ''));
  const header = cells(lines[0] ?? '');
  const places = [...series, time, target].map((name) => header.indexOf(name));
  const found = new Map<string, Map<number, number>>();
  for (const line of lines.slice(1)) {
    if (line === '') continue;
    const row = cells(line);
    const parts = places.map((place) => row[place] ?? '');
    const value = Number(parts.pop());
    const at = parts.pop() ?? '';
    const id = parts.join('/');
    const known = found.get(id) ?? new Map<number, number>();
    found.set(id, known);
    const period = /^\d+$/.test(at) ? Number(at) : Date.parse(at) / 3_600_000;
    known.set(period, (known.get(period) ?? 0) + value);
  }
  const all = [...found.values()];
  const step = Math.max(1, Math.floor(all.length / seriesMax));
  return all
    .filter((_, i) => i % step === 0)
    .map((one) => {
      const sorted = [...one].sort(([a], [b]) => a - b).slice(-periodsMax);
      return { periods: sorted.map(([period]) => period), values: sorted.map(([, value]) => value) };
    });
}

/** The newest values above zero before an index, as the history of a series keeps them. */
function before(
  { values, periods }: Series,
  index: number,
): { values: number[]; oldest: number; suspect: null } {
  const kept: number[] = [];
  let oldest = Number.NEGATIVE_INFINITY;
  for (let i = index - 1; i >= 0 && kept.length < usualMax; i--) {
    const value = values[i] ?? 0;
    if (!(value > 0)) continue;
    kept.unshift(value);
    oldest = periods[i] ?? oldest;
  }
  return { values: kept, oldest, suspect: null };
}

/** One series alone: after how many values is it held back? Values that land become its history. */
function alone(one: Series, from: number, factor: number): { after: number; factor: number } | null {
  const shown = one.values.map((value, i) => (i >= from ? value * factor : value));
  let after = 0;
  for (let i = from; i < shown.length && after < 15; i++) {
    if (!((shown[i] ?? 0) > 0)) continue;
    after += 1;
    const check = new UnitCheck({ knownOf: () => before({ values: shown, periods: one.periods }, i) });
    check.add('a', one.periods[i] ?? 0, shown[i] ?? 0);
    const [held] = check.end().held;
    if (held !== undefined) return { after, factor: held.isSure ? held.factor : Number.NaN };
  }
  return null;
}

/** A batch of one period of some series. */
function together(all: readonly { one: Series; index: number }[], factor: number): number | null {
  const check = new UnitCheck({
    knownOf: (id) => {
      const at = all[Number(id)];
      return at && before(at.one, at.index);
    },
  });
  all.forEach(({ one, index }, i) => {
    check.add(String(i), one.periods[index] ?? 0, (one.values[index] ?? 0) * factor);
  });
  const [held] = check.end().held;
  return held === undefined ? null : held.isSure ? held.factor : Number.NaN;
}

/**
 * A second file of all series, after a first one that is their history: the rows held back, of those above zero.
 * @param whole all of it comes in one file, and no history before
 * @param of from the value of a row to the one that is sent
 */
function secondFile(
  all: readonly Series[],
  of: (value: number) => number,
  whole = false,
): { rows: number; held: number; series: number } {
  const splits = all.map(({ values }) =>
    whole ? 0 : Math.max(Math.floor(values.length / 2), values.length - fileMax),
  );
  const check = new UnitCheck({
    knownOf: (id) => {
      const one = all[Number(id)];
      return one && before(one, splits[Number(id)] ?? 0);
    },
  });
  let rows = 0;
  const sent = new Map<string, number[]>();
  all.forEach(({ values, periods }, s) => {
    for (let i = splits[s] ?? 0; i < values.length; i++) {
      const value = of(values[i] ?? 0);
      check.add(String(s), periods[i] ?? 0, value);
      if (!(value > 0)) continue;
      rows += 1;
      sent.set(String(s), [...(sent.get(String(s)) ?? []), periods[i] ?? 0]);
    }
  });
  const { held } = check.end();
  const heldRows = new Set(
    held.flatMap(({ seriesId, from, to }) =>
      (sent.get(seriesId) ?? []).filter((at) => at >= from && at <= to).map((at) => `${seriesId} ${at}`),
    ),
  );
  return { rows, held: heldRows.size, series: new Set(held.map(({ seriesId }) => seriesId)).size };
}

const share = (part: number, all: number): string => (all === 0 ? '-' : `${Math.round((100 * part) / all)}%`);
const rng = new Rng(7);

process.stdout.write(`false: series held back while nothing changed; batches of 3, 10 and all series held back
found: x12 /12 x1000 /1000 x6 x24, one series within 15 values (its factor right); all series in the first batch
file: series of a second file, up to ${fileMax} values each, held back while nothing changed + series of all in one file; its rows held back x12 /12 /12 rounded x6 /24\n`);
const totals = {
  series: 0,
  falseSeries: 0,
  batches: 0,
  falseBatches: 0,
  misnamed: 0,
  fileSeries: 0,
  wholeSeries: 0,
};
for (const source of sources) {
  const all = read(source);
  let falseSeries = 0;
  for (const one of all) {
    const check = new UnitCheck({ knownOf: () => undefined });
    one.values.forEach((value, i) => {
      check.add('a', one.periods[i] ?? 0, value);
    });
    if (check.end().held.length > 0) falseSeries += 1;
  }
  const byPeriod = new Map<number, { one: Series; index: number }[]>();
  for (const one of all)
    one.periods.forEach((period, index) => {
      if (index < 14) return;
      const found = byPeriod.get(period);
      if (found === undefined) byPeriod.set(period, [{ one, index }]);
      else found.push({ one, index });
    });
  const wrong = { batches: 0, held: 0 };
  const right = factors.map(() => ({ tried: 0, found: 0, named: 0, wrong: 0 }));
  for (const rows of byPeriod.values())
    for (const size of [3, 10, rows.length]) {
      if (rows.length < Math.max(3, size)) continue;
      const batch =
        size === rows.length
          ? rows
          : Array.from({ length: size }, () => rows[rng.below(rows.length)] as (typeof rows)[0]);
      wrong.batches += 1;
      if (together(batch, 1) !== null) wrong.held += 1;
      if (size !== rows.length || rng.below(4) > 0) continue;
      factors.forEach((factor, i) => {
        const count = right[i] as (typeof right)[0];
        const held = together(batch, factor);
        count.tried += 1;
        if (held !== null) count.found += 1;
        if (held !== null && Math.abs(held / factor - 1) < 1e-9) count.named += 1;
        if (held !== null && Math.abs(held / factor - 1) > 1e-9) count.wrong += 1;
      });
    }
  const single = factors.map(() => ({ tried: 0, found: 0, after: 0, wrong: 0 }));
  for (let i = 0; i < triesOf; i++) {
    const one = all[rng.below(all.length)] as Series;
    if (one.values.length < 45) continue;
    const from = 20 + rng.below(one.values.length - 40);
    factors.forEach((factor, at) => {
      const count = single[at] as (typeof single)[0];
      const held = alone(one, from, factor);
      count.tried += 1;
      if (held === null) return;
      count.found += 1;
      count.after += held.after;
      if (!Number.isNaN(held.factor) && Math.abs(held.factor / factor - 1) > 1e-9) count.wrong += 1;
    });
  }
  const untouched = secondFile(all, (value) => value);
  const whole = secondFile(all, (value) => value, true);
  totals.fileSeries += untouched.series;
  totals.wholeSeries += whole.series;
  const byFile = files.map((unit) => secondFile(all, unit)).map(({ held, rows }) => share(held, rows));
  totals.series += all.length;
  totals.falseSeries += falseSeries;
  totals.batches += wrong.batches;
  totals.falseBatches += wrong.held;
  const misnamed = [...single, ...right].reduce((sum, one) => sum + one.wrong, 0);
  totals.misnamed += misnamed;
  process.stdout.write(
    `${source.name.padEnd(14)} false ${falseSeries}/${all.length} series, ${wrong.held}/${wrong.batches} batches; ` +
      `one: ${single.map((one) => share(one.found, one.tried)).join(' ')}${misnamed > 0 ? ` (${misnamed} misnamed)` : ''}; ` +
      `all: ${right.map((one) => `${share(one.found, one.tried)}(${share(one.named, one.tried)})`).join(' ')}; ` +
      `file ${untouched.series}+${whole.series}: ${byFile.join(' ')}\n`,
  );
}
process.stdout.write(
  `in all: ${totals.falseSeries} of ${totals.series} series, ${totals.fileSeries} in second files, ${totals.wholeSeries} in one file, ${totals.falseBatches} of ${totals.batches} batches; ${totals.misnamed} factors misnamed\n`,
);
