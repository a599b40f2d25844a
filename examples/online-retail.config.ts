// Orders of a wholesaler by stock code, daily: 4,813 series, most of them intermittent.
// In a folder of your own this import is `from 'almanac'`.

import { defineConfig, type UserConfig } from '../src/index.ts';
import { dataPath } from './data-path.ts';

/** What to ingest; read by `run.ts`. */
export const file: string = dataPath('online_retail/online_retail_daily_sku.csv.gz');

const config: UserConfig = defineConfig({
  dataFolder: '.almanac/online-retail',
  projects: {
    'online-retail': {
      columns: { series: 'series_id', time: 'timestamp', target: 'units' },
      frequency: 'day',
      horizonSteps: 28,
      seasons: [7],
      // Rows are orders: a day without one is a day without demand.
      gaps: 'zero',
    },
  },
});

export default config;
