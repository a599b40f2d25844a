// Bicycles hired in one city, hourly: one series with a day and a week in it.
// In a folder of your own this import is `from 'almanac'`.

import { defineConfig, type UserConfig } from '../src/index.ts';
import { dataPath } from './data-path.ts';

/** What to ingest; read by `run.ts`. */
export const file: string = dataPath('bike_sharing/bike_sharing_hourly.csv.gz');

const config: UserConfig = defineConfig({
  dataFolder: '.almanac/bike-sharing',
  projects: {
    'bike-sharing': {
      // No series column: the file is one series, named `all`.
      columns: { series: [], time: 'date_time', target: 'users' },
      frequency: 'hour',
      horizonSteps: 48,
      seasons: [24, 168],
    },
  },
});

export default config;
