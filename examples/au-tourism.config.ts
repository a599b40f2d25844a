// Overnight trips by region and purpose, quarterly.
// In a folder of your own this import is `from 'almanac'`.

import { defineConfig, type UserConfig } from '../src/index.ts';
import { dataPath } from './data-path.ts';

/** What to ingest; read by `run.ts`. */
export const file: string = dataPath('au_tourism_hier/au_tourism_quarterly.csv.gz');

const config: UserConfig = defineConfig({
  dataFolder: '.almanac/au-tourism',
  projects: {
    'au-tourism': {
      columns: { series: ['State', 'Region', 'Purpose'], time: 'timestamp', target: 'y' },
      frequency: 'quarter',
      horizonSteps: 8,
      seasons: [4],
    },
  },
});

export default config;
