// What Prometheus scrapes. Labels are bounded: method, route, status, project, outcome; never a series.

import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Project } from '../../core/index.ts';
import { latencyBounds } from '../../services/kpis/index.ts';
import type { ForecastAnswer } from '../../services/serving/index.ts';
import { AccuracyMetrics } from './accuracy-metrics.ts';
import { addAlertMetrics } from './alert-metrics.ts';
import type { BodyBudget } from './body-reader.ts';
import type { Connections } from './connections.ts';
import { addContractMetrics } from './contract-metrics.ts';
import type { EventStreams } from './event-stream.ts';
import { addFeedMetrics } from './feed-metrics.ts';
import { addInferenceMetrics } from './inference-metrics.ts';
import { KpiGauges } from './kpi-gauges.ts';
import { liveKpis } from './live-kpis.ts';
import type { CoverageReport, HttpOptions, IngestOutcome } from './services.ts';
import { addDeliveries, addSourceGauges, type DeliveryOutcome } from './source-metrics.ts';
import { addStreamGauges } from './stream-metrics.ts';

type LevelReport = CoverageReport['kinds'][number]['levels'][number];

const jobsCountedMax = 1000;
/** Newest runs among which the last check of features is looked for. */
const runsSearchedMax = 20;
/** Window of the KPIs of a scrape. */
const kpiMinutes = 60;

/** What the edge holds at the moment. */
export interface EdgeState {
  readonly streams: EventStreams;
  readonly connections: Connections;
  readonly budget: BodyBudget;
}

export class Metrics {
  readonly registry: Registry = new Registry();
  readonly #options: HttpOptions;
  readonly #latency: Histogram;
  readonly #forecastRequests: Counter;
  readonly #predictions: Counter;
  readonly #batches: Counter;
  readonly #rows: Counter;
  readonly #accuracy: AccuracyMetrics;
  readonly #refused: Counter;
  readonly countDelivery: (source: string, outcome: DeliveryOutcome) => void;
  readonly #kpis: KpiGauges;
  readonly #edge: EdgeState;

