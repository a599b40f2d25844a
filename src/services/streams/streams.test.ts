// The readers over a broker in memory and a real store: what lands is what was sent, each message once, whatever fails.

import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { MemoryBroker } from '../../../test/fixtures/memory-broker.ts';
import { fixedProjects, projectLike } from '../../../test/fixtures/project.ts';
import { AppError, type Clock, IdSource, type Project, Rng, type StreamSettings } from '../../core/index.ts';
import { forecastRequestOf } from '../../interfaces/http/index.ts';
import { openFileBlobs } from '../../storage/files/index.ts';
import type { ControlStore } from '../../storage/ports/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { type DataService, openData } from '../data/index.ts';
import { systemTimers } from '../jobs/index.ts';
import { Streams, type StreamsOptions } from './index.ts';

const clock: Clock = { now: () => Date.now() };
const project = projectLike();
const sales: StreamSettings = {
  name: 'sales',
  kind: 'nats',
  url: 'memory',
  stream: 'SALES',
  project: project.name,
  role: 'observations',
  deadLetter: 'dead',
  mechanism: 'PLAIN',
  tls: false,
};
const dayOf = (day: number): string => new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
const row = (day: number, units = day): object => ({ item: 'a', date: dayOf(day), units });

/** Nothing waits for long here: what is told to wait comes back at once. */
const hastyTimers = {
  ...systemTimers,
  setTimeout: (callback: () => void, ms: number) => setTimeout(callback, Math.min(ms, 5)),
};

interface World {
  readonly store: ControlStore;
  readonly data: DataService;
  readonly broker: MemoryBroker;
  streams(change?: Partial<StreamsOptions>): Streams;
}

async function inWorld(work: (world: World) => Promise<void>, broker = new MemoryBroker()): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-streams-'));
  const ids = new IdSource(clock.now, (bytes) => void randomFillSync(bytes));
  const store = openSqliteStore({ path: join(folder, 'control.sqlite'), clock });
  await store.putProject(project, 1);
  const blobs = openFileBlobs({ folder: join(folder, 'blobs'), ids });
  const scratchFolder = join(folder, 'scratch');
  const data = openData({ store, blobs, files: blobs, ids, clock, timers: systemTimers, scratchFolder });
  const opened: Streams[] = [];
  const streams = (change: Partial<StreamsOptions> = {}): Streams => {
    const made = new Streams({
      streams: [sales],
      projects: fixedProjects(project),
      store,
      data,
      serving: { answer: () => Promise.reject(new AppError('serving/not-trained', 'nothing is trained')) },
      checkRequest: forecastRequestOf,
      timers: hastyTimers,
      clock,
      log: { info: () => {}, error: () => {} },
      reader: { workerId: ids.next('reader'), isGone: () => false },
      connect: broker.connect,
      ...change,
    });
    opened.push(made);
    return made;
  };
  try {
    await work({ store, data, broker, streams });
  } finally {
    await Promise.all(opened.map((one) => one.stop()));
    await data.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 4000; tries++) {
    if (await holds()) return;
    await sleep(5);
  }
  assert.fail('it did not come about');
}

const takenIn = async (streams: Streams): Promise<number> => (await streams.list())[0]?.messages ?? 0;

/** Every row that landed, as `day=units`, in the order of landing. */
async function landed(store: ControlStore): Promise<string[]> {
  const rows = await store.readTail(project.name, { afterSeq: 0, unsealedOnly: false, limit: 100_000 });
  return rows.map(({ period, value }) => `${period - 18_262}=${value}`);
}

describe('a stream of a project that comes and goes', () => {
  it('is read while the project is there, with the settings that it has, and says why not else', () =>
    inWorld(async ({ store, broker, streams }) => {
      let there: Project | undefined;
      const reading = streams({ projects: { find: () => there } });
      reading.start();
      broker.send(row(0));
      assert.deepEqual(reading.failures(), ['stream sales: there is no project shop']);
      assert.equal((await reading.list())[0]?.state, 'idle');
      there = project;
      await reading.follow('shop');
      await until(async () => (await takenIn(reading)) === 1);
      await reading.follow('another');
      there = undefined;
      await reading.follow('shop');
      broker.send(row(1));
      assert.deepEqual(reading.failures(), ['stream sales: there is no project shop']);
      assert.equal(await takenIn(reading), 1);
      there = project;
      await reading.follow('shop');
      await until(async () => (await takenIn(reading)) === 2);
      assert.equal((await landed(store)).length, 2);
      assert.deepEqual(reading.failures(), []);
    }));
});

