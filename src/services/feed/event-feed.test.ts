import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import fc from 'fast-check';
import type { EventOf, EventType, StoredEvent } from '../../core/index.ts';
import type { SubscriberPosition } from '../../storage/ports/index.ts';
import { ManualTimers } from '../jobs/testing.ts';
import { EventFeed } from './event-feed.ts';
import type { Work } from './subscriber.ts';

let timers: ManualTimers;
let events: StoredEvent[];
let reads: number;
let unreadable: boolean;
let feed: EventFeed;
let logged: object[];
let noted: Map<string, SubscriberPosition>;
let unwritable: boolean;

function open(): void {
  timers = new ManualTimers(0);
  events = [];
  reads = 0;
  unreadable = false;
  unwritable = false;
  logged = [];
  noted = new Map();
  feed = nextFeed();
}

/** Of the process that comes after this one. */
function nextFeed(): EventFeed {
  return new EventFeed({
    store: {
      readEvents: async ({ afterSeq, limit }) => {
        reads++;
        if (unreadable) throw new Error('database is locked');
        return events.filter(({ seq }) => seq > afterSeq).slice(0, limit);
      },
      lastEventSeq: async () => events.at(-1)?.seq ?? 0,
      readSubscribers: async () => [...noted.values()],
      noteSubscribers: async (positions) => {
        if (unwritable) throw new Error('disk is full');
        for (const position of positions) noted.set(position.subscriber, position);
      },
    },
    clock: timers.clock,
    timers,
    log: { error: (fields) => void logged.push(fields) },
  });
}
beforeEach(open);

function happens(
  project: string,
  type: 'batch.committed' | 'swap.refused' | 'unknown' = 'swap.refused',
): void {
  const about = { seq: events.length + 1, at: 0, project };
  const refused = { versionId: 'ver_1', reason: '' };
  if (type === 'unknown') events.push({ ...about, type, name: 'later.type', data: {} });
  else if (type === 'swap.refused') events.push({ ...about, type, data: refused });
  else {
    const counts = { rowsAccepted: 1, rowsQuarantined: 0, periodMin: 1, periodMax: 1 };
    events.push({ ...about, type, data: { batchId: 'bat_1', seq: about.seq, ...counts } });
  }
}

/** A subscriber that keeps what it took in, and fails as often as it is told to. */
class Taker {
  readonly taken: string[] = [];
  readonly kinds: readonly EventType[] = ['swap.refused'];
  faults = 0;
  /** A project that it never gets past. */
  fails = '';
  gate: Promise<void> | undefined;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  readonly apply = async ({ project, events: given }: Work<EventType>): Promise<void> => {
    await this.gate;
    if (this.fails === project || this.faults-- > 0) throw new Error(`${project} cannot be read`);
    this.taken.push(`${project}:${given.map(({ seq }: EventOf<EventType>) => seq).join()}`);
  };
}

test('many events of one project are one piece of work, and one read serves all who follow', async () => {
  const [one, two] = [new Taker('one'), new Taker('two')];
  for (const taker of [one, two]) feed.follow(taker, { afterSeq: 0 });
  for (const project of ['a', 'b', 'a', 'a']) happens(project);
  await feed.poll();
  await timers.advance(0);
  assert.deepEqual(one.taken, ['a:1,3,4', 'b:2']);
  assert.deepEqual(two.taken, one.taken);
  assert.equal(reads, 1);
});

