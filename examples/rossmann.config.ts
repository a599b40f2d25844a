// Turnover of 1,115 drug stores, daily; closed days have no row.
// In a folder of your own this import is `from 'almanac'`.

import { defineConfig, type UserConfig } from '../src/index.ts';
import { dataPath } from './data-path.ts';

/** What to ingest; read by `run.ts`. */
export const file: string = dataPath('rossmann/rossmann_daily.csv.gz');

const config: UserConfig = defineConfig({
  dataFolder: '.almanac/rossmann',
  projects: {
    rossmann: {
      columns: { series: 'store', time: 'timestamp', target: 'sales' },
      frequency: 'day',
      horizonSteps: 42,
      seasons: [7],
      // A closed day sells nothing, and is known to.
      gaps: 'zero',
    },
  },
});

export default config;
