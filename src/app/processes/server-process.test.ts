import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerWithinMs, proveWithinMs, type ToPrimary, type ToServer } from './messages.ts';
import { ServerProcess } from './server-process.ts';
import { PretendTimers, settle } from './testing.ts';

function processOf(
  takeIn: (seq: number) => Promise<void> = async () => {},
  prove: () => Promise<string | undefined> = async () => undefined,
) {
  const sent: ToPrimary[] = [];
  const timers = new PretendTimers();
  let listener: (message: unknown) => void = () => {};
  let left = false;
  const self = new ServerProcess({
    timers,
    prove,
    channel: {
      send: (message) => sent.push(message) > 0,
      disconnect: () => {
        left = true;
      },
      on: (_event, heard) => {
        listener = heard;
      },
    },
  });
  self.onTold(takeIn);
  return {
    self,
    sent,
    timers,
    hears: (message: ToServer | object) => listener(message),
    left: () => left,
  };
}

describe('ServerProcess', () => {
  it('says where it listens, and lets go of the channel when it leaves', () => {
    const { self, sent, left } = processOf();
    self.listening('http://here');
    assert.deepEqual(sent, [{ almanac: 'listening', url: 'http://here' }]);
    self.leave();
    assert.equal(left(), true);
  });

  it('says that it has taken news in once they are in effect, also when that failed', async () => {
    let inEffect: () => void = () => {};
    const waiting = processOf(
      () =>
        new Promise((resolve) => {
          inEffect = resolve;
        }),
    );
    waiting.hears({ almanac: 'news', ask: 5, seq: 9 });
    await settle();
    assert.deepEqual(waiting.sent, []);
    inEffect();
    await settle();
    assert.deepEqual(waiting.sent, [{ almanac: 'taken', ask: 5 }]);
    const failing = processOf(() => Promise.reject(new Error('the store is down')));
    failing.hears({ almanac: 'news', ask: 6, seq: 9 });
    await settle();
    assert.deepEqual(failing.sent, [{ almanac: 'taken', ask: 6 }]);
  });

  it('waits until the others know, at most a second', async () => {
    const { self, sent, timers, hears } = processOf();
    const known = self.told(7);
    hears({ almanac: 'told', ask: (sent[0] as { ask: number }).ask });
    await known;
    const unknown = self.told(7);
    timers.pass(answerWithinMs);
    await unknown;
  });

  it('tries a version when it is asked to, and says what it found', async () => {
    const version = { project: 'shop', id: 'v2' };
    for (const [prove, finding] of [
      [async () => undefined, { kind: 'proven' }],
      [async () => 'its forecasts differ', { kind: 'refused', reason: 'its forecasts differ' }],
    ] as const) {
      const { sent, hears } = processOf(undefined, prove);
      hears({ almanac: 'prove', ask: 4, version });
      await settle();
      assert.deepEqual(sent, [{ almanac: 'proved', ask: 4, finding }]);
    }
  });

  it('has all try a version: a refusal is an answer, silence is none', async () => {
    const { self, sent, timers, hears } = processOf();
    const refused = self.prove({ project: 'shop', id: 'v2' });
    const finding = { kind: 'refused', reason: 'its forecasts differ' } as const;
    hears({ almanac: 'proved', ask: (sent[0] as { ask: number }).ask, finding });
    assert.equal(await refused, 'its forecasts differ');
    const unanswered = self.prove({ project: 'shop', id: 'v3' });
    timers.pass(2 * proveWithinMs);
    await assert.rejects(unanswered, { code: 'serving/not-proven' });
  });

  it('has the metrics of all, or none when they could not be had; messages of others are not its business', async () => {
    const { self, sent, hears } = processOf();
    const all = self.metricsOfAll();
    hears({ cmd: 'of another library' });
    hears({ almanac: 'metrics', ask: (sent[0] as { ask: number }).ask, text: 'all' });
    assert.equal(await all, 'all');
    const none = self.metricsOfAll();
    hears({ almanac: 'metrics', ask: (sent[1] as { ask: number }).ask, text: null });
    assert.equal(await none, undefined);
  });
});
