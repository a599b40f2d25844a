import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { projectLike } from '../../../test/fixtures/project.ts';
import { AppError, ManualClock, type Project } from '../../core/index.ts';
import type { ControlStore, JsonObject } from '../../storage/ports/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { mergeSettings } from './merge-settings.ts';
import { type ProjectNews, Projects } from './projects.ts';

const clock = new ManualClock(1_700_000_000_000);
const by = 'http 127.0.0.1';
const removal = { by, data: 'keep', jobs: 'refuse' } as const;
let store: ControlStore;

beforeEach(() => {
  store = openSqliteStore({ path: ':memory:', clock });
});
afterEach(() => store.close());

/** Knows one setting. */
function define(name: string, settings: unknown): Project {
  const { horizonSteps = 7, ...others } = settings as { horizonSteps?: number };
  if (Object.keys(others).length > 0 || horizonSteps < 1)
    throw new AppError('config/invalid', `project ${name}: the settings are wrong`);
  return projectLike({ name, horizonSteps });
}

/** What a process has: its list, and what its parts were told. */
async function processOver(...ofFile: Project[]): Promise<{ projects: Projects; told: ProjectNews[] }> {
  const projects = new Projects({ store, ofFile, define, clock });
  await projects.open();
  const told: ProjectNews[] = [];
  projects.onChange((news) => void told.push(news));
  return { projects, told };
}

const namesOf = (projects: Projects): string[] => projects.list().map(({ name }) => name);

test('what is added, changed and removed is in effect when the call resolves, and told to who listens', async () => {
  const { projects, told } = await processOver();
  await projects.add('shop', {}, { by });
  assert.equal(projects.get('shop').horizonSteps, 7);
  const changed = await projects.change('shop', { horizonSteps: 3 }, { by });
  assert.deepEqual([changed.version, changed.settings], [2, { horizonSteps: 3 }]);
  assert.equal(projects.find('shop')?.horizonSteps, 3);
  const back = await projects.change('shop', { horizonSteps: null }, { by, ifVersion: 2 });
  assert.deepEqual([back.settings, projects.get('shop').horizonSteps], [{}, 7]);
  await projects.remove('shop', removal);
  assert.throws(() => projects.get('shop'), { code: 'serving/unknown-project' });
  assert.deepEqual(
    told.map(({ name, project }) => [name, project?.horizonSteps]),
    [
      ['shop', 7],
      ['shop', 3],
      ['shop', 7],
      ['shop', undefined],
    ],
  );
  assert.deepEqual((await projects.removed()).length, 1);
  await projects.restore('shop', { by });
  assert.deepEqual(namesOf(projects), ['shop']);
});

test('settings that are wrong change nothing, and are checked as a whole', async () => {
  const { projects } = await processOver();
  await assert.rejects(projects.add('shop', { horizon: 7 }, { by }), { code: 'config/invalid' });
  assert.deepEqual(await store.listProjectRecords(), []);
  await projects.add('shop', {}, { by });
  await assert.rejects(projects.change('shop', { horizonSteps: 0 }, { by }), { code: 'config/invalid' });
  await assert.rejects(projects.change('shop', { horizonSteps: 2 }, { by, ifVersion: 9 }), {
    code: 'projects/changed-meanwhile',
  });
  assert.equal((await projects.record('shop')).version, 1);
});

test('another process takes in what was done when it follows the events, and at its start', async () => {
  const one = await processOver();
  const other = await processOver();
  await one.projects.add('shop', {}, { by });
  assert.deepEqual(namesOf(other.projects), []);
  await other.projects.subscriber.apply({ project: 'shop', events: [] });
  await other.projects.subscriber.apply({ project: 'shop', events: [] });
  assert.deepEqual(namesOf(other.projects), ['shop']);
  assert.equal(other.told.length, 1, 'told once of one change');
  await one.projects.remove('shop', removal);
  await other.projects.refresh('shop');
  assert.deepEqual(namesOf(other.projects), []);
  assert.deepEqual(namesOf((await processOver()).projects), []);
});

test('the file owns what it names: it is changed there, comes first, and what it names no more is nobody’s', async () => {
  const { projects } = await processOver(projectLike({ name: 'zoo' }), projectLike({ name: 'bar' }));
  await projects.add('pub', {}, { by });
  assert.deepEqual(namesOf(projects), ['zoo', 'bar', 'pub']);
  assert.deepEqual(
    (await projects.records()).map(({ source }) => source),
    ['file', 'file', 'stored'],
  );
  for (const work of [projects.change('zoo', { horizonSteps: 2 }, { by }), projects.remove('zoo', removal)])
    await assert.rejects(work, { code: 'projects/in-file' });
  await assert.rejects(projects.add('zoo', {}, { by }), { code: 'projects/exists' });
  await assert.rejects(processOver(projectLike({ name: 'pub' })), { code: 'projects/in-both' });
  // Without it in the file: as if it were not there, and free to be taken over with what is kept of it.
  const later = await processOver(projectLike({ name: 'bar' }));
  assert.deepEqual(namesOf(later.projects), ['bar', 'pub']);
  await assert.rejects(later.projects.record('zoo'), { code: 'serving/unknown-project' });
  assert.deepEqual((await store.listProjects()).length, 3);
  assert.equal((await later.projects.add('zoo', {}, { by })).source, 'stored');
});

