import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../core/index.ts';
import { kpiCatalog, kpiNames } from './catalog.ts';
import { Kpis } from './kpis.ts';
import { openProbe, type Reading } from './probe.ts';
import type { Now } from './report.ts';

const minuteMs = 60_000;
const still: Now = {
  requestsOpen: 0,
  connectionsOpen: 1,
  jobsQueued: 0,
  predictionsWaiting: 0,
  trainingCpuSeconds: [],
};
const idle: Reading = {
  cpuSeconds: 0,
  servingCpuSeconds: 0,
  machineCpuSeconds: 0,
  machineJoules: null,
  residentBytes: 2e9,
  heapBytes: 1e8,
  loopDelaySeconds: 0.001,
  loopDelaySecondsMax: 0.01,
  loopBusy: 0.25,
};

function begin(): { kpis: Kpis; clock: ManualClock; use: (change: Partial<Reading>) => void } {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  let reading = idle;
  const kpis = new Kpis({
    clock,
    timers: { setTimeout: () => 0, clearTimeout: () => {} },
    probe: { cores: 4, memoryBytes: 4e9, read: () => reading, close: () => {} },
    objective: { availability: 0.99, windowDays: 28, latencyMs: 500 },
    costs: { currency: 'EUR', perCoreHour: 3.6, perMemoryGigabyteHour: 0.36, wattsPerCore: 10 },
  });
  return {
    kpis,
    clock,
    use: (change) => {
      reading = { ...reading, ...change };
    },
  };
}

test('every figure is there from the first moment, null ones with a reason', () => {
  const { kpis } = begin();
  const { figures } = kpis.report({ minutes: 60, now: still });
  assert.deepEqual(Object.keys(figures).sort(), [...kpiNames].sort());
  for (const [name, { value, reason }] of Object.entries(figures))
    assert.equal(value === null, reason !== null, name);
  assert.equal(figures.availability.reason, 'no forecast request came in the window');
  assert.equal(figures.availability.within, null);
});

test('a figure is bounded if and only if the catalog says so', () => {
  const { kpis, clock } = begin();
  kpis.countRequest({ seconds: 0.1, status: 200, forecast: true });
  clock.moveTo(clock.now() + minuteMs);
  const { figures } = kpis.report({ minutes: 60, now: still });
  for (const name of kpiNames) assert.equal(figures[name].bound !== null, 'bound' in kpiCatalog[name], name);
});

test('counts by minute: traffic leaves its window, the objective remembers', () => {
  const { kpis, clock } = begin();
  for (let i = 0; i < 98; i++) kpis.countRequest({ seconds: 0.02, status: 200, forecast: true });
  kpis.countRequest({ seconds: 0.7, status: 503, forecast: true });
  kpis.countRequest({ seconds: 0.02, status: 400, forecast: true });
  kpis.countRequest({ seconds: 0.02, status: 200, forecast: false });
  kpis.countForecasts(500);
  clock.moveTo(clock.now() + minuteMs);
  const { figures } = kpis.report({ minutes: 2, now: still });
  assert.equal(figures['requests.rate'].n, 101);
  assert.equal(figures['requests.failed'].value, 1 / 101);
  assert.equal(figures['requests.refused'].value, 1 / 101);
  assert.equal(figures['forecasts.rate'].value, 500 / 60);
  assert.equal(figures.availability.value, 98 / 99);
  assert.equal(figures.availability.n, 99);
  assert.equal(figures.availability.within, false);
  assert.ok((figures['error-budget.left'].value as number) < 0);
  assert.equal(figures['latency.slow'].value, 1 / 99);
  assert.ok((figures['latency.p50'].value as number) > 0.01);
  assert.ok((figures['latency.p50'].value as number) <= 0.025);
  clock.moveTo(clock.now() + 3 * minuteMs);
  const later = kpis.report({ minutes: 2, now: still }).figures;
  assert.equal(later['requests.rate'].value, 0);
  assert.equal(later['latency.p99'].reason, 'no forecast request came in the window');
  assert.equal(later.availability.n, 99);
});

test('a client that leaves early is nobody’s failure, one that waited too long is', () => {
  const { kpis } = begin();
  kpis.countRequest({ seconds: 0.1, status: null, forecast: true });
  assert.equal(kpis.report({ minutes: 1, now: still }).figures.availability.n, 0);
  kpis.countRequest({ seconds: 0.6, status: null, forecast: true });
  assert.equal(kpis.report({ minutes: 1, now: still }).figures.availability.value, 0);
});

test('a burn rate that is high on a single failure is no alarm', () => {
  const { kpis } = begin();
  kpis.countRequest({ seconds: 0.1, status: 500, forecast: true });
  const { figures } = kpis.report({ minutes: 1, now: still });
  assert.ok((figures['burn.page-fast'].value as number) > (figures['burn.page-fast'].bound?.value ?? 0));
  assert.equal(figures['burn.page-fast'].within, true);
});

test('costs and energy per 1,000 forecasts, by hand', () => {
  const { kpis, clock, use } = begin();
  kpis.countForecasts(2000);
  use({ cpuSeconds: 30, servingCpuSeconds: 6 });
  clock.moveTo(clock.now() + minuteMs);
  const now = { ...still, trainingCpuSeconds: [100, 300] };
  const { figures } = kpis.report({ minutes: 10, now });
  // 30 core seconds at 3.6 an hour are 0.03; 2 GB for a minute at 0.36 an hour are 0.012; half of it per 1,000.
  assert.ok(Math.abs((figures['cost.per-thousand-forecasts'].value as number) - 0.021) < 1e-12);
  assert.ok(Math.abs((figures['cost.serving-per-thousand-forecasts'].value as number) - 0.003) < 1e-12);
  assert.equal(figures['energy.per-thousand-forecasts'].value, 150);
  assert.equal(figures['energy.per-thousand-forecasts'].estimated, true);
  assert.equal(figures['energy.serving-per-thousand-forecasts'].value, 30);
  assert.ok(Math.abs((figures['cost.per-training'].value as number) - 0.2) < 1e-12);
  assert.equal(figures['cost.per-training'].n, 2);
  assert.equal(figures['energy.per-training'].value, 2000);
  assert.equal(figures['cpu.cores'].value, 0.5);
  assert.equal(figures['memory.resident'].within, true);
});

test('metered energy is the share of the machine’s that its processor time is', () => {
  const { kpis, clock, use } = begin();
  kpis.countForecasts(1000);
  use({ machineJoules: 100 });
  clock.moveTo(clock.now() + minuteMs);
  kpis.sample();
  const before = kpis.report({ minutes: 10, now: still }).figures['energy.per-thousand-forecasts'];
  assert.equal(before.estimated, true);
  use({ machineJoules: 500, machineCpuSeconds: 40, cpuSeconds: 10 });
  clock.moveTo(clock.now() + 20 * minuteMs);
  kpis.countForecasts(1000);
  const found = kpis.report({ minutes: 10, now: still }).figures['energy.per-thousand-forecasts'];
  assert.equal(found.value, 100);
  assert.equal(found.estimated, false);
});

test('the process can be measured', () => {
  const probe = openProbe({ raplFolder: '/nothing/here' });
  const reading = probe.read();
  probe.close();
  assert.ok(reading.cpuSeconds >= reading.servingCpuSeconds && reading.servingCpuSeconds > 0);
  assert.ok(reading.residentBytes > reading.heapBytes && probe.memoryBytes > reading.residentBytes);
  assert.ok(reading.loopBusy >= 0 && reading.loopBusy <= 1 && reading.loopDelaySeconds >= 0);
  assert.equal(reading.machineJoules, null);
});
