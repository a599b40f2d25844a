// Beverages by agency and article, monthly: 350 series of five years.
// In a folder of your own this import is `from 'almanac'`.

import { defineConfig, type UserConfig } from '../src/index.ts';
import { dataPath } from './data-path.ts';

/** What to ingest; read by `run.ts`. */
export const file: string = dataPath('stallion/stallion_monthly.csv.gz');

const config: UserConfig = defineConfig({
  dataFolder: '.almanac/stallion',
  projects: {
    stallion: {
      columns: { series: ['agency', 'sku'], time: 'timestamp', target: 'volume' },
      frequency: 'month',
      horizonSteps: 6,
      seasons: [12],
    },
  },
});

export default config;
