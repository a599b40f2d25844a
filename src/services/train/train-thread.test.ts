import assert from 'node:assert/strict';
import { test } from 'node:test';
import { project } from '../../../test/conformance/store-fixtures.ts';
import { smallPanel } from '../../../test/fixtures/small-panel.ts';
import { isAppError, type Panel } from '../../core/index.ts';
import type { GateDecision } from './gates/decide.ts';
import { gateNames } from './gates/gate-check.ts';
import {
  checkFeaturesInThread,
  evaluatePanelInThread,
  fitProjectInThread,
  judgeInThread,
} from './train-thread.ts';
import { encodeReport } from './training-report.ts';

function panelOf(series: number, length: number): Panel {
  return {
    grid: project.grid,
    series: Array.from({ length: series }, (_, s) => ({
      id: `s${s}`,
      start: 0,
      values: Float64Array.from({ length }, (_, t) => 10 + ((t * (s + 3)) % 7)),
    })),
  };
}

const never = new AbortController().signal;
const options = {
  project: { ...project, models: ['snaive', 'ses'] },
  snapshotId: 'a'.repeat(64),
  onProgress: () => {},
  signal: never,
};

test('gives the same bytes on a thread and inline', async () => {
  const panel = panelOf(5, 80);
  const inline = await fitProjectInThread({ ...options, panel, threads: 0 });
  const progress: number[] = [];
  const threaded = await fitProjectInThread({
    ...options,
    panel,
    threads: 1,
    onProgress: (fraction) => progress.push(fraction),
  });
  assert.deepEqual(threaded.artifact, inline.artifact);
  assert.deepEqual(threaded.report.selected, inline.report.selected);
  assert.ok(progress.length > 2 && progress.every((x, i) => x >= (progress[i - 1] ?? 0) && x <= 1));
  assert.equal(panel.series[0]?.values.length, 80, 'the caller keeps its panel');
});

test('judges a version alike on a thread and inline', async () => {
  const champion = await fitProjectInThread({ ...options, panel: panelOf(4, 80), threads: 0 });
  const panel = panelOf(4, 90);
  const { artifact, report } = await fitProjectInThread({ ...options, panel, threads: 0 });
  const input = {
    project: options.project,
    challenger: artifact,
    champion: { versionId: 'ver_1', artifact: champion.artifact },
    panel,
    report: encodeReport(report),
  };
  const inline = await judgeInThread(input, { threads: 0, signal: never });
  const threaded = await judgeInThread(input, { threads: 1, signal: never });
  const untimed = (decision: GateDecision) => ({
    ...decision,
    checks: decision.checks.filter(({ gate }) => gate !== 'latency'),
  });
  assert.deepEqual(untimed(threaded), untimed(inline));
  assert.deepEqual(
    inline.checks.map(({ gate }) => gate),
    gateNames,
  );
});

test('checks features alike on a thread and inline', async () => {
  const panel = smallPanel({ series: 8, length: 100, ahead: 7 });
  const boosted = { ...options.project, models: ['gbdt'], gbdt: { trees: 10 } };
  const { artifact } = await fitProjectInThread({ ...options, project: boosted, panel, threads: 0 });
  const sample = { id: 'prd_1', seriesId: 's3', cutoff: 190, features: new Float64Array(4) };
  const input = { artifact, panel, samples: [sample] };
  const inline = await checkFeaturesInThread(input, { threads: 0, signal: never });
  assert.deepEqual(await checkFeaturesInThread(input, { threads: 1, signal: never }), inline);
  assert.equal(inline.checked, 1);
});

test('evaluates a panel alike on a thread and inline', async () => {
  const input = {
    panel: panelOf(3, 80),
    testSteps: null,
    horizon: 7,
    seasons: [7],
    maseSeason: 7,
    folds: 1,
    models: ['snaive', 'ses'],
    levels: [0.1, 0.9],
  };
  const watch = { signal: never, onProgress: () => {} };
  const inline = await evaluatePanelInThread({ ...input, threads: 0 }, watch);
  const threaded = await evaluatePanelInThread({ ...input, threads: 1 }, watch);
  assert.deepEqual(threaded.selected.metrics, inline.selected.metrics);
  assert.deepEqual(threaded.selected.chosen, inline.selected.chosen);
});

test('an error keeps its code on the way out of the thread', async () => {
  const short = fitProjectInThread({ ...options, panel: panelOf(2, 5), threads: 1 });
  await assert.rejects(short, (e) => isAppError(e, 'train/not-enough-data') && e.details.needed === 17);
});

test('ends at once when it is told to', async () => {
  const stop = new AbortController();
  const running = fitProjectInThread({
    ...options,
    project: { ...project, models: 'auto' },
    panel: panelOf(400, 400),
    threads: 1,
    signal: stop.signal,
    onProgress: () => stop.abort(new Error('cancelled')),
  });
  await assert.rejects(running, /cancelled/);
});
