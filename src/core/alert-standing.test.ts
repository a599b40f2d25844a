import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Alert, AlertCondition } from './alert.ts';
import {
  type AlertStep,
  acknowledged,
  alertPolicy,
  alertState,
  closed,
  observed,
  settled,
  silenced,
  unsilenced,
} from './alert-standing.ts';

const minute = 60_000;
const policy = { ...alertPolicy, escalateMs: 30 * minute };

const late: AlertCondition = {
  rule: 'labels-late',
  subject: '',
  holds: true,
  severity: 'warning',
  owner: null,
  runbook: null,
  page: 'forecasts',
  summary: 'labels are late',
  evidence: {
    metric: 'labelCoverage',
    value: 0.5,
    threshold: 0.8,
    n: 100,
    labelCoverage: 0.5,
    window: { from: '2026-01-01', to: '2026-01-07' },
  },
};

/** One alert that lives through what is done to it, and who was told what when. */
class Life {
  alert: Alert | undefined;
  now = 0;
  readonly told: string[] = [];

  take(step: AlertStep | undefined): void {
    if (step === undefined) return;
    this.alert = step.alert;
    for (const notice of step.notices) this.told.push(`${this.now / minute} ${notice}`);
  }

  sees(holds: boolean | null, more: Partial<AlertCondition> = {}): void {
    const given = { at: this.now, policy, id: 'alr_1', project: 'shop', fingerprint: 'f' };
    this.take(observed(this.alert, { ...late, ...more, holds }, given));
  }

  passes(minutes: number): void {
    this.now += minutes * minute;
    if (this.alert !== undefined) this.take(settled(this.alert, this.moment));
  }

  get moment() {
    return { at: this.now, policy };
  }

  get word() {
    return { by: 'http 127.0.0.1', at: this.now, reason: '' };
  }

  get state(): string {
    return this.alert === undefined ? 'none' : alertState(this.alert, this.now);
  }

  acknowledge(): void {
    this.take(acknowledged(this.alert as Alert, this.word, this.moment));
  }

  silence(minutes: number): void {
    const until = this.now + minutes * minute;
    this.take(silenced(this.alert as Alert, { ...this.word, until }, this.moment));
  }
}

test('a condition is told once when it begins and once when it is over, however often it is seen', () => {
  const life = new Life();
  life.sees(false);
  life.sees(null);
  assert.equal(life.state, 'none');
  for (let i = 0; i < 3; i++) {
    life.sees(true);
    life.passes(1);
  }
  life.sees(null);
  assert.equal(life.state, 'firing');
  life.sees(false);
  life.sees(false);
  assert.equal(life.state, 'resolved');
  assert.deepEqual(life.told, ['0 fired', '3 resolved']);
});

test('who acknowledges is left alone until it is over or becomes more urgent; who does not is told again', () => {
  const life = new Life();
  life.sees(true);
  life.passes(29);
  life.acknowledge();
  life.passes(600);
  assert.equal(life.state, 'acknowledged');
  life.sees(true, { severity: 'critical' });
  assert.equal(life.state, 'firing');
  life.passes(30);
  life.passes(300);
  assert.deepEqual(life.told, ['0 fired', '629 fired', '659 escalated']);
});

test('a silence tells nobody, also of what comes back meanwhile, and after its end tells what goes on', () => {
  const life = new Life();
  life.sees(true);
  life.silence(120);
  life.passes(10);
  life.sees(false);
  life.passes(10);
  life.sees(true);
  assert.equal(life.state, 'silenced');
  life.passes(99);
  assert.deepEqual(life.told, ['0 fired', '10 resolved']);
  life.passes(1);
  assert.equal(life.state, 'firing');
  assert.deepEqual(life.told, ['0 fired', '10 resolved', '120 fired']);
  life.silence(60);
  life.take(unsilenced(life.alert as Alert, life.moment));
  assert.equal(life.state, 'firing');
});

test('what was closed by hand begins anew when it is found to hold again', () => {
  const life = new Life();
  life.sees(true);
  life.take(closed(life.alert as Alert, life.word, life.moment));
  assert.equal(life.state, 'resolved');
  life.passes(1);
  life.sees(true);
  assert.equal(life.state, 'firing');
  assert.deepEqual([life.alert?.episodes, life.alert?.resolvedBy], [2, null]);
});

test('what comes and goes is told of a few times, then stays open until it has been away for an hour', () => {
  const life = new Life();
  for (let i = 0; i < 30; i++) {
    life.sees(i % 2 === 0);
    life.passes(1);
  }
  assert.equal(life.told.length, 7);
  assert.equal(life.state, 'firing');
  life.passes(58);
  assert.equal(life.state, 'firing');
  life.passes(1);
  assert.equal(life.state, 'resolved');
  assert.equal(life.told.at(-1), '89 resolved');
});

test('whatever happens, nobody is told twice of one thing, and nothing that goes on unseen stays untold', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('see' as const), holds: fc.constantFrom(true, false, null) }),
    fc.record({ do: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 90 }) }),
    fc.record({ do: fc.constant('acknowledge' as const) }),
    fc.record({ do: fc.constant('silence' as const), minutes: fc.integer({ min: 1, max: 90 }) }),
    fc.record({ do: fc.constant('close' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const life = new Life();
      let holds = false;
      for (const one of steps) {
        if (one.do === 'see') {
          life.sees(one.holds);
          holds = one.holds ?? holds;
        } else if (one.do === 'pass') life.passes(one.minutes);
        else if (life.alert === undefined) continue;
        else if (one.do === 'acknowledge') life.acknowledge();
        else if (one.do === 'silence') life.silence(one.minutes);
        else life.take(closed(life.alert, life.word, life.moment));
        // Told in turns: began, perhaps one step up, over.
        const kinds = life.told.map((line) => line.split(' ')[1]);
        for (const [i, kind] of kinds.entries())
          if (kind === 'escalated') assert.equal(kinds[i - 1], 'fired');
          else if (kind === 'resolved') assert.notEqual(kinds[i - 1] ?? 'resolved', 'resolved');
          else assert.equal(kinds[i - 1] ?? 'resolved', 'resolved');
        if (life.state === 'firing' && life.alert?.clearedAt === null)
          assert.notEqual(life.alert.told, 'nothing');
      }
      life.passes(1000);
      if (holds && life.state !== 'resolved' && life.state !== 'acknowledged')
        assert.notEqual(life.alert?.told, 'nothing');
    }),
    { numRuns: 300 },
  );
});
