// Turnover of 45 stores, weekly; weeks are dated by their Friday.
// In a folder of your own this import is `from 'almanac'`.

import { defineConfig, type UserConfig } from '../src/index.ts';
import { dataPath } from './data-path.ts';

/** What to ingest; read by `run.ts`. */
export const file: string = dataPath('walmart_weekly45/walmart_weekly45.csv.gz');

const config: UserConfig = defineConfig({
  dataFolder: '.almanac/walmart',
  projects: {
    walmart: {
      columns: { series: 'store', time: 'timestamp', target: 'weekly_sales' },
      frequency: 'week',
      weekStart: 5,
      horizonSteps: 13,
      seasons: [52],
    },
  },
});

export default config;