test('what could not be taken in comes again after a pause that grows, with what has come meanwhile', async () => {
  const taker = new Taker('one');
  feed.follow(taker, { afterSeq: 0 });
  taker.faults = 2;
  happens('a');
  happens('b');
  await feed.poll();
  await timers.advance(0);
  happens('a');
  await feed.poll();
  await timers.advance(199);
  assert.deepEqual(taker.taken, []);
  assert.match(feed.failures().join(), /^one is 3 events and 0 s behind: a: a cannot be read$/);
  await timers.advance(1);
  assert.deepEqual(taker.taken, ['a:1,3', 'b:2']);
  assert.deepEqual(feed.failures(), []);
  taker.faults = 3;
  happens('a');
  await feed.poll();
  await timers.advance(200 + 400 + 799);
  assert.equal(taker.taken.length, 2);
  const [lag] = feed.lags();
  assert.deepEqual([lag?.events, lag?.seconds, lag?.retries], [1, 1.399, 4]);
  await timers.advance(1);
  assert.equal(taker.taken.at(-1), 'a:4');
  assert.equal(logged.length, 3, 'one line for each reason, not for each try');
});

test('nobody who is slow or fails holds up others, nor does one project hold up the rest', async () => {
  const [slow, failing, well] = [new Taker('slow'), new Taker('failing'), new Taker('well')];
  for (const taker of [slow, failing, well]) feed.follow(taker, { afterSeq: 0 });
  const gate = Promise.withResolvers<void>();
  slow.gate = gate.promise;
  failing.faults = 1;
  for (const project of ['a', 'b']) happens(project);
  await feed.poll();
  await timers.advance(0);
  assert.deepEqual(well.taken, ['a:1', 'b:2']);
  assert.deepEqual(failing.taken, ['b:2']);
  gate.resolve();
  await timers.advance(200);
  assert.deepEqual(slow.taken, ['a:1', 'b:2']);
  assert.deepEqual(failing.taken, ['b:2', 'a:1']);
});

test('events that cannot be read are read later, and the failure is said meanwhile', async () => {
  const taker = new Taker('one');
  feed.follow(taker, { afterSeq: 0 });
  feed.start();
  happens('a');
  unreadable = true;
  await timers.advance(400);
  assert.deepEqual(feed.failures(), ['events cannot be read: database is locked']);
  await feed.reach('one', 1);
  assert.deepEqual(taker.taken, []);
  unreadable = false;
  await timers.advance(200);
  assert.deepEqual(taker.taken, ['a:1']);
  assert.deepEqual(feed.failures(), []);
  await feed.stop();
});

test('begins after the event it is given, with the projects that are to be looked at once', async () => {
  for (const project of ['a', 'a', 'b']) happens(project);
  const taker = new Taker('one');
  taker.faults = 1;
  feed.follow(taker, { afterSeq: 2, projects: ['a', 'c'] });
  await feed.poll();
  await timers.advance(0);
  assert.deepEqual(taker.taken, ['c:', 'b:3']);
  await timers.advance(200);
  assert.deepEqual(taker.taken, ['c:', 'b:3', 'a:'], 'also what was to be looked at is tried again');
});

test('events of other kinds, and of kinds not known yet, are passed over', async () => {
  const taker = new Taker('one');
  feed.follow(taker, { afterSeq: 0 });
  happens('a', 'unknown');
  happens('a', 'batch.committed');
  happens('a');
  await feed.reach('one', 3);
  assert.deepEqual(taker.taken, ['a:3']);
});

test('reaching an event means that it is in effect; what failed before is tried at once', async () => {
  const taker = new Taker('one');
  feed.follow(taker, { afterSeq: 0 });
  happens('a');
  taker.faults = 1;
  await feed.reach('one', 1);
  assert.deepEqual(taker.taken, []);
  await feed.reach('one', 1);
  assert.deepEqual(taker.taken, ['a:1']);
  await feed.reach('one', 99);
  await feed.reach('nobody', 99);
});

