// Alerts, and the deliveries that tell of them.

import { type Kysely, type Selectable, sql } from 'kysely';
import type { Alert } from '../../core/index.ts';
import type { AlertStore, DeliveryRecord, JsonObject, NewDelivery } from '../ports/index.ts';
import type { Database } from './database.ts';
import { insertEvent } from './events.ts';
import { refuseRemoved } from './project-records.ts';
import type { AlertDeliveryTable, Schema } from './schema.ts';

/** What is sent together: more would be no message any more. */
const itemsMax = 20;

export function alertStore(database: Database): AlertStore {
  return {
    changeAlert: ({ project, fingerprint }, change) =>
      database.write('alert', async (trx) => {
        await refuseRemoved(trx, project);
        const row = await trx
          .selectFrom('alert')
          .select('body')
          .where('project', '=', project)
          .where('fingerprint', '=', fingerprint)
          .executeTakeFirst();
        const known = row === undefined ? undefined : alertOf(row);
        const next = change(known);
        if (next === undefined) return known;
        await putAlert(trx, next.alert);
        for (const delivery of next.deliveries) await addDelivery(trx, delivery);
        for (const event of next.events) await insertEvent(trx, event);
        return next.alert;
      }),

    findAlert: (id) =>
      database.read(async (db) => {
        const row = await db.selectFrom('alert').select('body').where('id', '=', id).executeTakeFirst();
        return row === undefined ? undefined : alertOf(row);
      }),

    listAlerts: ({ project, open, since, limit }) =>
      database.read(async (db) => {
        let query = db.selectFrom('alert').select('body');
        if (project !== undefined) query = query.where('project', '=', project);
        if (open === true) query = query.where('is_open', '=', 1);
        if (since !== undefined) query = query.where('last_at', '>=', since);
        const rows = await query.orderBy('is_open', 'desc').orderBy('last_at', 'desc').limit(limit).execute();
        return rows.map(alertOf);
      }),

    ...deliveryStore(database),

    forgetAlerts: (before) =>
      database.write('alert', async (trx) => {
        const alerts = await trx
          .deleteFrom('alert')
          .where('is_open', '=', 0)
          .where('last_at', '<', before)
          .executeTakeFirstOrThrow();
        const deliveries = await trx
          .deleteFrom('alert_delivery')
          .where('state', '!=', 'waiting')
          .where('created_at', '<', before)
          .executeTakeFirstOrThrow();
        return Number(alerts.numDeletedRows) + Number(deliveries.numDeletedRows);
      }),
  };
}

function deliveryStore(
  database: Database,
): Pick<AlertStore, 'dueDeliveries' | 'claimDelivery' | 'endDelivery' | 'deliveryTotals'> {
  return {
    dueDeliveries: ({ route, now, limit }) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('alert_delivery')
          .selectAll()
          .where('route', '=', route)
          .where('state', '=', 'waiting')
          .where('due_at', '<=', now)
          // News of one group comes in its order: what follows waits for what is tried again.
          .where((eb) =>
            eb.not(
              eb.exists(
                eb
                  .selectFrom('alert_delivery as earlier')
                  .select('earlier.id')
                  .whereRef('earlier.route', '=', 'alert_delivery.route')
                  .whereRef('earlier.group_key', '=', 'alert_delivery.group_key')
                  .where('earlier.state', '=', 'waiting')
                  .whereRef('earlier.id', '<', 'alert_delivery.id'),
              ),
            ),
          )
          .orderBy('due_at')
          .limit(limit)
          .execute();
        return rows.map(deliveryOf);
      }),

    claimDelivery: (id, { tries, dueAt }) =>
      database.write('alert', async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('alert_delivery')
          .set({ tries: tries + 1, due_at: dueAt })
          .where('id', '=', id)
          .where('state', '=', 'waiting')
          .where('tries', '=', tries)
          .executeTakeFirstOrThrow();
        return Number(numUpdatedRows) === 1;
      }),

    endDelivery: (id, { state, error, at, dueAt }) =>
      database.write('alert', async (trx) => {
        await trx
          .updateTable('alert_delivery')
          .set({ state, error, due_at: dueAt, ended_at: state === 'waiting' ? null : at })
          .where('id', '=', id)
          .execute();
      }),

    deliveryTotals: () =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('alert_delivery')
          .select([
            'route',
            sql<number>`sum(state = 'waiting')`.as('waiting'),
            sql<number>`sum(state = 'sent')`.as('sent'),
            sql<number>`sum(state = 'failed')`.as('failed'),
            sql<number | null>`max(case when state = 'sent' then ended_at end)`.as('lastSentAt'),
          ])
          .groupBy('route')
          .orderBy('route')
          .execute();
        const totals = [];
        for (const row of rows) totals.push({ ...row, lastError: await lastError(db, row.route) });
        return totals;
      }),
  };
}

async function lastError(db: Kysely<Schema>, route: string): Promise<string | null> {
  const row = await db
    .selectFrom('alert_delivery')
    .select('error')
    .where('route', '=', route)
    .where('state', '!=', 'sent')
    .where('error', 'is not', null)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.error ?? null;
}

async function putAlert(trx: Kysely<Schema>, alert: Alert): Promise<void> {
  const shown = {
    is_open: alert.resolvedAt === null ? 1 : 0,
    last_at: alert.resolvedAt ?? alert.lastAt,
    body: JSON.stringify(alert),
  };
  const { id, project, fingerprint } = alert;
  await trx
    .insertInto('alert')
    .values({ id, project, fingerprint, ...shown })
    .onConflict((conflict) => conflict.columns(['project', 'fingerprint']).doUpdateSet(shown))
    .execute();
}

/** Joins what waits for the same group and has not been begun. */
async function addDelivery(trx: Kysely<Schema>, delivery: NewDelivery): Promise<void> {
  const waiting = await trx
    .selectFrom('alert_delivery')
    .select(['id', 'items', 'due_at'])
    .where('group_key', '=', delivery.groupKey)
    .where('route', '=', delivery.route)
    .where('state', '=', 'waiting')
    .where('tries', '=', 0)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const items = waiting === undefined ? [] : (JSON.parse(waiting.items) as JsonObject[]);
  if (waiting !== undefined && items.length + delivery.items.length <= itemsMax) {
    await trx
      .updateTable('alert_delivery')
      .set({
        items: JSON.stringify([...items, ...delivery.items]),
        due_at: Math.min(waiting.due_at, delivery.dueAt),
      })
      .where('id', '=', waiting.id)
      .execute();
    return;
  }
  const { id, project, route, groupKey, dueAt, createdAt } = delivery;
  await trx
    .insertInto('alert_delivery')
    .values({
      id,
      project,
      route,
      group_key: groupKey,
      state: 'waiting',
      due_at: dueAt,
      created_at: createdAt,
      ended_at: null,
      tries: 0,
      error: null,
      items: JSON.stringify(delivery.items),
    })
    .execute();
}

function alertOf({ body }: { body: string }): Alert {
  return JSON.parse(body) as Alert;
}

function deliveryOf(row: Selectable<AlertDeliveryTable>): DeliveryRecord {
  return {
    id: row.id,
    project: row.project,
    route: row.route,
    groupKey: row.group_key,
    state: row.state as DeliveryRecord['state'],
    dueAt: row.due_at,
    createdAt: row.created_at,
    endedAt: row.ended_at,
    tries: row.tries,
    error: row.error,
    items: JSON.parse(row.items) as JsonObject[],
  };
}
