// How good the forecasts of late were, for a scrape: counted behind it, so that no scrape waits for it.

import { Gauge, type Registry } from 'prom-client';
import type { AccuracyReport } from '../../services/monitor/index.ts';
import type { HttpOptions } from './services.ts';

/** Counted anew at most this often. */
const everyMs = 60_000;
/** Periods forecast that count: so many horizons. */
const horizons = 2;

export class AccuracyMetrics {
  readonly #options: HttpOptions;
  /** By project, as of the last count. */
  #reports: ReadonlyMap<string, AccuracyReport> = new Map();
  #countedAt = Number.NEGATIVE_INFINITY;
  #counting: Promise<void> | undefined;

  constructor(registry: Registry, options: HttpOptions) {
    this.#options = options;
    const gauge = (name: string, help: string, value: (report: AccuracyReport) => number | null): void =>
      this.#add(registry, { name, help }, (report) => [[{}, value(report)]]);
    gauge(
      'almanac_label_coverage_ratio',
      'Share of the labels due in the last two horizons that have come.',
      ({ overall }) => overall.labelCoverage,
    );
    gauge(
      'almanac_accuracy_labels',
      'Labels of the last two horizons that the figures of accuracy rest on.',
      ({ overall }) => overall.metrics.n,
    );
    gauge(
      'almanac_accuracy_error_ratio',
      'Sum of absolute errors ÷ sum of demand (WAPE), of forecasts that a version made.',
      ({ overall }) => overall.metrics.wape,
    );
    gauge(
      'almanac_accuracy_bias_ratio',
      'Sum of errors ÷ sum of demand: above 0 = forecasts too much.',
      ({ overall }) => overall.metrics.bias,
    );
    gauge(
      'almanac_accuracy_value_added_ratio',
      '1 − error ÷ that of seasonal naive, on the labels that both forecast: below 0 = worse than repeating the last season.',
      ({ baseline: { metrics, predictions } }) =>
        metrics.mae !== null && metrics.mae > 0 && predictions.mae !== null
          ? 1 - predictions.mae / metrics.mae
          : null,
    );
    this.#add(
      registry,
      {
        name: 'almanac_accuracy_interval_coverage_ratio',
        help: 'Share of demand inside the central interval of the level.',
        label: 'level',
      },
      ({ overall }) =>
        Object.entries(overall.metrics.intervalCoverage).map(([level, { n, share }]) => [
          { level },
          n > 0 ? share : null,
        ]),
    );
  }

  #add(
    registry: Registry,
    { name, help, label }: { readonly name: string; readonly help: string; readonly label?: string },
    values: (report: AccuracyReport) => readonly (readonly [labels: Record<string, string>, number | null])[],
  ): void {
    const { projects } = this.#options.services;
    // One that is gone since the last count is shown no more.
    const reports = (): [string, AccuracyReport][] =>
      projects.list().flatMap(({ name: project }) => {
        const report = this.#reports.get(project);
        return report === undefined ? [] : [[project, report]];
      });
    new Gauge({
      name,
      help,
      labelNames: ['project', ...(label === undefined ? [] : [label])],
      // All processes count the same store.
      aggregator: 'max',
      registers: [registry],
      collect() {
        this.reset();
        for (const [project, report] of reports())
          for (const [labels, value] of values(report))
            if (value !== null) this.set({ project, ...labels }, value);
      },
    });
  }

  /** Begins a count when the last one is old; a scrape shows the last one. */
  count(): void {
    const { clock, log } = this.#options;
    if (this.#counting !== undefined || clock.now() - this.#countedAt < everyMs) return;
    this.#countedAt = clock.now();
    this.#counting = this.#read()
      .catch((error: unknown) => log.error({ reason: String(error) }, 'accuracy could not be counted'))
      .finally(() => {
        this.#counting = undefined;
      });
  }

  async #read(): Promise<void> {
    const { projects, monitor, serving } = this.#options.services;
    const reports = new Map<string, AccuracyReport>();
    for (const project of projects.list()) {
      const { cutoff } = serving.status(project.name);
      if (cutoff === null) continue;
      const fromPeriod = cutoff - horizons * project.horizonSteps;
      reports.set(project.name, await monitor.accuracy(project, { fromPeriod }));
    }
    this.#reports = reports;
  }

  /** Resolves when nothing is being counted any more. */
  async idle(): Promise<void> {
    await this.#counting;
  }
}