test('who has fallen behind is read for by itself, and nothing is held without bound', async () => {
  const [slow, well] = [new Taker('slow'), new Taker('well')];
  for (const taker of [slow, well]) feed.follow(taker, { afterSeq: 0 });
  const gate = Promise.withResolvers<void>();
  slow.gate = gate.promise;
  for (let i = 0; i < 15_000; i++) happens('a');
  await feed.poll();
  await timers.advance(0);
  await feed.poll();
  assert.ok((feed.lags()[0]?.events ?? 0) <= 10_500);
  gate.resolve();
  await feed.reach('slow', 15_000);
  await feed.reach('well', 15_000);
  for (const { taken } of [slow, well]) {
    const seqs = taken.flatMap((work) => work.slice(2).split(',').map(Number));
    assert.deepEqual(
      seqs,
      events.map(({ seq }) => seq),
    );
  }
});

test('waits for news, until there is some or the wait is given up', async () => {
  feed.follow(new Taker('one'), { afterSeq: 0 });
  happens('a');
  const never = new AbortController();
  const told: string[] = [];
  const wait = (name: string, afterSeq: number, given: AbortSignal): void =>
    void feed.news(afterSeq, given).then(() => told.push(name));
  wait('first', 0, never.signal);
  wait('second', 1, never.signal);
  const givenUp = new AbortController();
  wait('given up', 5, givenUp.signal);
  await timers.advance(0);
  assert.deepEqual(told, []);
  givenUp.abort();
  await feed.poll();
  await timers.advance(0);
  assert.deepEqual(told.sort(), ['first', 'given up']);
  wait('known already', 0, never.signal);
  await feed.stop();
  await timers.advance(0);
  assert.deepEqual(told.sort(), ['first', 'given up', 'known already', 'second']);
});

test('however often processes are killed, nothing is passed over', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('happen' as const), project: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ do: fc.constant('fail' as const), times: fc.nat({ max: 3 }) }),
    fc.record({ do: fc.constant('unwritten' as const) }),
    fc.record({ do: fc.constant('kill' as const) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.nat({ max: 2500 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      open();
      const takers: Taker[] = [];
      const begin = async (): Promise<void> => {
        takers.push(new Taker('one'));
        await feed.resume(takers.at(-1) as Taker, { projects: ['a', 'b', 'c'] });
        feed.start();
      };
      await begin();
      for (const at of steps) {
        if (at.do === 'happen') happens(at.project);
        else if (at.do === 'fail') (takers.at(-1) as Taker).faults = at.times;
        else if (at.do === 'unwritten') unwritable = !unwritable;
        else if (at.do === 'wait') await timers.advance(at.ms);
        else {
          killed();
          await begin();
        }
      }
      (takers.at(-1) as Taker).faults = 0;
      await feed.reach('one', events.length);
      const taken = new Set(
        takers.flatMap((one) => one.taken.flatMap((work) => work.slice(2).split(',').map(Number))),
      );
      assert.deepEqual(
        events.filter(({ seq }) => !taken.has(seq)),
        [],
      );
    }),
    { numRuns: 100 },
  );
});

test('whatever fails, everybody takes in every event of each project, in order', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('happen' as const), project: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ do: fc.constant('fail' as const), who: fc.nat({ max: 2 }), times: fc.nat({ max: 3 }) }),
    fc.record({ do: fc.constant('unread' as const) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.nat({ max: 500 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      open();
      const takers = [0, 1, 2].map((i) => new Taker(`taker ${i}`));
      for (const taker of takers) feed.follow(taker, { afterSeq: 0 });
      feed.start();
      for (const at of steps) {
        if (at.do === 'happen') happens(at.project);
        else if (at.do === 'fail') (takers[at.who] as Taker).faults = at.times;
        else if (at.do === 'unread') unreadable = !unreadable;
        else await timers.advance(at.ms);
      }
      unreadable = false;
      for (const taker of takers) {
        taker.faults = 0;
        await feed.reach(taker.name, events.length);
      }
      await feed.stop();
      for (const { taken } of takers) {
        for (const project of ['a', 'b', 'c']) {
          const seqs = taken
            .filter((work) => work.startsWith(project))
            .flatMap((work) => work.slice(2).split(',').map(Number));
          const own = events.filter((event) => event.project === project).map(({ seq }) => seq);
          assert.deepEqual(seqs, own);
        }
      }
    }),
    { numRuns: 30 },
  );
});

