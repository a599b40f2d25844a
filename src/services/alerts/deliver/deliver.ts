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
import { mailOf } from './mail.ts';
import { chatMessage, cloudEvent, pagerDutyEvent, type Sent } from './messages.ts';
import { type Post, post, postMs } from './post.ts';
import { mailMs, sendMail } from './send-mail.ts';

export interface DeliverOptions {
  readonly alerting: Alerting;
  /** What an environment variable holds. */
  readonly secretOf: (variable: string) => string | undefined;
  readonly now: number;
  readonly signal: AbortSignal;
}

const json = { 'content-type': 'application/json' };
const pagerDutyUrl = 'https://events.pagerduty.com/v2/enqueue';

/** A try has ended by then, well or not. */
export const sendMsMax: number = Math.max(postMs, mailMs);

/**
 * Sends it once.
 * @throws AppError `alerts/not-delivered`, with `details.gone` where the receiver wants nothing more; `alerts/no-secret`
 */
export async function deliver(route: AlertRoute, sent: Sent, options: DeliverOptions): Promise<void> {
  if (route.kind === 'email') await mailed(route, sent, options);
  else await posted(route, partsOf(route, sent, options), options);
}

async function mailed(route: AlertRoute, sent: Sent, options: DeliverOptions): Promise<void> {
  const { name, url, user, mailing, privateAddresses } = route;
  if (url === null || mailing === null)
    throw new AppError('alerts/not-delivered', `route ${name}: no mail server is named`);
  // Given out by others, as passwords of mailboxes are: of any length, and a blank may belong to it.
  const pass = user === null ? '' : passwordFor(route, options);
  await sendMail(mailOf(sent, mailing, options.alerting), {
    url,
    isPlain: mailing.isPlain,
    login: user === null ? undefined : { user, pass },
    privateAddresses,
    signal: options.signal,
  });
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
    case 'email':
      throw new AppError('alerts/not-delivered', `nothing is posted by a route of kind ${route.kind}`);
    default:
      return unreachable(route.kind);
  }
}

const secretLengthMin = 16;

function secretFor(route: AlertRoute, options: DeliverOptions): string {
  const secret = passwordFor(route, options);
  if (secret.split(/\s+/).every((one) => one.length >= secretLengthMin)) return secret;
  throw noSecret(route, `holds a secret of fewer than ${secretLengthMin} characters`);
}

function passwordFor(route: AlertRoute, { secretOf }: DeliverOptions): string {
  const { passwordVariable } = route;
  const secret = passwordVariable === null ? undefined : secretOf(passwordVariable)?.trim();
  if (secret === undefined) throw noSecret(route, 'is not set in this process');
  if (secret === '') throw noSecret(route, 'is empty');
  return secret;
}

function noSecret({ name, passwordVariable }: AlertRoute, why: string): AppError {
  return new AppError(
    'alerts/no-secret',
    `route ${name}: the environment variable ${passwordVariable} ${why}`,
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
