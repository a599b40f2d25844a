// The 3,003 series of the M3 competition: yearly to monthly mixed, periods numbered from 1.
// In a folder of your own this import is `from 'almanac'`.

import { defineConfig, type UserConfig } from '../src/index.ts';
import { dataPath } from './data-path.ts';

/** What to ingest; read by `run.ts`. */
export const file: string = dataPath('m3/m3.csv.gz');

const config: UserConfig = defineConfig({
  dataFolder: '.almanac/m3',
  projects: {
    m3: {
      columns: { series: 'series_id', time: 't', target: 'y' },
      // No dates: a period is a step. To score each kind with its own season, see `almanac evaluate --where`.
      frequency: 'step',
      horizonSteps: 8,
      seasons: [12],
    },
  },
});

export default config;
