// Question: are the intervals of one series, of three, of a dozen right? Random panels out of public sets, the last horizon held back:
// how often it lay inside, and the scaled pinball loss over five levels (in units of the series' own differences). To compare two
// versions of the code, run it in both. See docs/internals/decisions/0016-levels-of-few-series.md.
//   npm run -s bench -- few-series [--size 1,3,12] [--panels 150,60,25] [--only NAME,NAME]

import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Panel, Rng } from '../src/core/index.ts';
import { autoPlanFor, lossScale, pinball } from '../src/forecasting/evaluate/index.ts';
import { forecastSeries } from '../src/forecasting/models/index.ts';
import { DuckDb } from '../src/services/data/index.ts';
import { fitPanel, toForecaster } from '../src/services/fitting/index.ts';
import { accuracyCases } from './accuracy-cases.ts';
import { historiesOf } from './histories.ts';
import { Workshop } from './workshop.ts';

const sets =
  'Hospital,Tourism monthly,Tourism quarterly,M3 monthly,M3 quarterly,M3 yearly,M4 weekly,Australian retail,Pharmacy scripts';
const { values: flags } = parseArgs({
  options: {
    size: { type: 'string', default: '1,3,12' },
    panels: { type: 'string', default: '150,60,25' },
    only: { type: 'string', default: sets },
  },
});
const levels = [0.025, 0.1, 0.5, 0.9, 0.975];
const folder = process.env.ALMANAC_DATA ?? '../shared/data';
const seasonsOf: Readonly<Record<string, readonly number[]>> = { month: [12], week: [52], day: [7] };

if (existsSync(folder)) await main();
else {
  process.stderr.write(`no public data at ${folder}; set ALMANAC_DATA\n`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const shop = await Workshop.open(folder, false);
  const timers = { setTimeout, clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout) };
  const db = new DuckDb({ scratchFolder: shop.scratch, timers });
  const counts = flags.panels.split(',').map(Number);
  try {
    for (const name of flags.only.split(',')) {
      const one = accuracyCases(folder).find((each) => each.name === name);
      if (one === undefined) throw new Error(`there is no set ${name}`);
      const { horizon, frequency, seasons = seasonsOf[frequency] ?? [] } = one.options;
      const histories = [...(await historiesOf(db, one.options)).values()];
      for (const [i, size] of flags.size.split(',').map(Number).entries()) {
        const tally = { inside80: 0, inside95: 0, steps: 0, loss: 0, series: 0 };
        const rng = new Rng(11);
        for (let panel = 0; panel < (counts[i] ?? 25); panel++) {
          const drawn = new Set(
            Array.from({ length: size }, () => histories[rng.below(histories.length)] as Float64Array),
          );
          const long = [...drawn].filter(({ length }) => length > 3 * horizon);
          if (long.length > 0) await score(long, { horizon, frequency, seasons }, tally);
        }
        const percent = (count: number): string => ((100 * count) / tally.steps).toFixed(1);
        process.stdout.write(
          `${name.padEnd(18)} ${String(size).padStart(2)} series: 80 % ${percent(tally.inside80)}, 95 % ${percent(tally.inside95)}, loss ${(tally.loss / tally.series).toFixed(4)} (${tally.series} series)\n`,
        );
      }
    }
  } finally {
    await db.close();
    await shop.close();
  }
}

/** Fits one panel without its last horizon, and adds where that lay. */
async function score(
  histories: readonly Float64Array[],
  of: {
    readonly horizon: number;
    readonly frequency: Panel['grid']['frequency'];
    readonly seasons: readonly number[];
  },
  tally: { inside80: number; inside95: number; steps: number; loss: number; series: number },
): Promise<void> {
  const { horizon, seasons } = of;
  const season = seasons.find((one) => one > 1) ?? 1;
  const panel: Panel = {
    grid: { frequency: of.frequency, weekStart: 1 },
    series: histories.map((values, i) => ({ id: `s${i}`, start: 0, values: values.slice(0, -horizon) })),
  };
  const plan = autoPlanFor(panel, { seasons, horizon });
  const fit = await fitPanel({
    ...{ panel, horizon, plan, season, levels },
    ...{ seed: 1, nonNegative: true, overlap: true, threads: 0, params: { trees: 60 } },
  });
  const forecaster = toForecaster(fit, { panel, horizon, seasons, nonNegative: true, recentCount: 14 });
  for (const [s, values] of histories.entries()) {
    const actual = values.slice(-horizon);
    const { quantiles } = forecastSeries(forecaster, s, { horizon, levels });
    const at = (level: number, k: number): number => (quantiles[level] as Float64Array)[k] as number;
    for (const [k, y] of actual.entries()) {
      if (Number.isNaN(y)) continue;
      tally.inside80 += y >= at(1, k) && y <= at(3, k) ? 1 : 0;
      tally.inside95 += y >= at(0, k) && y <= at(4, k) ? 1 : 0;
      tally.steps++;
    }
    const known = values.slice(0, -horizon);
    const losses = levels.map((level, l) => pinball(actual, quantiles[l] as Float64Array, level));
    const loss =
      losses.reduce((sum, one) => sum + one / levels.length, 0) /
      lossScale(known, { kind: 'absolute', season });
    if (!Number.isFinite(loss)) continue;
    tally.loss += loss;
    tally.series++;
  }
}
