import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import { type Panel, type Project, Rng } from '../../core/index.ts';
import { fitProject } from './fit-project.ts';

/** Twenty series about a level that stays. */
function steadyPanel(demandOf: (rng: Rng) => number): Panel {
  const rng = new Rng(4);
  return {
    grid: { frequency: 'day', weekStart: 1 },
    series: Array.from({ length: 20 }, (_, s) => ({
      id: `s${s}`,
      start: 0,
      values: Float64Array.from({ length: 140 }, () => demandOf(rng)),
    })),
  };
}

const poisson = (rng: Rng): number => rng.poisson(20);

async function figuresOf(panel: Panel, change: Partial<Project>): Promise<Record<string, number | null>> {
  const { report } = await fitProject({
    project: projectLike({ models: ['ses'], ...change }),
    snapshotId: 'snapshot',
    panel,
    threads: 0,
    onProgress: () => {},
  });
  const own = Object.entries(report.metrics).filter(([name]) => name.startsWith('inventory.'));
  return Object.fromEntries(own);
}

test('a training records service, stock and cost of the shelf that its forecasts would have filled', async () => {
  const figures = await figuresOf(steadyPanel(poisson), {});
  const { 'inventory.service': service, 'inventory.fill-rate': fillRate } = figures as Record<string, number>;
  assert.ok(Math.abs((service as number) - 0.95) < 0.04, `service ${service}`);
  assert.ok((fillRate as number) > 0.98 && (fillRate as number) < 1, `fill rate ${fillRate}`);
  // Two periods of Poisson demand with mean 20: 1.645·√40 = 10 units, half a period, are left over on average.
  const { 'inventory.stock': stock, 'inventory.cost': cost } = figures as Record<string, number>;
  assert.ok(Math.abs((stock as number) - 0.52) < 0.12, `stock ${stock}`);
  const short = 1 - (fillRate as number);
  assert.ok(Math.abs((cost as number) - ((stock as number) + 19 * short)) < 1e-9, `cost ${cost}`);
});

test('of two versions the one that errs more holds more stock for the same service, and costs more', async () => {
  const panel = steadyPanel(poisson);
  const [ses, naive] = await Promise.all([
    figuresOf(panel, { models: ['ses'] }),
    figuresOf(panel, { models: ['naive'] }),
  ]);
  const ratio = (name: string): number => (naive[name] as number) / (ses[name] as number);
  assert.ok(ratio('inventory.stock') > 1.2, `stock ${ratio('inventory.stock')}`);
  assert.ok(ratio('inventory.cost') > 1.2, `cost ${ratio('inventory.cost')}`);
  assert.deepEqual(await figuresOf(panel, { models: ['ses'] }), ses, 'the same every time');
});

test('figures that cannot be had are null', async () => {
  const names = ['inventory.service', 'inventory.fill-rate', 'inventory.stock', 'inventory.cost'];
  const short = await figuresOf(steadyPanel(poisson), { horizonSteps: 1 });
  assert.deepEqual(
    Object.entries(short),
    names.map((name) => [name, null]),
    'a cycle takes two periods',
  );
  const nothing = await figuresOf(
    steadyPanel(() => 0),
    {},
  );
  assert.deepEqual(nothing['inventory.service'], 1);
  assert.deepEqual([nothing['inventory.stock'], nothing['inventory.cost']], [null, null]);
});
