// Question: what does the served forecast score on M5 store × department, bottom-up, and is every label joined?
// A real server process: history by HTTP, training as a job, 70 series × 28 days asked over HTTP, then the real demand.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { m5Live } from './m5-live.ts';
import { machineNow } from './machine.ts';

const dataFolder = process.env.ALMANAC_DATA ?? '../shared/data';
if (!existsSync(join(dataFolder, 'm5'))) {
  process.stderr.write(
    `m5 needs the public datasets: no folder ${join(dataFolder, 'm5')}; set ALMANAC_DATA\n`,
  );
  process.exit(1);
}
const machine = machineNow();
const { wrmsse, seasonalNaive, weekdayMean, levels, ...live } = await m5Live(dataFolder);
const result = {
  name: 'm5',
  machine,
  versions: { node: process.version },
  date: new Date().toISOString().slice(0, 10),
  rows: [
    {
      case: 'WRMSSE, mean of levels 1 to 9, d 1914 to 1941',
      ours: { wrmsse, levels, ...live },
      peer: { name: 'seasonal naive', wrmsse: seasonalNaive },
      ratio: wrmsse / seasonalNaive,
    },
    {
      case: 'the same, beside the mean of the last 8 same weekdays',
      ours: { wrmsse },
      peer: { name: 'weekday mean', wrmsse: weekdayMean },
      ratio: wrmsse / weekdayMean,
    },
  ],
};
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(result)}\n`);
else {
  const lines = [
    `WRMSSE levels 1 to 9: ${wrmsse.toFixed(4)}; seasonal naive ${seasonalNaive.toFixed(4)}, weekday mean ${weekdayMean.toFixed(4)}`,
    `by level: ${levels.map((level) => level.toFixed(3)).join(' ')}`,
    `labels joined ${live.labelsJoined}, coverage ${(100 * live.labelCoverage).toFixed(1)} %`,
    `WAPE by lead: ${live.byHorizon.map(({ wape }) => (wape === null ? '-' : wape.toFixed(3))).join(' ')}`,
    `${live.ingestRows} rows in, trained in ${live.trainSeconds.toFixed(1)} s, forecast in ${live.forecastMs.toFixed(0)} ms`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
