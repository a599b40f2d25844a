// Prescriptions by concession, type and class, monthly: a composite key of four columns.
// In a folder of your own this import is `from 'almanac'`.

import { defineConfig, type UserConfig } from '../src/index.ts';
import { dataPath } from './data-path.ts';

/** What to ingest; read by `run.ts`. */
export const file: string = dataPath('pbs_scripts/pbs_monthly.csv.gz');

const config: UserConfig = defineConfig({
  dataFolder: '.almanac/pbs',
  projects: {
    pbs: {
      columns: {
        series: ['concession', 'type', 'atc1', 'atc2'],
        time: 'timestamp',
        target: 'scripts',
      },
      frequency: 'month',
      horizonSteps: 12,
      seasons: [12],
    },
  },
});

export default config;
