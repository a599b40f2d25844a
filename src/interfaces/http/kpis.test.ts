import assert from 'node:assert/strict';
import { test } from 'node:test';

import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import { ManualClock } from '../../core/index.ts';
import { kpiNames } from '../../services/kpis/index.ts';
import type { Kpis } from './contract.ts';
import { openMetricsOf, prefersOpenMetrics } from './open-metrics.ts';

const minuteMs = 60_000;

async function open(): Promise<{
  world: HttpWorld;
  clock: ManualClock;
  read: (path?: string) => Promise<Kpis>;
}> {
  const clock = new ManualClock(Date.UTC(2026, 5, 1));
  const world = await HttpWorld.open({ kpiClock: clock });
  const url = await world.app.listen({ host: '127.0.0.1', port: 0 });
  return {
    world,
    clock,
    read: async (path = '/v1/system/kpis') => (await (await fetch(url + path)).json()) as Kpis,
  };
}

test('counts what was answered, forecast by forecast, over a stated window', async () => {
  const { world, clock, read } = await open();
  await world.observe(['a', -1, 5], ['b', -1, 6]);
  const url = String(world.app.listeningOrigin);
  const post = (body: string): Promise<Response> =>
    fetch(`${url}/v1/projects/shop/forecast`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
  for (let i = 0; i < 3; i++) assert.equal((await post('{}')).status, 200);
  assert.equal((await post('{"horizon":-1}')).status, 400);
  clock.moveTo(clock.now() + minuteMs);
  const { figures, since, within } = await read();
  assert.deepEqual(Object.keys(figures).sort(), [...kpiNames].sort());
  assert.equal(since, '2026-06-01T00:00:00.000Z');
  assert.equal(figures['requests.rate'].n, 4);
  assert.equal(figures['requests.refused'].value, 0.25);
  assert.equal(figures['forecasts.rate'].value, 6 / 60);
  assert.equal(figures['latency.p99'].n, 3);
  assert.deepEqual(figures.availability, {
    value: 1,
    unit: 'ratio',
    n: 3,
    from: since,
    to: '2026-06-01T00:01:00.000Z',
    bound: { kind: 'at-least', value: 0.999 },
    within: true,
    reason: null,
    estimated: false,
  });
  assert.ok((figures['energy.per-thousand-forecasts'].value as number) > 0);
  assert.equal(figures['cost.per-training'].reason, 'no training has ended yet');
  assert.ok(figures['connections.open'].value !== null && figures['connections.open'].value >= 1);
  assert.equal(typeof within, 'boolean');
  clock.moveTo(clock.now() + 90 * minuteMs);
  assert.equal((await read('/v1/system/kpis?minutes=30')).figures['forecasts.rate'].value, 0);
  await world.close();
});

test('a failed forecast costs budget, and the scrape says so', async () => {
  const { world, read } = await open();
  await world.observe(['a', -1, 5]);
  world.serving.answer = () => Promise.reject(new Error('broken'));
  const url = String(world.app.listeningOrigin);
  const headers = { 'content-type': 'application/json' };
  const failed = await fetch(`${url}/v1/projects/shop/forecast`, { method: 'POST', body: '{}', headers });
  assert.equal(failed.status, 500);
  await failed.text();
  const { figures, within } = await read();
  assert.equal(figures.availability.value, 0);
  assert.equal(figures.availability.within, false);
  assert.equal(within, false);
  const text = await (await fetch(`${url}/metrics`)).text();
  assert.match(text, /^almanac_slo_availability_ratio 0$/m);
  assert.match(text, /^almanac_slo_objective_ratio 0\.999$/m);
  assert.match(text, /^almanac_slo_burn_rate_ratio\{rule="page-fast"\} \d+/m);
  assert.match(text, /^almanac_cost_per_thousand_forecasts\{of="process"\} Nan$/m);
  assert.match(text, /^almanac_http_connections \d+$/m);
  await world.close();
});

test('a client that accepts OpenMetrics gets it', async () => {
  const { world } = await open();
  const url = `${world.app.listeningOrigin}/metrics`;
  const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
  const answer = await fetch(url, { headers: { accept } });
  assert.match(String(answer.headers.get('content-type')), /^application\/openmetrics-text; version=1\.0\.0/);
  const text = await answer.text();
  assert.match(text, /\n# EOF\n$/);
  assert.match(text, /^# TYPE almanac_forecast_requests counter$/m);
  const plain = await fetch(url);
  assert.match(String(plain.headers.get('content-type')), /^text\/plain; version=0\.0\.4/);
  assert.match(await plain.text(), /^# TYPE almanac_forecast_requests_total counter$/m);
  await world.close();
});

test('the format follows the ranks of the Accept header', () => {
  for (const [accept, open] of [
    [undefined, false],
    ['*/*', false],
    ['application/openmetrics-text', true],
    ['text/plain, application/openmetrics-text;q=0.9', false],
    ['application/openmetrics-text;q=0, */*', false],
    ['application/openmetrics-text;q=nonsense', false],
  ] as const)
    assert.equal(prefersOpenMetrics(accept), open, accept);
});

test('only the names of counter families change', () => {
  const text =
    '# HELP a_total A.\n# TYPE a_total counter\na_total{x="y"} 1\n\n# HELP b B.\n# TYPE b gauge\nb 2\n';
  assert.equal(
    openMetricsOf(text),
    '# HELP a A.\n# TYPE a counter\na_total{x="y"} 1\n# HELP b B.\n# TYPE b gauge\nb 2\n# EOF\n',
  );
});