describe('a stream of observations', () => {
  it('lands every message once, in order, and says how far it is', () =>
    inWorld(async ({ store, broker, streams }) => {
      for (let day = 0; day < 100; day++) broker.send(row(day));
      const reading = streams();
      reading.start();
      await until(async () => (await takenIn(reading)) === 100);
      assert.deepEqual(
        await landed(store),
        Array.from({ length: 100 }, (_, day) => `${day}=${day}`),
      );
      const [status] = await reading.list();
      assert.equal(status?.state, 'reading');
      assert.deepEqual(status?.positions, [{ partition: 0, next: 100 }]);
    }));

  it('quarantines rows that break the contract and sets unreadable messages aside with the reason', () =>
    inWorld(async ({ data, broker, streams }) => {
      broker.send('not json');
      broker.send([row(1), { units: 3 }, 5, row(2, -1)]);
      broker.send('['.repeat(100_000));
      broker.send([]);
      const reading = streams();
      reading.start();
      await until(async () => (await takenIn(reading)) === 4);
      const bad = await data.quarantine(project.name, { limit: 10 });
      assert.deepEqual(
        bad.map(({ code }) => code),
        ['null-series', 'bad-row', 'negative'],
      );
      assert.deepEqual(
        broker.published('dead').map(({ text, headers }) => [text.slice(0, 8), headers['almanac-reason']]),
        [
          ['not json', 'it is not JSON'],
          ['[[[[[[[[', 'it is nested more than 32 levels deep'],
        ],
      );
      assert.equal((await reading.list())[0]?.deadLetters, 2);
    }));

  it('takes a watermark for what it says: up to it everything is over; one that cannot be is set aside', () =>
    inWorld(async ({ store, data, broker, streams }) => {
      broker.send([row(1), row(2)]);
      broker.send({ item: 'a', date: dayOf(3), qty: 3 });
      broker.send({ closedThrough: dayOf(3) });
      broker.send({ closedThrough: 'soon' });
      broker.send({ closedThrough: dayOf(3), group: 'nobody' });
      broker.send({ closedThrough: ['x'] });
      const reading = streams();
      reading.start();
      await until(async () => (await takenIn(reading)) === 6);
      const [closing, ...others] = await store.readClosings(project.name, { batchSeqMax: 1e9 });
      assert.deepEqual(others, []);
      assert.deepEqual([closing?.group, (closing?.through ?? 0) - 18_262, closing?.cause], ['', 3, 'sender']);
      assert.deepEqual(
        (await data.quarantine(project.name, { limit: 10 })).map(({ code }) => code),
        ['no-target'],
      );
      assert.deepEqual(
        broker.published('dead').map(({ headers }) => headers['almanac-reason']),
        [
          'its closedThrough is no period',
          'closedThrough "soon" is not a time of frequency day',
          `all series of project ${project.name} report as one: leave the group out`,
        ],
      );
    }));

  it('keeps unreadable messages in quarantine where there is no place for dead letters', () =>
    inWorld(async ({ data, broker, streams }) => {
      broker.send('not\u0000json');
      const { deadLetter: _, ...settings } = sales;
      const reading = streams({ streams: [settings] });
      reading.start();
      await until(async () => (await takenIn(reading)) === 1);
      const [bad] = await data.quarantine(project.name, { limit: 10 });
      assert.equal(bad?.code, 'bad-row');
      assert.match(String(bad?.raw), /NUL byte: not/);
    }));

  it('lets a later message win over an earlier one, in one batch as in two', () =>
    inWorld(async ({ store, broker, streams }) => {
      broker.send(row(1, 5));
      broker.send(row(1, 7));
      const reading = streams();
      reading.start();
      await until(async () => (await takenIn(reading)) === 2);
      assert.equal((await landed(store)).at(-1), '1=7');
    }));

  it('holds one message back when it can never land, and takes in all others', () =>
    inWorld(async ({ store, data, broker, streams }) => {
      for (let day = 0; day < 20; day++) broker.send(row(day));
      // Any content can be refused as a whole by a rule that is not foreseen here: one message plays that part.
      const picky: Pick<DataService, 'ingestBody'> = {
        ingestBody: async (to, bytes, options) => {
          if (Buffer.from(bytes).includes(`"${dayOf(13)}"`))
            throw new AppError('data/damaged-file', 'it holds the day that nobody wants');
          return data.ingestBody(to, bytes, options);
        },
      };
      const reading = streams({ data: picky });
      reading.start();
      await until(async () => (await takenIn(reading)) === 20);
      const days = (await landed(store)).map((text) => Number(text.split('=')[0]));
      assert.deepEqual(
        days,
        Array.from({ length: 20 }, (_, day) => day).filter((day) => day !== 13),
      );
      assert.match(broker.published('dead')[0]?.headers['almanac-reason'] ?? '', /nobody wants/);
    }));

  it('waits, and skips nothing, while the store is full', () =>
    inWorld(async ({ store, data, broker, streams }) => {
      for (let day = 0; day < 5; day++) broker.send(row(day));
      let full = 3;
      const reading = streams({
        data: {
          ingestBody: async (...given) => {
            if (full-- > 0) throw new AppError('store/full', 'no space left');
            return data.ingestBody(...given);
          },
        },
      });
      reading.start();
      await until(async () => (await takenIn(reading)) === 5);
      assert.equal((await landed(store)).length, 5);
      assert.equal(broker.published('dead').length, 0);
    }));

  it('lands every message once under random faults of broker and store, two readers at once', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) =>
        inWorld(async ({ store, data, broker, streams }) => {
          const rng = new Rng(seed);
          broker.fault = (at) => rng.uniform() < (at === 'pull' ? 0.1 : 0.2);
          const faulty: Pick<DataService, 'ingestBody'> = {
            ingestBody: async (...given) => {
              const chance = rng.uniform();
              if (chance < 0.2) throw new AppError('store/busy', 'before the commit');
              const done = await data.ingestBody(...given);
              // The commit is there and nobody hears of it: what a kill right after it looks like.
              if (chance > 0.8) throw new AppError('store/unavailable', 'after the commit');
              return done;
            },
          };
          // Leases that never hold: the positions alone must keep the two apart.
          const unheld: ControlStore = { ...store, leaseStream: async () => true };
          const readers = [0, 1].map(() => streams({ data: faulty, store: unheld }));
          for (const reader of readers) reader.start();
          for (let day = 0; day < 60; day++) {
            broker.send(rng.uniform() < 0.1 ? `bad ${day}` : row(day), day % 2);
            if (day % 10 === 0) await sleep(3);
          }
          await until(async () => (await takenIn(readers[0] as Streams)) === 60);
          await Promise.all(readers.map((reader) => reader.stop()));
          const days = (await landed(store)).map((text) => Number(text.split('=')[0]));
          const dead = broker.published('dead').map(({ text }) => Number(text.slice(4)));
          assert.deepEqual(
            [...days, ...dead].sort((a, b) => a - b),
            Array.from({ length: 60 }, (_, day) => day),
          );
        }, new MemoryBroker(2)),
      ),
      { numRuns: 5 },
    ));

  it('reads again from where a replay says, while a reader runs', () =>
    inWorld(async ({ store, broker, streams }) => {
      for (let day = 0; day < 10; day++) broker.send(row(day));
      const reading = streams();
      reading.start();
      await until(async () => (await takenIn(reading)) === 10);
      await streams().replay('sales', { kind: 'sequence', sequence: 7 });
      await until(async () => (await takenIn(reading)) === 13);
      assert.deepEqual((await landed(store)).slice(-3), ['7=7', '8=8', '9=9']);
      await assert.rejects(streams().replay('other', { kind: 'start' }), /no stream is called other/);
    }));

  it('stops, and says what to do, when the stream at the broker is another one', () =>
    inWorld(async ({ broker, streams }) => {
      broker.send(row(1));
      const first = streams();
      first.start();
      await until(async () => (await takenIn(first)) === 1);
      await first.stop();
      broker.origin = 'memory 2';
      const second = streams();
      second.start();
      await until(async () => second.failures().length > 0);
      assert.match(second.failures()[0] ?? '', /replay sales --from start/);
      await second.replay('sales', { kind: 'start' });
      await until(async () => (await takenIn(second)) === 2);
      assert.deepEqual(second.failures(), []);
    }));

  it('says how many messages the broker had removed before they were read', () =>
    inWorld(async ({ broker, streams }) => {
      for (let day = 0; day < 4; day++) broker.send(row(day));
      const first = streams();
      first.start();
      await until(async () => (await takenIn(first)) === 4);
      await first.stop();
      for (let day = 4; day < 20; day++) broker.send(row(day));
      broker.firstKept = 9;
      const second = streams();
      second.start();
      await until(async () => (await takenIn(second)) === 15);
      assert.equal((await second.list())[0]?.missed, 5);
    }));

  it('reads in one process at a time, and goes on in the other when the first stops', () =>
    inWorld(async ({ broker, streams }) => {
      const [first, second] = [streams(), streams()];
      first.start();
      await until(async () => (await first.list())[0]?.state === 'reading');
      second.start();
      await until(async () => (await second.list())[0]?.state === 'standby');
      assert.deepEqual(second.failures(), []);
      await first.stop();
      broker.send(row(1));
      await until(async () => (await takenIn(second)) === 1);
    }));
});