test('jobs and triggers go by the settings that serve, though a command has read a newer file', async () => {
  const old = projectLike({ name: 'zoo', horizonSteps: 7 });
  const { projects } = await processOver(old);
  await processOver({ ...old, horizonSteps: 3 });
  assert.equal((await store.getProject('zoo'))?.horizonSteps, 3);
  assert.equal((await projects.getProject('zoo'))?.horizonSteps, 7);
  assert.equal(projects.get('zoo').horizonSteps, 7);
  // What another process has changed meanwhile holds at once.
  const { projects: other } = await processOver();
  await other.add('shop', {}, { by });
  assert.deepEqual([projects.find('shop'), (await projects.getProject('shop'))?.name], [undefined, 'shop']);
  await other.remove('shop', removal);
  assert.equal(await projects.getProject('shop'), undefined);
});

test('who fails to take a change in is asked again, and the others are not held up', async () => {
  const { projects, told } = await processOver();
  let faults = 1;
  const taken: string[] = [];
  projects.onChange(async ({ name }) => {
    if (faults-- > 0) throw new Error('the store does not answer');
    taken.push(name);
  });
  await assert.rejects(projects.add('shop', {}, { by }), /does not answer/);
  assert.deepEqual(namesOf(projects), ['shop']);
  await projects.refresh('shop');
  assert.deepEqual([taken, told.length], [['shop'], 2]);
  await projects.refresh('shop');
  assert.equal(told.length, 2);
});

test('one that comes by the name of one that was purged is another one', async () => {
  const one = await processOver();
  const other = await processOver();
  await one.projects.add('shop', {}, { by });
  await other.projects.refresh('shop');
  await one.projects.remove('shop', { ...removal, data: 'purge' });
  while (await store.purgeSome('shop', { rowsMax: 10, now: clock.now() }));
  clock.moveTo(clock.now() + 1);
  await one.projects.add('shop', {}, { by });
  // Nobody looked between: the settings are equal, what is behind them is not.
  await other.projects.refresh('shop');
  assert.equal(other.told.length, 2);
});

test('a project that was being purged and is named by the file begins anew: what was left of it goes first', async () => {
  const { projects } = await processOver();
  await projects.add('shop', {}, { by });
  // The process ends before the job does anything.
  await projects.remove('shop', { ...removal, data: 'purge' });
  const named = projectLike({ name: 'shop', grid: { frequency: 'week', weekStart: 1 } });
  const next = await processOver(named);
  assert.deepEqual(next.projects.find('shop'), named);
  assert.equal((await store.getProjectRecord('shop'))?.removal, null);
});

test('whatever a change holds, what it names counts and the rest stays', () => {
  const key = fc.constantFrom('a', 'b', '__proto__', 'constructor', 'toString');
  const { settings } = fc.letrec<{ settings: JsonObject; value: JsonObject[string] }>((tie) => ({
    settings: fc
      .array(fc.tuple(key, tie('value')), { maxLength: 4 })
      .map((pairs) => Object.fromEntries(pairs) as JsonObject),
    value: fc.oneof(
      { depthSize: 'small' },
      fc.integer(),
      fc.constant(null),
      fc.constant([1]),
      tie('settings'),
    ),
  }));
  fc.assert(
    fc.property(settings, settings, (old, change) => {
      const before = JSON.stringify([old, change]);
      const merged = mergeSettings(old, change);
      assert.equal(JSON.stringify([old, change]), before);
      for (const name of ['a', 'b', '__proto__', 'constructor', 'toString']) {
        const [was, asked] = [old, change].map((of) => (Object.hasOwn(of, name) ? of[name] : undefined));
        const is = Object.hasOwn(merged, name) ? merged[name] : undefined;
        if (asked === undefined) assert.deepEqual(is, was);
        else if (asked === null) assert.equal(is, undefined);
        else if (typeof asked !== 'object' || Array.isArray(asked)) assert.deepEqual(is, asked);
      }
      assert.equal(({} as { a?: unknown }).a, undefined);
      assert.deepEqual(mergeSettings(merged, change), merged, 'asked twice is asked once');
    }),
  );
});
