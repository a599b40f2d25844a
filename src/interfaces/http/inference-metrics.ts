// Registered models as counters: how often each was asked, and what the time went into. Labels are names of models that somebody
// registered; versions of one are added up.

import { Counter, type Registry } from 'prom-client';
import type { ModelStatistics } from '../../services/inference/index.ts';
import type { HttpServices } from './services.ts';

/** Models shown, by name: where thousands are registered, a scrape has not thousands of lines. */
const modelsMax = 100;

interface Shown {
  readonly name: string;
  readonly help: string;
  /** The values of one model, by a further label where there is one. */
  readonly label?: string;
  readonly values: (of: ModelStatistics) => Readonly<Record<string, number>>;
}

const shown: readonly Shown[] = [
  {
    name: 'almanac_inference_requests_total',
    help: 'Requests to registered models.',
    label: 'outcome',
    values: ({ success, failed }) => ({ answered: success.count, failed: failed.count }),
  },
  {
    name: 'almanac_inference_rows_total',
    help: 'Rows that registered models have answered.',
    values: ({ inferences }) => ({ all: inferences }),
  },
  {
    name: 'almanac_inference_runs_total',
    help: 'Runs of registered models: fewer than requests where runs answered several.',
    values: ({ runs }) => ({ all: runs }),
  },
  {
    name: 'almanac_inference_seconds_total',
    help: 'Time of answered requests: checking inputs, the model itself, completing the answer.',
    label: 'part',
    values: ({ checking, computing, completing }) => ({
      checking: checking.ms / 1000,
      computing: computing.ms / 1000,
      completing: completing.ms / 1000,
    }),
  },
];

export function addInferenceMetrics(
  registry: Registry,
  inference: Pick<HttpServices['inference'], 'statistics'>,
): void {
  for (const { name, help, label, values } of shown) {
    const counter: Counter = new Counter({
      name,
      help,
      labelNames: ['model', ...(label === undefined ? [] : [label])],
      registers: [registry],
      async collect() {
        const statistics = await inference.statistics();
        const models = [...new Set(statistics.map((one) => one.name))].sort().slice(0, modelsMax);
        counter.reset();
        for (const one of statistics) {
          if (!models.includes(one.name)) continue;
          for (const [key, value] of Object.entries(values(one)))
            counter.inc({ model: one.name, ...(label === undefined ? {} : { [label]: key }) }, value);
        }
      },
    });
  }
}
