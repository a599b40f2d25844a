// The configuration of the demo's server: what a user's almanac.config.ts would say for this warehouse.

import { join } from 'node:path';
import { type Config, resolveConfig } from '../../interfaces/config/index.ts';
import type { SeasonScript } from './script.ts';
import { projectName } from './season-api.ts';

/** @param options.folder holds the data folder; 0 as port = any free one */
export function demoConfig(options: {
  folder: string;
  port: number;
  script: SeasonScript;
  seed: number;
}): Config {
  return resolveConfig(
    {
      dataFolder: join(options.folder, 'almanac'),
      port: options.port,
      logLevel: 'silent',
      projects: {
        [projectName]: {
          frequency: 'day',
          horizonSteps: 28,
          seasons: [7],
          columns: {
            series: ['site', 'item'],
            time: 'date',
            target: 'units',
            stockout: 'out_of_stock',
            known: ['price', 'promotion'],
            price: 'price',
          },
          // Every item on sale has a row every day, zero included: a missing row is a missing message.
          gaps: 'missing',
          // Fewer and larger steps than a user would take: a visitor waits for the first training.
          gbdt: { trees: 100, learningRate: 0.1 },
          retrainEveryPeriods: options.script.retrainEveryDays,
          seed: options.seed,
        },
      },
    },
    { cwd: options.folder, source: 'demo' },
  );
}