describe('a stream of forecast requests', () => {
  const asking: StreamSettings = { ...sales, name: 'ask', role: 'forecasts', answers: 'answers' };

  it('answers each under its id, tells what is wrong with a bad one, sets unreadable ones aside', () =>
    inWorld(async ({ broker, streams }) => {
      const grid = project.grid;
      const reading = streams({
        streams: [asking],
        serving: {
          answer: async (name, request) => {
            if (request.series?.[0] === 'x') throw new AppError('serving/unknown-series', 'no series x');
            return {
              requestId: `r-${name}`,
              model: { name, version: 1, arm: 'champion' },
              grid,
              cutoff: 0,
              levels: [],
              forecasts: [],
            };
          },
        },
      });
      broker.send({ id: 'one', series: ['a'] });
      broker.send({ id: 'two', series: ['x'] });
      broker.send({ id: 'three', serie: ['a'] });
      broker.send('what?');
      reading.start();
      await until(async () => (await takenIn(reading)) === 4);
      const answers = broker
        .published('answers')
        .map(({ text }) => JSON.parse(text) as Record<string, { code?: string; requestId?: string }>);
      const byId = new Map(answers.map((answer) => [String(answer.id), answer]));
      assert.equal(byId.get('one')?.forecast?.requestId, 'r-shop');
      assert.equal(byId.get('two')?.error?.code, 'serving/unknown-series');
      assert.equal(byId.get('three')?.error?.code, 'http/invalid-request');
      assert.equal(broker.published('dead')[0]?.text, 'what?');
    }));

  it('answers each once under faults of broker and server', () =>
    inWorld(async ({ broker, streams }) => {
      const rng = new Rng(3);
      broker.fault = () => rng.uniform() < 0.1;
      const reading = streams({
        streams: [asking],
        serving: {
          answer: async () => {
            if (rng.uniform() < 0.3) throw new AppError('serving/overloaded', 'later');
            throw new AppError('serving/not-trained', 'nothing is trained');
          },
        },
      });
      for (let i = 0; i < 12; i++) broker.send({ id: `q${i}` });
      reading.start();
      broker.fault = () => rng.uniform() < 0.05;
      await until(async () => (await takenIn(reading)) === 12);
      const ids = broker.published('answers').map(({ text }) => (JSON.parse(text) as { id: string }).id);
      assert.deepEqual(new Set(ids).size, 12);
      assert.equal(ids.length, 12);
    }));
});
