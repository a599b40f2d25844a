// The 1,311 series of the tourism competition: yearly to monthly mixed, periods numbered from 1.
// In a folder of your own this import is `from 'almanac'`.

import { defineConfig, type UserConfig } from '../src/index.ts';
import { dataPath } from './data-path.ts';

/** What to ingest; read by `run.ts`. */
export const file: string = dataPath('tourism_competition/tourism_comp.csv.gz');

const config: UserConfig = defineConfig({
  dataFolder: '.almanac/tourism',
  projects: {
    tourism: {
      columns: { series: 'series_id', time: 't', target: 'y' },
      frequency: 'step',
      horizonSteps: 8,
      seasons: [12],
    },
  },
});

export default config;