  constructor(options: HttpOptions, edge: EdgeState) {
    this.#options = options;
    this.#edge = edge;
    const registers = [this.registry];
    if (options.settings.processMetrics ?? true) addProcessMetrics(this.registry);
    this.#latency = new Histogram({
      name: 'almanac_http_request_duration_seconds',
      help: 'Time from the request line to the end of the answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [...latencyBounds],
      registers,
    });
    this.#forecastRequests = new Counter({
      name: 'almanac_forecast_requests_total',
      help: 'Forecast requests answered.',
      labelNames: ['project'],
      registers,
    });
    this.#predictions = new Counter({
      name: 'almanac_predictions_total',
      help: 'Series forecast and stored, by who made the forecast.',
      labelNames: ['project', 'source'],
      registers,
    });
    this.#batches = new Counter({
      name: 'almanac_batches_total',
      help: 'Batches of observations; replayed = sent again and not taken twice.',
      labelNames: ['project', 'outcome'],
      registers,
    });
    this.#rows = new Counter({
      name: 'almanac_rows_total',
      help: 'Observations received by HTTP.',
      labelNames: ['project', 'outcome'],
      registers,
    });
    this.#refused = new Counter({
      name: 'almanac_http_connections_refused_total',
      help: 'Connections refused, or closed in favour of others, because a limit was reached.',
      registers,
    });
    const lost = new Counter({
      name: 'almanac_log_lines_lost_total',
      help: 'Log lines that could not be written: the disk is full, or nobody reads them.',
      registers,
      collect() {
        lost.reset();
        lost.inc(options.log.linesLost());
      },
    });
    this.#accuracy = new AccuracyMetrics(this.registry, options);
    this.#kpis = new KpiGauges(this.registry);
    this.#addEdgeGauges(edge);
    this.#addGauges();
    addStreamGauges(this.registry, options.services.streams);
    addSourceGauges(this.registry, options.services.sources);
    this.countDelivery = addDeliveries(this.registry);
    addFeedMetrics(this.registry, options.services.feed);
    addContractMetrics(this.registry, options.services);
    addAlertMetrics(this.registry, options.services);
    addInferenceMetrics(this.registry, options.services.inference);
    options.services.projects.onChange(({ name, project }) =>
      project === undefined ? this.#forget(name) : undefined,
    );
    options.services.others.share(this.registry);
  }

  /** What was counted of a project that is gone: its labels would stay for ever. */
  async #forget(project: string): Promise<void> {
    for (const metric of [this.#forecastRequests, this.#predictions, this.#batches, this.#rows])
      for (const { labels } of (await metric.get()).values)
        if (labels.project === project) metric.remove(labels);
  }

  #addEdgeGauges({ streams, connections, budget }: EdgeState): void {
    const gauge = (name: string, help: string, value: () => number): void => {
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect() {
          this.set(value());
        },
      });
    };
    gauge('almanac_event_streams', 'Open event streams.', () => streams.count);
    gauge('almanac_http_connections', 'Open connections.', () => connections.open);
    gauge('almanac_http_requests_open', 'Requests under way.', () => connections.requests);
    gauge('almanac_http_bodies_bytes', 'Memory held by bodies of requests under way.', () => budget.held);
  }

  #addGauges(): void {
    const registers = [this.registry];
    const { services } = this.#options;
    const { projects, serving, jobs, tracking } = services;
    this.#addLevelGauges();
    new Gauge({
      name: 'almanac_serving_version',
      help: 'Number of the version that serves; 0 = baseline.',
      labelNames: ['project'],
      // Where processes differ for a moment, the version that some already serve.
      aggregator: 'max',
      registers,
      collect() {
        // Of those that are there now: what was set stays otherwise.
        this.reset();
        for (const { name } of projects.list())
          this.set({ project: name }, serving.status(name).version?.number ?? 0);
      },
    });
    new Gauge({
      name: 'almanac_series',
      help: 'Series that the serving version knows.',
      labelNames: ['project'],
      aggregator: 'max',
      registers,
      collect() {
        this.reset();
        for (const { name } of projects.list()) this.set({ project: name }, serving.status(name).series);
      },
    });
    new Gauge({
      name: 'almanac_feature_samples',
      help: 'Features that served forecasts were made from, computed again by the last training that could; different = skew.',
      labelNames: ['project', 'outcome'],
      aggregator: 'max',
      registers,
      async collect() {
        const found = [];
        for (const { name: project } of projects.list())
          found.push({ project, runs: await tracking.list({ project, limit: runsSearchedMax }) });
        this.reset();
        for (const { project, runs } of found) {
          const metrics = runs.find((run) => run.metrics['features.checked'] !== undefined)?.metrics;
          if (metrics === undefined) continue;
          const count = (name: string): number => metrics[`features.${name}`] ?? 0;
          const [revised, different] = [count('revised'), count('different')];
          this.set({ project, outcome: 'equal' }, count('checked') - revised - different);
          this.set({ project, outcome: 'revised' }, revised);
          this.set({ project, outcome: 'different' }, different);
        }
      },
    });
    new Gauge({
      name: 'almanac_forecasts_waiting',
      help: 'Series that requests wait to have computed.',
      registers,
      collect() {
        const [first] = projects.list();
        this.set(first === undefined ? 0 : serving.status(first.name).forecastsWaiting);
      },
    });
    new Gauge({
      name: 'almanac_forecast_cache_bytes',
      help: 'About the memory of forecasts held for the next request.',
      labelNames: ['project'],
      registers,
      collect() {
        this.reset();
        for (const { name } of projects.list()) this.set({ project: name }, serving.status(name).cache.bytes);
      },
    });
    const asked = new Counter({
      name: 'almanac_forecast_cache_total',
      help: 'Series asked for, by whether their forecast was held; hit ÷ all = the hit rate.',
      labelNames: ['project', 'outcome'],
      registers,
      collect() {
        asked.reset();
        for (const { name: project } of projects.list()) {
          const { hits, misses } = serving.status(project).cache;
          asked.inc({ project, outcome: 'hit' }, hits);
          asked.inc({ project, outcome: 'miss' }, misses);
        }
      },
    });
    new Gauge({
      name: 'almanac_jobs',
      help: 'Jobs by state, of the newest 1,000 of each.',
      labelNames: ['state'],
      aggregator: 'max',
      registers,
      async collect() {
        for (const state of ['queued', 'running', 'failed'] as const)
          this.set({ state }, (await jobs.list({ state, limit: jobsCountedMax })).length);
      },
    });
  }

  /** Of the last report on coverage; bounded by kinds of demand × levels of the project. */
  #addLevelGauges(): void {
    const { projects, coverage } = this.#options.services;
    const labelNames = ['project', 'demand', 'level'];
    const of = (
      name: string,
      help: string,
      value: (level: LevelReport, project: Project) => number | null,
    ): void => {
      new Gauge({
        name,
        help,
        labelNames,
        aggregator: 'max',
        registers: [this.registry],
        collect() {
          this.reset();
          for (const project of projects.list()) {
            for (const { demand, levels } of coverage.latest(project.name)?.kinds ?? []) {
              for (const each of levels) {
                const labels = { project: project.name, demand, level: String(each.level) };
                const measured = value(each, project);
                if (measured !== null) this.set(labels, measured);
              }
            }
          }
        },
      });
    };
    const help =
      'Level of its own that the model is asked for, so that demand stays below as often as the level says.';
    of('almanac_quantile_model_level', help, ({ level, modelLevel }, { adaptCoverage = true }) =>
      adaptCoverage ? modelLevel : level,
    );
    of(
      'almanac_quantile_coverage_ratio',
      'Share of recent demand not above the quantile served, newer labels weighing more.',
      ({ atOrBelow }) => atOrBelow,
    );
  }

  /** Measures every request of the server; event streams, which last for hours, are left out. */
  watch(app: FastifyInstance): void {
    app.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'none';
      this.#latency.observe(
        { method: request.method, route, status: String(reply.statusCode) },
        reply.elapsedTime / 1000,
      );
      done();
    });
  }

  countForecast(project: string, answer: ForecastAnswer): void {
    this.#forecastRequests.inc({ project });
    this.#options.services.kpis.countForecasts(answer.forecasts.length);
    let byModel = 0;
    for (const { reason } of answer.forecasts) if (reason === null) byModel++;
    const byBaseline = answer.forecasts.length - byModel;
    if (byModel > 0) this.#predictions.inc({ project, source: 'model' }, byModel);
    if (byBaseline > 0) this.#predictions.inc({ project, source: 'baseline' }, byBaseline);
  }

  countIngest(project: string, { batch, replayed }: IngestOutcome): void {
    this.#batches.inc({ project, outcome: replayed ? 'replayed' : 'accepted' });
    if (replayed) return;
    this.#rows.inc({ project, outcome: 'accepted' }, batch.rowsAccepted);
    this.#rows.inc({ project, outcome: 'duplicate' }, batch.rowsDuplicate);
    this.#rows.inc({ project, outcome: 'quarantined' }, batch.rowsQuarantined);
  }

  countRefusedConnection(): void {
    this.#refused.inc();
    this.#options.services.kpis.countRefusedConnection();
  }

  /** The text for a scrape. */
  async text(): Promise<string> {
    this.#accuracy.count();
    const { services } = this.#options;
    this.#kpis.set(await liveKpis({ services, connections: this.#edge.connections, minutes: kpiMinutes }));
    return (await services.others.metrics()) ?? (await this.registry.metrics());
  }

  /** Resolves when nothing is being counted any more. */
  async idle(): Promise<void> {
    await this.#accuracy.idle();
  }
}

/** Gauges with names of counters, which the same names without `_total` have by kind. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

function addProcessMetrics(register: Registry): void {
  collectDefaultMetrics({ register });
  for (const name of misnamed) register.removeSingleMetric(name);
}
