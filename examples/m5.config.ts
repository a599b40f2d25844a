// Unit sales of ten supermarkets by department, daily, five years: 70 series with a strong week.
// In a folder of your own this import is `from 'almanac'`.

import { defineConfig, type UserConfig } from '../src/index.ts';
import { dataPath } from './data-path.ts';

/** What to ingest; read by `run.ts`. */
export const file: string = dataPath('m5/m5_sales_daily_store_dept.csv.gz');

const config: UserConfig = defineConfig({
  dataFolder: '.almanac/m5',
  projects: {
    m5: {
      columns: { series: ['dept_id', 'store_id'], time: 'timestamp', target: 'y' },
      frequency: 'day',
      horizonSteps: 28,
      seasons: [7],
      // One order of a new store can be many times its first quiet days.
      contract: { unitJumpFactor: 1000 },
      retrainEveryPeriods: 28,
    },
  },
});

export default config;
