// What every relational store promises of alerts: a change comes with its events and deliveries or not at all, and of two who would
// send one delivery one does.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Alert, NewEvent } from '../../src/core/index.ts';
import type { NewDelivery } from '../../src/storage/ports/index.ts';
import { type ControlBackend, project, startMs, storePerTest } from './store-fixtures.ts';

const of = { project: 'shop', fingerprint: 'f1' };

function alert(more: Partial<Alert> = {}): Alert {
  const evidence = {
    metric: 'wape',
    value: 0.1 + 0.2,
    threshold: null,
    n: 3,
    labelCoverage: null,
    window: null,
  };
  return {
    ...of,
    id: 'alr_1',
    rule: 'wrong',
    subject: 'Größe/🙂',
    severity: 'warning',
    owner: null,
    runbook: null,
    page: 'data',
    summary: `"'<b>\u202E`,
    evidence,
    firstAt: startMs,
    lastAt: startMs,
    clearedAt: null,
    resolvedAt: null,
    resolvedBy: null,
    acknowledged: null,
    silence: null,
    told: 'fired',
    toldAt: startMs,
    episodes: 1,
    returns: [],
    ...more,
  };
}

function delivery(id: string, more: Partial<NewDelivery> = {}): NewDelivery {
  const at = { dueAt: startMs + 10, createdAt: startMs };
  return { id, project: 'shop', route: 'chat', groupKey: 'g', items: [{ of: id }], ...at, ...more };
}

const event: NewEvent = {
  at: startMs,
  project: 'shop',
  type: 'alert.fired',
  data: {
    alertId: 'alr_1',
    rule: 'wrong',
    subject: '',
    severity: 'warning',
    summary: '',
    by: '',
    reason: '',
  },
};

export function alertStoreSuite(backend: ControlBackend): void {
  describe(`alert store ${backend.name}`, () => {
    const fresh = storePerTest(backend);

    test('an alert, its event and its deliveries are one commit, and there after a restart', async () => {
      const { store } = fresh;
      await store.putProject(project, 1);
      const bad = { ...event, data: { toJSON: () => assert.fail('cut off') } } as unknown as NewEvent;
      await assert.rejects(
        store.changeAlert(of, () => ({ alert: alert(), events: [bad], deliveries: [delivery('d1')] })),
      );
      assert.deepEqual(await store.listAlerts({ limit: 9 }), []);
      assert.deepEqual(await store.deliveryTotals(), []);
      await store.changeAlert(of, (known) => {
        assert.equal(known, undefined);
        return { alert: alert(), events: [event], deliveries: [delivery('d1'), delivery('d2')] };
      });
      assert.deepEqual(await store.changeAlert(of, () => undefined), alert());
      await fresh.reopen();
      assert.deepEqual(await fresh.store.findAlert('alr_1'), alert());
      assert.equal(await fresh.store.findAlert('alr_2'), undefined);
      const due = await fresh.store.dueDeliveries({ route: 'chat', now: startMs + 10, limit: 9 });
      assert.deepEqual(
        due.map(({ id, items, tries }) => [id, items, tries]),
        [['d1', [{ of: 'd1' }, { of: 'd2' }], 0]],
      );
      assert.deepEqual(await fresh.store.dueDeliveries({ route: 'chat', now: startMs + 9, limit: 9 }), []);
      const told = await fresh.store.readEvents({ afterSeq: 0, limit: 9 });
      assert.equal(told.filter(({ type }) => type === 'alert.fired').length, 1);
    });

    test('open ones come first, and by project, state and time', async () => {
      const { store } = fresh;
      await store.putProject(project, 1);
      const put = (fingerprint: string, more: Partial<Alert>) =>
        store.changeAlert({ project: 'shop', fingerprint }, () => ({
          alert: alert({ id: `alr_${fingerprint}`, fingerprint, ...more }),
          events: [],
          deliveries: [],
        }));
      await put('a', { lastAt: 5 });
      await put('b', { lastAt: 9, resolvedAt: 20 });
      await put('c', { lastAt: 7 });
      const ids = async (query: object) =>
        (await store.listAlerts({ limit: 9, ...query })).map(({ fingerprint }) => fingerprint);
      assert.deepEqual(await ids({}), ['c', 'a', 'b']);
      assert.deepEqual(await ids({ open: true }), ['c', 'a']);
      assert.deepEqual(await ids({ since: 6 }), ['c', 'b']);
      assert.deepEqual(await ids({ project: 'other' }), []);
      assert.equal(await store.forgetAlerts(21), 1);
      assert.deepEqual(await ids({}), ['c', 'a']);
    });

    test('a delivery is begun by one, tried again when it is due, and joined by nothing once it has begun', async () => {
      const { store } = fresh;
      await store.putProject(project, 1);
      const add = (id: string) =>
        store.changeAlert(of, () => ({ alert: alert(), events: [], deliveries: [delivery(id)] }));
      await add('d1');
      assert.equal(await store.claimDelivery('d1', { tries: 0, dueAt: startMs + 99 }), true);
      assert.equal(await store.claimDelivery('d1', { tries: 0, dueAt: startMs + 99 }), false);
      await add('d2');
      const due = (now: number) => store.dueDeliveries({ route: 'chat', now, limit: 9 });
      // What follows waits for what is tried again: news of one group comes in its order.
      assert.deepEqual(await due(startMs + 98), []);
      await store.endDelivery('d1', {
        state: 'waiting',
        error: 'refused',
        at: startMs + 5,
        dueAt: startMs + 99,
      });
      assert.deepEqual(
        (await due(startMs + 99)).map(({ id, tries, error }) => [id, tries, error]),
        [['d1', 1, 'refused']],
      );
      await store.endDelivery('d1', { state: 'sent', error: null, at: startMs + 200, dueAt: 0 });
      assert.deepEqual(
        (await due(startMs + 99)).map(({ id, tries }) => [id, tries]),
        [['d2', 0]],
      );
      await store.endDelivery('d2', { state: 'failed', error: 'gone', at: startMs + 201, dueAt: 0 });
      assert.equal(await store.claimDelivery('d1', { tries: 1, dueAt: 0 }), false);
      assert.deepEqual(await store.deliveryTotals(), [
        { route: 'chat', waiting: 0, sent: 1, failed: 1, lastSentAt: startMs + 200, lastError: 'gone' },
      ]);
    });
  });
}
