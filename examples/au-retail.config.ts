// Australian retail turnover by state and industry, monthly: long, trending, seasonal.
// In a folder of your own this import is `from 'almanac'`.

import { defineConfig, type UserConfig } from '../src/index.ts';
import { dataPath } from './data-path.ts';

/** What to ingest; read by `run.ts`. */
export const file: string = dataPath('au_retail/au_retail_monthly.csv.gz');

const config: UserConfig = defineConfig({
  dataFolder: '.almanac/au-retail',
  projects: {
    'au-retail': {
      columns: { series: 'series_id', time: 'timestamp', target: 'y' },
      frequency: 'month',
      horizonSteps: 24,
      seasons: [12],
    },
  },
});

export default config;