/** As a process does that is killed: what it had not noted is lost, and nothing of it happens any more. */
function killed(): void {
  timers = new ManualTimers(timers.clock.now());
  feed = nextFeed();
}

test('a process that is killed between an event and its work has it taken in by the next', async () => {
  const projects = ['a', 'b'];
  const first = new Taker('one');
  await feed.resume(first, { projects });
  feed.start();
  await timers.advance(200);
  assert.deepEqual(first.taken, ['a:', 'b:'], 'it begins with a look at each');
  for (const project of ['a', 'b', 'a']) happens(project);
  await timers.advance(1000);
  assert.deepEqual([...noted.values()], [{ subscriber: 'one', seq: 3, behind: [] }]);
  const killedAtWork = Promise.withResolvers<void>();
  first.gate = killedAtWork.promise;
  happens('b');
  happens('a');
  await timers.advance(2000);
  assert.equal(noted.get('one')?.seq, 5);
  assert.deepEqual(
    noted.get('one')?.behind.map(({ project, seq, events: waiting }) => [project, seq, waiting]),
    [
      ['b', 3, 1],
      ['a', 4, 1],
    ],
  );
  killed();
  const second = new Taker('one');
  await feed.resume(second, { projects });
  await feed.reach('one', 5);
  assert.deepEqual(second.taken.slice(0, 2).sort(), ['a:', 'b:'], 'those that were behind are looked at');
  assert.deepEqual(second.taken.slice(2).sort(), ['a:5', 'b:4']);
  await feed.stop();
  killed();
  const third = new Taker('one');
  await feed.resume(third, { projects });
  await feed.reach('one', 5);
  assert.deepEqual(third.taken, [], 'what was noted at the end does not come again');
  await feed.resume(new Taker('two'), { projects, look: true });
});

test('a project that fails is gone on with by the next process, and the others are not done again', async () => {
  const first = new Taker('one');
  await feed.resume(first, { projects: [] });
  first.fails = 'a';
  for (const project of ['a', 'b', 'c', 'a']) happens(project);
  feed.start();
  await timers.advance(40_000);
  assert.match(
    (await nextFeed().failuresElsewhere()).join(),
    /^one is 2 events and 4\d s behind: a: a cannot/,
  );
  assert.deepEqual(await feed.failuresElsewhere(), [], 'what is followed here is said by itself');
  killed();
  const second = new Taker('one');
  await feed.resume(second, { projects: ['a', 'b', 'c'] });
  await feed.reach('one', 4);
  assert.deepEqual(second.taken, ['a:', 'a:1,4']);
});

test('where events are gone that were not taken in, each project is looked at', async () => {
  await feed.resume(new Taker('one'), { projects: [] });
  await feed.stop();
  for (let i = 0; i < 6; i++) happens('a');
  events.splice(0, 4);
  killed();
  const taker = new Taker('one');
  await feed.resume(taker, { projects: ['a', 'b'] });
  await feed.reach('one', 6);
  assert.deepEqual(taker.taken.sort(), ['a:', 'a:5,6', 'b:']);
  assert.deepEqual(logged, [{ subscriber: 'one', events: 4 }]);
});

test('a position that cannot be noted is noted later, and the failure is said meanwhile', async () => {
  const taker = new Taker('one');
  await feed.resume(taker, { projects: [] });
  unwritable = true;
  happens('a');
  feed.start();
  await timers.advance(2000);
  assert.deepEqual(taker.taken, ['a:1']);
  assert.deepEqual(feed.failures(), ['how far events were followed is not noted: disk is full']);
  unwritable = false;
  await timers.advance(1200);
  assert.deepEqual([feed.failures(), noted.get('one')?.seq], [[], 1]);
  await feed.stop();
});
