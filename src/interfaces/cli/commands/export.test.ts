import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  exportedModel,
  lastLearnt,
  learntIds,
  stillPlatform,
} from '../../../../test/fixtures/exported-world.ts';
import { AppError } from '../../../core/index.ts';
import { loadForecaster } from '../../edge/index.ts';
import { type Outcome, runCommand } from '../testing.ts';

const folder = await mkdtemp(join(tmpdir(), 'almanac-export-'));
after(() => rm(folder, { recursive: true }));

const { artifact, version, snapshot } = exportedModel();
const columns = { series: ['store', 'item'], time: 'date', target: 'units' };
const config = JSON.stringify({
  projects: {
    shop: { frequency: 'day', horizonSteps: 7, seasons: [7], levels: [0.1, 0.5, 0.9], columns },
  },
});
async function* pages<T>(...all: T[]): AsyncIterable<T[]> {
  if (all.length > 0) yield all;
}
const newRow = { seriesId: 'west/rye', period: lastLearnt + 1, value: 3, status: 0, batchSeq: 6, knownAt: 0 };
const services = {
  registry: {
    find: async (_project: string, name: string) => {
      if (name !== 'champion') throw new AppError('registry/unknown-version', `there is no version ${name}`);
      return { ...version, project: 'shop', snapshotId: snapshot.id };
    },
    loadArtifact: async () => artifact,
  },
  coverage: { measure: async () => ({ kinds: [] }) },
  snapshots: {
    getSnapshot: async () => snapshot,
    readClosings: async () => [],
    readUnsettled: async () => [],
  },
  data: {
    observationsSince: async function* () {
      yield { rows: [newRow], closings: [] };
    },
    covariatesSince: () => pages(),
    attributesSince: () => pages(),
    readPanel: async () => ({
      grid: { frequency: 'day', weekStart: 1 },
      series: learntIds.map((id) => ({ id, start: lastLearnt - 199, values: new Float64Array(200).fill(7) })),
    }),
  },
};
const exported = (...argv: string[]): Promise<Outcome> =>
  runCommand(['export', ...argv], { config, services });

test('a model is written with what came since, and read back; --series takes only some along', async () => {
  const out = join(folder, 'shop.almanac');
  const { code, out: text, err } = await exported('--target', 'model', '--out', out, '--json');
  assert.equal(code, 0, err);
  const report = JSON.parse(text) as { version: number; rowsSince: number; files: { bytes: number }[] };
  assert.deepEqual([report.version, report.rowsSince], [3, 1]);
  const bytes = new Uint8Array(await readFile(out));
  assert.equal(report.files[0]?.bytes, bytes.length);
  const forecaster = await loadForecaster(bytes, stillPlatform());
  assert.deepEqual([...forecaster.seriesIds()], [...learntIds, 'west/rye']);
  const part = await exported('--target', 'model', '--out', out, '--force', '--series', 'süd/cake');
  assert.equal(part.code, 0, part.err);
  const smaller = await loadForecaster(new Uint8Array(await readFile(out)), stillPlatform());
  assert.deepEqual([...smaller.seriesIds()], ['süd/cake']);
});

test('a page takes longer histories along than a model', async () => {
  const out = join(folder, 'page');
  const { code, out: text, err } = await exported('--target', 'browser', '--out', out);
  assert.equal(code, 0, err);
  assert.match(text, /shop version 3 written as browser[\s\S]*index\.html[\s\S]*model\.js[\s\S]*Open /);
  assert.deepEqual((await readdir(out)).sort(), ['index.html', 'model.js', 'page.css', 'page.js']);
  const model = await readFile(join(out, 'model.js'), 'utf8');
  const base64 = /almanacModel = "([^"]+)"/.exec(model)?.[1] ?? '';
  const forecaster = await loadForecaster(new Uint8Array(Buffer.from(base64, 'base64')), stillPlatform());
  assert.equal(forecaster.history('süd/cake', 500).values.length, 60);
});

test('what is wrong with a target, an output, a version or a series is said, and nothing is written', async () => {
  const out = join(folder, 'taken');
  await writeFile(out, 'mine');
  const refused = async (argv: string[], code: number, says: RegExp): Promise<void> => {
    const outcome = await exported(...argv);
    assert.equal(outcome.code, code, outcome.err);
    assert.match(outcome.err, says);
  };
  const model = ['--target', 'model', '--out'];
  await refused(['--out', out], 2, /say what to write with --target/);
  await refused(['--target', 'toString', '--out', out], 2, /toString; expected one of/);
  await refused(['--target', 'model'], 2, /--out/);
  await refused([...model, out], 1, /is there already[\s\S]*cli\/file-exists/);
  await refused(['--target', 'browser', '--out', folder], 1, /not empty/);
  await refused(['--target', 'browser', '--out', out], 1, /cannot be made/);
  await refused([...model, join(folder, 'no', 'such')], 1, /cannot be written/);
  await refused(['9', ...model, join(folder, 'new')], 1, /no version 9/);
  await refused(
    [...model, join(folder, 'new'), '--series', 'a</script>'],
    1,
    /knows nothing of series "a<\/script>"/,
  );
  assert.equal(await readFile(out, 'utf8'), 'mine');
  await assert.rejects(stat(join(folder, 'new')));
});
