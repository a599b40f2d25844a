// The KPIs that a scrape shows. Prometheus computes rates and quantiles itself from counters and histograms; here is what it
// cannot: the objective, and what things cost.

import { Gauge, type Registry } from 'prom-client';
import type { KpiName, KpiReport } from '../../services/kpis/index.ts';

interface Shown {
  readonly metric: string;
  readonly help: string;
  /** How several processes are joined into one figure: the worst of them, or their sum. */
  readonly join: 'min' | 'max' | 'sum' | 'average';
  /** By value of its label; a metric without a label has one figure. */
  readonly label?: string;
  readonly figures: Readonly<Record<string, KpiName>>;
}

const shown: readonly Shown[] = [
  {
    metric: 'almanac_slo_availability_ratio',
    join: 'min',
    help: 'Share of forecast requests that did not fail, over the window of the objective.',
    figures: { all: 'availability' },
  },
  {
    metric: 'almanac_slo_error_budget_left_ratio',
    join: 'min',
    help: 'Share left of the failures that the objective allows.',
    figures: { all: 'error-budget.left' },
  },
  {
    metric: 'almanac_slo_slow_ratio',
    join: 'max',
    help: 'Share of forecast requests slower than the objective, over its window.',
    figures: { all: 'latency.slow' },
  },
  {
    metric: 'almanac_slo_burn_rate_ratio',
    join: 'max',
    help: 'How many times faster than allowed the budget is spent, by rule.',
    label: 'rule',
    figures: { 'page-fast': 'burn.page-fast', 'page-slow': 'burn.page-slow', ticket: 'burn.ticket' },
  },
  {
    metric: 'almanac_predictions_waiting',
    join: 'sum',
    help: 'Predictions of answers under way that are not durable yet.',
    figures: { all: 'queue.predictions' },
  },
  {
    metric: 'almanac_cost_per_thousand_forecasts',
    join: 'average',
    help: 'Cost in the currency of the settings, last hour; of the whole process, or of answering alone.',
    label: 'of',
    figures: { process: 'cost.per-thousand-forecasts', serving: 'cost.serving-per-thousand-forecasts' },
  },
  {
    metric: 'almanac_energy_per_thousand_forecasts_joules',
    join: 'average',
    help: 'Energy, last hour; of the whole process, or of answering alone.',
    label: 'of',
    figures: { process: 'energy.per-thousand-forecasts', serving: 'energy.serving-per-thousand-forecasts' },
  },
];

export class KpiGauges {
  readonly #gauges: readonly { readonly gauge: Gauge; readonly of: Shown }[];
  readonly #objective: Gauge;
  readonly #latency: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#gauges = shown.map((of) => ({
      of,
      gauge: new Gauge({
        name: of.metric,
        help: of.help,
        labelNames: of.label === undefined ? [] : [of.label],
        aggregator: of.join,
        registers,
      }),
    }));
    this.#objective = new Gauge({
      name: 'almanac_slo_objective_ratio',
      help: 'Share of forecast requests that must not fail.',
      aggregator: 'max',
      registers,
    });
    this.#latency = new Gauge({
      name: 'almanac_slo_latency_seconds',
      help: 'What 99 % of forecast requests must be faster than.',
      aggregator: 'max',
      registers,
    });
  }

  /** Shows a report; what cannot be told is NaN, as Prometheus has it. */
  set({ figures, objective }: KpiReport): void {
    for (const { gauge, of } of this.#gauges)
      for (const [value, name] of Object.entries(of.figures))
        gauge.set(of.label === undefined ? {} : { [of.label]: value }, figures[name].value ?? Number.NaN);
    this.#objective.set(objective.availability);
    this.#latency.set(objective.latencyMs / 1000);
  }
}
