// Question: are the weeks of a yearly peak forecast as well as the others, whatever weekday they begin on and whatever year it is?
// `--shape NAME,NAME`, `--models NAME,NAME` (by date; `NAME/places`: by 52 places in a row, as every model once did), `--items N` (40).

import { type FitOptions, modelOf } from '../src/forecasting/models/index.ts';
import { weeklyItem, type YearShape } from '../test/fixtures/weekly-retail.ts';
import { machineNow } from './machine.ts';

const horizon = 8;
const weekStarts = [1, 0, 6, 4];

function flag(name: string, otherwise: string): string {
  const at = process.argv.indexOf(name);
  return (at < 0 ? undefined : process.argv[at + 1]) ?? otherwise;
}

interface Row {
  readonly shape: string;
  readonly noise: number;
  /** By model: Σ|error| ÷ Σ demand over the weeks of the peak, and over all. */
  readonly wape: Readonly<Record<string, { readonly peak: number; readonly all: number }>>;
}

const shapes = flag('--shape', 'christmas,week of christmas,thanksgiving,easter,summer,none').split(',');
const contestants = flag('--models', 'snaive,snaive-growth/places,snaive-growth,dotm+ets/places,dotm+ets')
  .split(',')
  .map((name) => ({ name, model: modelOf(name.replace('/places', '')), byDate: !name.endsWith('/places') }));
const items = Number(flag('--items', '40'));
const rows: Row[] = [];
for (const shape of shapes as YearShape[]) {
  for (const noise of [0.05, 0.15, 0.3]) {
    const row = { shape, noise, wape: scores(shape, noise) };
    rows.push(row);
    process.stderr.write(`${line(row)}\n`);
  }
}
const report = { name: 'year-peaks', machine: machineNow(), date: new Date().toISOString(), items, rows };
process.stdout.write(
  process.argv.includes('--json') ? `${JSON.stringify(report, null, 2)}\n` : `${rows.map(line).join('\n')}\n`,
);

/** Of items of 3.3 to 8.3 years the last year is forecast, every fourth week anew. */
function scores(shape: YearShape, noise: number): Row['wape'] {
  const errors = contestants.map(() => ({ peak: 0, all: 0 }));
  const demand = { peak: 0, all: 0 };
  for (let i = 0; i < items; i++) {
    const item = weeklyItem({
      shape,
      noise,
      weekStart: weekStarts[i % 4] as number,
      years: 3.3 + (i % 6),
      seed: 1000 + i,
    });
    const { values, peak, start, grid } = item;
    const unit = 1 / (item.expected[0] as number);
    for (let origin = values.length - 56; origin + horizon <= values.length; origin += 4) {
      const known = values.subarray(0, origin);
      const options: FitOptions = { seasons: [52], horizon, start };
      for (let h = 0; h < horizon; h++) {
        demand.all += (values[origin + h] as number) * unit;
        demand.peak += (values[origin + h] as number) * unit * (peak[origin + h] as number);
      }
      for (const [m, { model, byDate }] of contestants.entries()) {
        const out = new Float64Array(horizon);
        model.forecast(model.fit(known, byDate ? { ...options, grid } : options), out);
        for (let h = 0; h < horizon; h++) {
          const error = Math.abs((out[h] as number) - (values[origin + h] as number)) * unit;
          const sums = errors[m] as (typeof errors)[number];
          sums.all += error;
          sums.peak += error * (peak[origin + h] as number);
        }
      }
    }
  }
  return Object.fromEntries(
    contestants.map(({ name }, m) => {
      const sums = errors[m] as (typeof errors)[number];
      return [name, { peak: sums.peak / demand.peak, all: sums.all / demand.all }];
    }),
  );
}

function line({ shape, noise, wape }: Row): string {
  const figures = Object.entries(wape).map(([name, { peak, all }]) =>
    [name, Number.isFinite(peak) ? (100 * peak).toFixed(1) : '-', (100 * all).toFixed(1)].join(' '),
  );
  return `${shape.padEnd(18)} ${noise.toFixed(2)}  WAPE % peak, all: ${figures.join(' | ')}`;
}
