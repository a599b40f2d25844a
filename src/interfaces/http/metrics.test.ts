import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shopProject } from '../../../test/fixtures/http-world.ts';
import { fixedProjects } from '../../../test/fixtures/project.ts';
import { Kpis, openProbe } from '../../services/kpis/index.ts';
import { type EdgeState, Metrics } from './metrics.ts';
import { alone, type CoverageReport, type HttpOptions } from './services.ts';

test('the levels in use stand by project, kind of demand and level, and so does what they rest on; who follows, by name', async () => {
  const report: CoverageReport = {
    window: { fromPeriod: 0, toPeriod: 9 },
    memoryPeriods: 14,
    oneIn: 1,
    labels: 500,
    kinds: [
      {
        demand: 'sparse',
        levels: [
          { level: 0.1, modelLevel: 0.08, labels: 500, below: 0.1, atOrBelow: 0.15 },
          { level: 0.9, modelLevel: 0.9, labels: 0, below: null, atOrBelow: null },
        ],
      },
    ],
  };
  const cache = { hits: 0, misses: 0, forecasts: 0, bytes: 0 };
  const status = {
    version: null,
    series: 0,
    cutoff: 10,
    forecastsWaiting: 0,
    predictionsWaiting: 0,
    cache,
  };
  const options = {
    log: { linesLost: () => 0 },
    settings: { processMetrics: false },
    clock: { now: () => 0 },
    services: {
      projects: { ...fixedProjects(shopProject()), onChange: () => {} },
      coverage: { latest: () => report },
      serving: { status: () => status },
      jobs: { list: async () => [] },
      tracking: { list: async () => [] },
      inference: { statistics: async () => [asked('1', 4, 0), asked('2', 1, 2)] },
      monitor: {
        accuracy: async () => ({
          overall: {
            labelCoverage: 0.5,
            metrics: {
              n: 40,
              wape: 0.3,
              bias: -0.1,
              intervalCoverage: { 0.8: { n: 40, share: 0.75 }, 0.95: { n: 0, share: 0 } },
            },
          },
          baseline: { metrics: { mae: 4 }, predictions: { mae: 3 } },
        }),
      },
      alertRoutes: { list: async () => [] },
      alerts: { totals: async () => [{ project: 'shop', severity: 'critical', state: 'firing', count: 2 }] },
      streams: { list: async () => [] },
      sources: { list: async () => [] },
      feed: {
        lags: () => [{ name: 'serving', events: 3, seconds: 1.5, retries: 2, failure: 'shop: full' }],
        lagsElsewhere: async () => [
          { name: 'closing', events: 4, seconds: 7, retries: 0, failure: undefined },
        ],
      },
      others: alone,
      kpis: new Kpis({
        clock: { now: () => 0 },
        timers: { setTimeout: () => 0, clearTimeout: () => {} },
        probe: openProbe(),
        objective: { availability: 0.999, windowDays: 28, latencyMs: 500 },
        costs: { currency: 'EUR', perCoreHour: 0.04, perMemoryGigabyteHour: 0.005, wattsPerCore: 10 },
      }),
    },
  };
  const edge = { streams: { count: 0 }, connections: { open: 0, requests: 0 }, budget: { held: 0 } };
  const metrics = new Metrics(options as unknown as HttpOptions, edge as unknown as EdgeState);
  // A scrape begins the count that the next one shows.
  await metrics.text();
  await metrics.idle();
  const text = await metrics.text();
  const has = (line: string): void => assert.ok(text.split('\n').includes(line), line);
  has('almanac_label_coverage_ratio{project="shop"} 0.5');
  has('almanac_accuracy_labels{project="shop"} 40');
  has('almanac_accuracy_error_ratio{project="shop"} 0.3');
  has('almanac_accuracy_bias_ratio{project="shop"} -0.1');
  has('almanac_accuracy_value_added_ratio{project="shop"} 0.25');
  has('almanac_accuracy_interval_coverage_ratio{project="shop",level="0.8"} 0.75');
  assert.ok(!text.includes('level="0.95"} 0\n'));
  has('almanac_alerts{project="shop",severity="critical",state="firing"} 2');
  has('almanac_inference_requests_total{model="ranker",outcome="answered"} 5');
  has('almanac_inference_requests_total{model="ranker",outcome="failed"} 2');
  has('almanac_inference_rows_total{model="ranker"} 50');
  has('almanac_inference_seconds_total{model="ranker",part="computing"} 0.025');
  assert.ok(text.includes('almanac_feed_lag_events{subscriber="serving"} 3'));
  assert.ok(text.includes('almanac_feed_lag_seconds{subscriber="closing"} 7'));
  assert.ok(text.includes('almanac_feed_lag_seconds{subscriber="serving"} 1.5'));
  assert.ok(text.includes('almanac_feed_retries_total{subscriber="serving"} 2'));
  const labels = '{project="shop",demand="sparse",level=';
  assert.ok(text.includes(`almanac_quantile_model_level${labels}"0.1"} 0.08`));
  assert.ok(text.includes(`almanac_quantile_model_level${labels}"0.9"} 0.9`));
  assert.ok(text.includes(`almanac_quantile_coverage_ratio${labels}"0.1"} 0.15`));
  assert.ok(!text.includes(`almanac_quantile_coverage_ratio${labels}"0.9"}`));
});

/** What was counted of a version of a registered model. */
function asked(version: string, count: number, failed: number): unknown {
  const tally = (ms: number): { count: number; ms: number } => ({ count, ms: ms * count });
  return {
    name: 'ranker',
    version,
    inferences: 10 * count,
    runs: count,
    success: tally(7),
    failed: { count: failed, ms: 1 },
    checking: tally(1),
    computing: tally(5),
    completing: tally(1),
  };
}
