// What is to be sent of a notice: by which routes, when, and together with what.

import {
  type Alert,
  type Alerting,
  type AlertNotice,
  type AlertRoute,
  alertState,
  type IdSource,
  quietMs,
  wantsNotice,
} from '../../../core/index.ts';
import type { JsonObject, NewDelivery } from '../../../storage/ports/index.ts';
import { TimeZone } from '../../data/index.ts';
import { shownAlert } from '../shown-alert.ts';

export interface Planning {
  readonly routes: readonly AlertRoute[];
  readonly alerting: Alerting;
  readonly ids: Pick<IdSource, 'next'>;
}

/** A function from notices to deliveries, with the zones of the routes opened once. */
export function planner({ routes, alerting, ids }: Planning) {
  const zones = new Map(
    routes.flatMap(({ quietHours: quiet }) =>
      quiet === null ? [] : [[quiet.timezone, new TimeZone(quiet.timezone)] as const],
    ),
  );
  const waitMs = (route: AlertRoute, alert: Alert, at: number): number => {
    const { quietHours: quiet } = route;
    const grouped = isGrouped(route) ? alerting.groupSeconds * 1000 : 0;
    const zone = quiet === null ? undefined : zones.get(quiet.timezone);
    if (quiet === null || zone === undefined || alert.severity === 'critical') return grouped;
    const minuteOfDay = Math.floor((at + zone.offsetAt(at)) / 60_000) % 1440;
    return Math.max(grouped, quietMs(quiet, minuteOfDay));
  };
  return (alert: Alert, notice: AlertNotice, at: number): NewDelivery[] => {
    const about = { kind: notice, wasEscalated: alert.told === 'escalated' };
    return routes
      .filter((route) => wantsNotice(route, alert, about))
      .map((route) => ({
        id: ids.next('ald'),
        project: alert.project,
        route: route.name,
        groupKey: `${route.name} ${alert.project}${isGrouped(route) ? '' : ` ${alert.fingerprint}`}`,
        dueAt: at + waitMs(route, alert, at),
        createdAt: at,
        items: [itemOf(alert, notice, at)],
      }));
  };
}

/** PagerDuty takes one alert at a time. */
function isGrouped({ kind }: AlertRoute): boolean {
  return kind !== 'pagerduty';
}

/** The alert as it is now: what is sent again later says the same. */
export function itemOf(alert: Alert, notice: AlertNotice | 'test', at: number): JsonObject {
  const shown = shownAlert({ ...alert, state: alertState(alert, at) });
  return JSON.parse(JSON.stringify({ notice, ...shown })) as JsonObject;
}
