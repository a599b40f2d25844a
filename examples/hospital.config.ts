// Patients of 767 product lines, monthly: short histories without zeros.
// In a folder of your own this import is `from 'almanac'`.

import { defineConfig, type UserConfig } from '../src/index.ts';
import { dataPath } from './data-path.ts';

/** What to ingest; read by `run.ts`. */
export const file: string = dataPath('hospital/hospital_monthly.csv.gz');

const config: UserConfig = defineConfig({
  dataFolder: '.almanac/hospital',
  projects: {
    hospital: {
      columns: { series: 'series_id', time: 'timestamp', target: 'y' },
      frequency: 'month',
      horizonSteps: 12,
      seasons: [12],
    },
  },
});

export default config;
