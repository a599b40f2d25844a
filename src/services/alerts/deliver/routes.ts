// The routes of an installation: how each stands, and trying one now.

import {
  type Alert,
  type AlertRoute,
  AppError,
  type IdSource,
  type ShownAlertRoute,
} from '../../../core/index.ts';
import type { AlertStore } from '../../../storage/ports/index.ts';
import { type DeliverOptions, deliver, sayLevels } from './deliver.ts';
import { itemOf } from './plan.ts';

export interface AlertRoutesOptions extends Pick<DeliverOptions, 'alerting' | 'secretOf'> {
  readonly routes: readonly AlertRoute[];
  readonly store: Pick<AlertStore, 'deliveryTotals'>;
  readonly clock: { now(): number };
  readonly ids: Pick<IdSource, 'next'>;
}

export class AlertRoutes {
  readonly #options: AlertRoutesOptions;

  constructor(options: AlertRoutesOptions) {
    this.#options = options;
  }

  /** Those of the settings, in their order. */
  async list(): Promise<ShownAlertRoute[]> {
    const { routes, store } = this.#options;
    const totals = new Map((await store.deliveryTotals()).map((one) => [one.route, one]));
    return routes.map(({ name, kind }) => {
      const {
        waiting = 0,
        sent = 0,
        failed = 0,
        lastSentAt = null,
        lastError = null,
      } = totals.get(name) ?? {};
      return {
        name,
        kind,
        waiting,
        sent,
        failed,
        lastSentAt: lastSentAt === null ? null : new Date(lastSentAt).toISOString(),
        lastError,
      };
    });
  }

  /**
   * Sends a notice of no alert by a route, now and once.
   * @throws AppError `alerts/unknown-route`, `alerts/no-secret`, `alerts/not-delivered`
   */
  async test(name: string, signal: AbortSignal = new AbortController().signal): Promise<void> {
    const { routes, clock, ids } = this.#options;
    const route = routes.find((one) => one.name === name);
    if (route === undefined) {
      const known = routes.map((one) => one.name).join(', ') || 'none';
      const shown = name.slice(0, 100);
      throw new AppError('alerts/unknown-route', `no route is called ${shown}; there is ${known}`);
    }
    const now = clock.now();
    const alert = testAlert(route, now);
    const options = { ...this.#options, now, signal };
    if (route.kind === 'alertmanager')
      return await sayLevels(route, [{ ...alert, resolvedAt: now + 60_000 }], options);
    const items = [itemOf(alert, 'test', now)];
    await deliver(route, { id: ids.next('ald'), project: alert.project, createdAt: now, items }, options);
  }
}

/** Of Alertmanager it is over by itself a minute later. */
function testAlert({ name, projects }: AlertRoute, now: number): Alert {
  return {
    id: 'alr_test',
    project: projects?.[0] ?? 'test',
    fingerprint: `test-${now}`,
    rule: 'test',
    subject: name,
    severity: 'info',
    owner: null,
    runbook: null,
    page: 'alerts',
    summary: `Alerts reach you by the route ${name}.`,
    evidence: { metric: 'test', value: null, threshold: null, n: 0, labelCoverage: null, window: null },
    firstAt: now,
    lastAt: now,
    clearedAt: null,
    resolvedAt: null,
    resolvedBy: null,
    acknowledged: null,
    silence: null,
    told: 'fired',
    toldAt: now,
    episodes: 1,
    returns: [],
  };
}
