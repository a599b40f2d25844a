// What Alertmanager sends us: each notification of it is an event of the project, for whoever follows events.

import type { Actor, Clock } from '../../core/index.ts';
import type { EventStore } from '../../storage/ports/index.ts';

/** What is read of its webhook, version 4. */
export interface AlertmanagerNotification {
  readonly version: '4';
  readonly groupKey: string;
  readonly status: 'firing' | 'resolved';
  readonly receiver: string;
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved';
    readonly labels: Readonly<Record<string, string>>;
  }[];
}

const namesMax = 20;
const nameLengthMax = 200;

/** @returns the place of the event, once it is durable */
export async function noteNotification(
  { store, clock }: { readonly store: Pick<EventStore, 'appendEvent'>; readonly clock: Clock },
  of: { readonly project: string; readonly by: Actor; readonly notification: AlertmanagerNotification },
): Promise<number> {
  const { project, by, notification } = of;
  const { groupKey, status, receiver, alerts } = notification;
  const firing = alerts.filter((one) => one.status === 'firing').length;
  const named = alerts.map(({ labels }) => (labels.alertname ?? '').slice(0, nameLengthMax));
  const names = [...new Set(named)].filter((name) => name !== '').slice(0, namesMax);
  const data = { groupKey, receiver, status, firing, resolved: alerts.length - firing, names, by };
  const event = { at: clock.now(), project, type: 'alertmanager.received' as const, data };
  return (await store.appendEvent(event)).seq;
}
