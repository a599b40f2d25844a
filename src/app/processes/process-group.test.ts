import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, it } from 'node:test';
import { answerWithinMs, type ToServer } from './messages.ts';
import { type Child, ProcessGroup } from './process-group.ts';
import { PretendTimers, settle } from './testing.ts';

/** A forked process that does what the test says. */
class PretendChild extends EventEmitter implements Child {
  readonly received: ToServer[] = [];
  readonly signals: string[] = [];
  connected = true;
  readonly process = {
    pid: 4711,
    kill: (signal: NodeJS.Signals): boolean => {
      this.signals.push(signal);
      return true;
    },
  };

  send(message: ToServer): boolean {
    this.received.push(message);
    return true;
  }

  isConnected(): boolean {
    return this.connected;
  }

  says(message: unknown): void {
    this.emit('message', message);
  }

  ends(code: number | null, signal: string | null = null): void {
    this.connected = false;
    this.emit('exit', code, signal);
  }
}

function groupOf(count: number, metrics: () => Promise<string> = async () => 'all') {
  const children: PretendChild[] = [];
  const timers = new PretendTimers();
  const logged: object[] = [];
  const group = new ProcessGroup({
    count,
    timers,
    metrics,
    log: { error: (fields) => void logged.push(fields) },
    fork: () => {
      const child = new PretendChild();
      children.push(child);
      return child;
    },
  });
  return { group, children, timers, logged };
}

async function started(count: number) {
  const all = groupOf(count);
  const start = all.group.start();
  for (const child of all.children) child.says({ almanac: 'listening', url: 'http://here' });
  await start;
  return all;
}

describe('ProcessGroup', () => {
  it('has started when all of its processes listen', async () => {
    const { group, children } = groupOf(2);
    let url = '';
    const start = group.start().then((address) => {
      url = address.url;
    });
    assert.equal(children.length, 2);
    children[0]?.says({ almanac: 'listening', url: 'http://here' });
    children[1]?.says({ of: 'another library' });
    await settle();
    assert.equal(url, '');
    children[1]?.says({ almanac: 'listening', url: 'http://here' });
    await start;
    assert.equal(url, 'http://here');
  });

  it('fails to start when a process ends before it listens', async () => {
    const { group, children } = groupOf(2);
    const start = group.start();
    children[0]?.ends(1);
    await assert.rejects(start, { code: 'http/cannot-listen' });
  });

  it('passes news on to the others, and says so to who brought them when all have taken them in', async () => {
    const { children } = await started(3);
    const [from, one, other] = children as [PretendChild, PretendChild, PretendChild];
    from.says({ almanac: 'news', ask: 7, seq: 9 });
    const [toOne, toOther] = [one, other].map(({ received }) => received[0] as ToServer & { ask: number });
    assert.equal(toOne?.almanac, 'news');
    one.says({ almanac: 'taken', ask: toOne?.ask });
    await settle();
    assert.deepEqual(from.received, []);
    other.says({ almanac: 'taken', ask: toOther?.ask });
    await settle();
    assert.deepEqual(from.received, [{ almanac: 'told', ask: 7 }]);
  });

  it('waits a second for a process that says nothing, and not at all for one that is gone', async () => {
    const { group, children, timers } = await started(2);
    const [silent, gone] = children as [PretendChild, PretendChild];
    gone.connected = false;
    let done = false;
    const told = group.told(9).then(() => {
      done = true;
    });
    await settle();
    assert.equal(done, false);
    assert.equal(silent.received.length, 1);
    timers.pass(answerWithinMs);
    await told;
  });

  it('replaces a process that ends, later each time until one listens again', async () => {
    const { children, timers, logged } = await started(1);
    const ends = (code: number | null, signal: string | null = null): void =>
      children.at(-1)?.ends(code, signal);
    ends(null, 'SIGKILL');
    assert.deepEqual(logged, [{ pid: 4711, reason: 'SIGKILL' }]);
    timers.pass(99);
    assert.equal(children.length, 1);
    timers.pass(1);
    assert.equal(children.length, 2);
    // It never listened: the next one comes after 100 ms, and the one after it after 200.
    ends(1);
    timers.pass(100);
    assert.equal(children.length, 3);
    ends(1);
    timers.pass(199);
    assert.equal(children.length, 3);
    timers.pass(1);
    assert.equal(children.length, 4);
    children.at(-1)?.says({ almanac: 'listening', url: 'http://here' });
    ends(1);
    timers.pass(100);
    assert.equal(children.length, 5);
  });

  it('has every process try a version: one refusal is enough, and one that ends has no say', async () => {
    const { group, children } = await started(3);
    const [one, refusing, ending] = children as [PretendChild, PretendChild, PretendChild];
    const verdict = group.prove({ project: 'shop', id: 'v2' });
    const askOf = ({ received }: PretendChild): number => (received[0] as { ask: number }).ask;
    one.says({ almanac: 'proved', ask: askOf(one), finding: { kind: 'proven' } });
    const finding = { kind: 'refused', reason: 'its forecasts differ' };
    refusing.says({ almanac: 'proved', ask: askOf(refusing), finding });
    ending.ends(null, 'SIGKILL');
    assert.match((await verdict) ?? '', /its forecasts differ/);
  });

  it('answers with the metrics of all, or says that they could not be had', async () => {
    for (const [metrics, text] of [
      [async () => 'all of them', 'all of them'],
      [() => Promise.reject(new Error('no')), null],
    ] as const) {
      const { group, children } = groupOf(1, metrics);
      void group.start();
      children[0]?.says({ almanac: 'metrics', ask: 3 });
      await settle();
      assert.deepEqual(children[0]?.received, [{ almanac: 'metrics', ask: 3, text }]);
    }
  });

  it('stops by asking every process to finish, and replaces none of them', async () => {
    const { group, children, timers } = await started(2);
    let stopped = false;
    const stop = group.stop().then(() => {
      stopped = true;
    });
    assert.deepEqual(
      children.map(({ signals }) => signals),
      [['SIGTERM'], ['SIGTERM']],
    );
    children[0]?.ends(0);
    await settle();
    assert.equal(stopped, false);
    children[1]?.ends(0);
    await stop;
    timers.pass(60_000);
    assert.equal(children.length, 2);
  });
});
