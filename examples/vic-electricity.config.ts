// Electricity demand of one state, half-hourly, added up to hours.
// In a folder of your own this import is `from 'almanac'`.

import { defineConfig, type UserConfig } from '../src/index.ts';
import { dataPath } from './data-path.ts';

/** What to ingest; read by `run.ts`. */
export const file: string = dataPath('vic_electricity/vic_elec_halfhourly.csv.gz');

const config: UserConfig = defineConfig({
  dataFolder: '.almanac/vic-electricity',
  projects: {
    'vic-electricity': {
      columns: { series: [], time: 'timestamp', target: 'demand' },
      frequency: 'hour',
      horizonSteps: 48,
      seasons: [24, 168],
      // Two rows an hour, both part of it.
      conflicts: 'sum',
    },
  },
});

export default config;
