import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import { isAppError, type Panel, type Project, Rng } from '../../core/index.ts';
import { fitProject } from './fit-project.ts';

/** Three stores with four items each; one item has ended. */
function pretendPanel(): Panel {
  const rng = new Rng(21);
  return {
    grid: { frequency: 'day', weekStart: 1 },
    series: Array.from({ length: 12 }, (_, s) => ({
      id: `${s % 3}/${Math.floor(s / 3)}`,
      start: 0,
      values: Float64Array.from({ length: s === 11 ? 60 : 84 }, (_unused, t) =>
        Math.max(0, 20 + 5 * Math.sin((2 * Math.PI * t) / 7) + 4 * rng.normal()),
      ),
    })),
  };
}

const columns = { series: ['store', 'item'], time: 'date', target: 'units' };

async function metricsOf(change: Partial<Project>): Promise<Readonly<Record<string, number | null>>> {
  const { report } = await fitProject({
    project: projectLike({ columns, models: ['snaive', 'ses'], ...change }),
    snapshotId: 'snapshot',
    panel: pretendPanel(),
    threads: 0,
    onProgress: () => {},
  });
  return report.metrics;
}

test('a training records how good the totals were, level by level', async () => {
  const metrics = await metricsOf({ hierarchy: ['store', 'item'] });
  const names = Object.keys(metrics).filter((name) => name.startsWith('hierarchy.'));
  const levels = ['total', 'store', 'item', 'bottom'];
  assert.equal(names.length, levels.length * 3 * 3);
  for (const level of levels) {
    for (const kind of ['base', 'bottom-up', 'reconciled']) {
      for (const figure of ['rmsse', 'wape']) {
        const value = metrics[`hierarchy.${level}.${kind}.${figure}`];
        assert.ok(typeof value === 'number' && value > 0, `${level} ${kind} ${figure}`);
      }
      const bias = metrics[`hierarchy.${level}.${kind}.bias`] as number;
      assert.ok(Math.abs(bias) <= (metrics[`hierarchy.${level}.${kind}.wape`] as number), `${level} ${kind}`);
    }
  }
  assert.equal(metrics['hierarchy.bottom.bottom-up.wape'], metrics['hierarchy.bottom.base.wape']);
  // What is wrong one way in the series is as wrong in their sum.
  const sumBias = metrics['hierarchy.total.bottom-up.bias'] as number;
  assert.ok(Math.abs(sumBias - (metrics['hierarchy.bottom.bottom-up.bias'] as number)) < 1e-9);
  // Chance evens out in a total.
  assert.ok(
    (metrics['hierarchy.total.base.wape'] as number) < (metrics['hierarchy.bottom.base.wape'] as number),
  );
});

test('without groupings nothing is recorded, and an unknown column stops the training by name', async () => {
  const metrics = await metricsOf({});
  assert.ok(!Object.keys(metrics).some((name) => name.startsWith('hierarchy.')));
  await assert.rejects(metricsOf({ hierarchy: ['region'] }), (error) =>
    isAppError(error, 'hierarchy/unknown-attribute'),
  );
});
