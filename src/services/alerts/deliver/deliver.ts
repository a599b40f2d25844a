// One delivery by one route: what is posted where, with which proof, and what the answer means.

import {
  type Alert,
  type Alerting,
  type AlertRoute,
  AppError,
  unreachable,
  withoutEndSlashes,
} from '../../../core/index.ts';
import { signatureOf } from '../../sources/index.ts';
import { alertmanagerAlerts } from './alertmanager.ts';
import { chatMessage, cloudEvent, pagerDutyEvent, type Sent } from './messages.ts';
import { type Post, post } from './post.ts';

export interface DeliverOptions {
  readonly alerting: Alerting;
  /** What an environment variable holds. */
  readonly secretOf: (variable: string) => string | undefined;
  readonly now: number;
  readonly signal: AbortSignal;
}

const json = { 'content-type': 'application/json' };
const pagerDutyUrl = 'https://events.pagerduty.com/v2/enqueue';

/**
 * Sends it once.
 * @throws AppError `alerts/not-delivered`, with `details.gone` where the receiver wants nothing more; `alerts/no-secret`
 */
export async function deliver(route: AlertRoute, sent: Sent, options: DeliverOptions): Promise<void> {
  await posted(route, partsOf(route, sent, options), options);
}

/** Says to Alertmanager how alerts stand. @throws AppError `alerts/not-delivered`, `alerts/no-secret` */
export async function sayLevels(
  route: AlertRoute,
  alerts: readonly Alert[],
  options: DeliverOptions,
): Promise<void> {
  const { alerting, now } = options;
  const secret = route.passwordVariable === null ? undefined : secretFor(route, options);
  const login =
    secret === undefined
      ? {}
      : {
          authorization:
            route.user === null
              ? `Bearer ${secret}`
              : `Basic ${Buffer.from(`${route.user}:${secret}`).toString('base64')}`,
        };
  const url = `${withoutEndSlashes(route.url ?? '')}/api/v2/alerts`;
  const body = alertmanagerAlerts(alerts, { url: alerting.url, now });
  await posted(route, { url, headers: { ...json, ...login }, body }, options);
}

function partsOf(
  route: AlertRoute,
  sent: Sent,
  options: DeliverOptions,
): Pick<Post, 'url' | 'headers' | 'body'> {
  const { alerting, now } = options;
  switch (route.kind) {
    case 'webhook': {
      const body = cloudEvent(sent, alerting);
      const timestamp = String(Math.floor(now / 1000));
      // Several while one takes over from the other: the receiver takes whichever it knows.
      const signatures = secretFor(route, options)
        .split(/\s+/)
        .map((secret) => `v1,${signatureOf(secret, `${sent.id}.${timestamp}.`, body).toString('base64')}`);
      return {
        url: route.url ?? '',
        body,
        headers: {
          'content-type': 'application/cloudevents+json; charset=utf-8',
          'webhook-id': sent.id,
          'webhook-timestamp': timestamp,
          'webhook-signature': signatures.join(' '),
        },
      };
    }
    case 'slack':
      return { url: secretFor(route, options), body: chatMessage(sent, alerting), headers: json };
    case 'pagerduty': {
      const routingKey = secretFor(route, options);
      const body = pagerDutyEvent(sent, { url: alerting.url, routingKey });
      return { url: route.url ?? pagerDutyUrl, body, headers: json };
    }
    case 'alertmanager':
      throw new AppError('alerts/not-delivered', 'Alertmanager is told levels');
    default:
      return unreachable(route.kind);
  }
}

const secretLengthMin = 16;

function secretFor({ name, passwordVariable }: AlertRoute, { secretOf }: DeliverOptions): string {
  const secret = passwordVariable === null ? undefined : secretOf(passwordVariable)?.trim();
  if (secret?.split(/\s+/).every((one) => one.length >= secretLengthMin)) return secret;
  throw new AppError(
    'alerts/no-secret',
    `route ${name}: the environment variable ${passwordVariable} ${secret === undefined ? 'is not set in this process' : `holds a secret of fewer than ${secretLengthMin} characters`}`,
  );
}

async function posted(
  { name, privateAddresses }: AlertRoute,
  parts: Pick<Post, 'url' | 'headers' | 'body'>,
  { signal }: DeliverOptions,
): Promise<void> {
  const { status, text } = await post({ ...parts, privateAddresses, signal });
  if (status >= 200 && status < 300) return;
  const shown = text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 200);
  throw new AppError('alerts/not-delivered', `route ${name}: refused with status ${status}: ${shown}`, {
    details: { status, ...(status === 410 ? { gone: true } : {}) },
  });
}
