// The 359 weekly series of the M4 competition, periods numbered from 1.
// In a folder of your own this import is `from 'almanac'`.

import { defineConfig, type UserConfig } from '../src/index.ts';
import { dataPath } from './data-path.ts';

/** What to ingest; read by `run.ts`. */
export const file: string = dataPath('m4/m4_weekly.csv.gz');

const config: UserConfig = defineConfig({
  dataFolder: '.almanac/m4-weekly',
  projects: {
    'm4-weekly': {
      columns: { series: 'series_id', time: 't', target: 'y' },
      frequency: 'step',
      horizonSteps: 13,
      seasons: [52],
    },
  },
});

export default config;
