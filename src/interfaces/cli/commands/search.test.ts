import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, beforeEach, test } from 'node:test';
import { openSearchWorld, type SearchWorld } from '../../../../test/fixtures/search-world.ts';
import { ManualClock } from '../../../core/index.ts';
import { systemTimers } from '../../../services/jobs/index.ts';
import { engineOf } from '../../../services/jobs/testing.ts';
import { type SearchReport, searchPipeline } from '../../../services/search/index.ts';
import { runCommand } from '../testing.ts';

const config = '{"projects":{"shop":{}}}';
const clock = new ManualClock(1_700_000_000_000);
const space = { rate: { kind: 'float', min: 0.01, max: 0.5, scale: 'log' } };
const files = {
  'space.json': JSON.stringify(space),
  'bad.json': '{"rate": {"kind": "float", "min": 1, "max": 1}}',
};
const argv = ['search', '--trials', '2', '--rungs', '1', '--space', 'space.json', '--seed', '3'];
let world: SearchWorld;
/** What an evaluation waits for; by default nothing. */
let onAsk: (count: number, signal: AbortSignal) => Promise<void>;

beforeEach(async () => {
  onAsk = async () => {};
  world = await openSearchWorld({ folder: null, clock }, (count, _ask, signal) => onAsk(count, signal));
});
afterEach(() => world.store.close());

/** The services of one program over the world's store; a stop gives its step back at once. */
function services(name: string): object {
  const { store, tracking, options } = world;
  const jobs = engineOf({
    store,
    pipelines: [searchPipeline(options)],
    clock,
    timers: systemTimers,
    workerId: name,
  });
  const close = (): Promise<void> => jobs.stop({ drainMs: 0 });
  return { jobs, tracking, close };
}

test('search tries what was asked for and prints its report', async () => {
  const { code, out, err } = await runCommand([...argv, '--json'], {
    config,
    files,
    services: services('one'),
  });
  assert.equal(code, 0, err);
  const report = JSON.parse(out) as SearchReport & { jobId: string };
  assert.match(report.jobId, /^job_/);
  assert.deepEqual(report.request, { trials: 2, folds: 2, rungs: 1, sampler: 'tpe', seed: 3, space });
  assert.equal(report.trials.length, 2);
  assert.deepEqual([report.endedBy, report.spent.trials, report.best.trial], ['trials', 2, 1]);
  assert.deepEqual(Object.keys(report.best.params), ['rate']);
  assert.equal((await world.tracking.get(report.runId)).status, 'finished');
  // Two trials, then the defaults and the best on the last window.
  assert.equal(world.asked.length, 4);

  const again = await runCommand(argv, { config, files, services: services('two') });
  assert.match(again.out, /2 trials in .*, ended by the budget of trials\n.*trial 1, loss/);
  assert.match(again.out, /parameter +best +default\nrate +0\.\d+ +0\.5\n/);
});

test('search interrupted goes on with the same command and repeats nothing that is finished', async () => {
  let stop = (): void => {};
  onAsk = async (count, signal) => {
    if (count !== 1) return;
    stop();
    await once(signal, 'abort');
    signal.throwIfAborted();
  };
  const interrupted = await runCommand(argv, {
    config,
    files,
    services: services('first'),
    interrupt: (handler) => {
      stop = handler;
    },
  });
  assert.equal(interrupted.code, 130);
  assert.equal(world.asked.length, 1);
  onAsk = async () => {};
  const { code, err, out } = await runCommand([...argv, '--json'], {
    config,
    files,
    services: services('second'),
  });
  assert.equal(code, 0, err);
  assert.match(err, /a search of shop is under way already: watching it/);
  assert.equal((JSON.parse(out) as SearchReport).trials.length, 2);
  const asked = world.asked.map((ask) => JSON.stringify(ask));
  assert.equal(asked.length, 4);
  assert.equal(new Set(asked).size, 4, 'nothing was evaluated twice');
});

test('search refuses a space that is wrong before there is a job, and names the parameter', async () => {
  const bad = await runCommand(['search', '--space', 'bad.json'], {
    config,
    files,
    services: services('one'),
  });
  assert.equal(bad.code, 1);
  assert.match(
    bad.err,
    /parameter rate goes from 1 to 1: min must be below max\n(.*\n)*code: train\/bad-search/,
  );
  assert.deepEqual(await world.store.listJobs({ limit: 10 }), []);
});
