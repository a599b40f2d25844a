// The settings of routes of alerts: part of `schema.ts`, under `alertRoutes.<name>`, and what all of them share.

import { type Static, type TSchema, type TUnsafe, Type } from 'typebox';
import {
  type Alerting,
  type AlertRoute,
  type AlertRouteKind,
  alertRouteKinds,
  withoutEndSlashes,
} from '../../core/index.ts';
import type { Same } from './serving-schema.ts';

/** One route, as the user states it. */
export interface AlertRouteConfig {
  kind: AlertRouteKind;
  url?: string;
  passwordVariable?: string;
  user?: string;
  from?: string;
  to?: string;
  encryption?: 'required' | 'none';
  severity?: 'info' | 'warning' | 'critical';
  projects?: string[];
  rules?: string[];
  owners?: string[];
  escalations?: boolean;
  quietHours?: { from: string; to: string; timezone?: string };
  privateAddresses?: boolean;
}

export interface AlertingConfig {
  escalateMinutes?: number;
  groupSeconds?: number;
  url?: string;
}

const clockTime = { pattern: '^(?:[01]\\d|2[0-3]):[0-5]\\d$' };
const names = (description: string, defaultNote: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      minItems: 1,
      maxItems: 100,
      description,
      defaultNote,
    }),
  );

/** On one line, with nothing in it that is not seen: it stands in what is said to a mail server. */
const visible = '^[^\\p{C}\\p{Zl}\\p{Zp}]+$';
const address = (description: string) =>
  Type.Optional(
    Type.String({
      maxLength: 254,
      pattern: "^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$",
      description,
    }),
  );

const schema = Type.Object(
  {
    kind: Type.Enum([...alertRouteKinds], {
      description:
        'In which form: a signed `webhook` (CloudEvents, Standard Webhooks), `slack` (incoming webhooks), `pagerduty` (Events v2), `email` (SMTP) or `alertmanager` (API v2).',
    }),
    url: Type.Optional(
      Type.String({
        pattern: '^(?:https?|smtps?)://',
        maxLength: 2000,
        description:
          'Where it is sent: of webhook and Alertmanager (the address before `/api/v2`). Of Slack it is the secret. Of e-mail the mail server: `smtp://host:587` is encrypted after the greeting (STARTTLS), `smtps://host:465` from the start.',
        defaultNote: 'PagerDuty: `https://events.pagerduty.com/v2/enqueue`',
      }),
    ),
    passwordVariable: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
        description:
          "Name of the environment variable with the secret: what a webhook is signed with (two, separated by a space, while one takes over), Slack's address, PagerDuty's routing key, Alertmanager's token or password, the password of `user` at the mail server. What it holds is neither stored nor printed.",
        defaultNote: 'Alertmanager, e-mail: none. Others need one',
      }),
    ),
    user: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        pattern: visible,
        description: 'Alertmanager, e-mail: who logs in by name and password.',
        defaultNote: 'none: to Alertmanager the secret is a bearer token, to a mail server nobody logs in',
      }),
    ),
    from: address('E-mail: the address that it comes from.'),
    to: address('E-mail: the address that it goes to. For several people: a list, or a route each.'),
    encryption: Type.Optional(
      Type.Enum(['required', 'none'], {
        default: 'required',
        description:
          'E-mail: `none` sends without encryption, for a mail server on this machine; then nobody logs in.',
      }),
    ),
    severity: Type.Optional(
      Type.Enum(['info', 'warning', 'critical'], {
        default: 'warning',
        description: 'The least urgent that is sent.',
      }),
    ),
    projects: names('Only of these projects.', 'all'),
    rules: names('Only of these rules.', 'all'),
    owners: names('Only of alerts of these owners.', 'all, also of none'),
    escalations: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Only what nobody has acknowledged within `alerting.escalateMinutes`.',
      }),
    ),
    quietHours: Type.Optional(
      Type.Object(
        {
          from: Type.String({ ...clockTime, description: 'From this time of day, as `22:00`.' }),
          to: Type.String({ ...clockTime, description: 'Until this time of day, as `07:00`.' }),
          timezone: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 100,
              default: 'UTC',
              description: 'By the clock of this zone.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    privateAddresses: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Send also to addresses of this machine and of private networks.',
      }),
    ),
  },
  { additionalProperties: false },
);

const alertingObject = Type.Object(
  {
    escalateMinutes: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_080,
        default: 0,
        description:
          'An alert that nobody has acknowledged for so long is sent to the routes of escalations; 0 = none is.',
      }),
    ),
    groupSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3600,
        default: 10,
        description: 'Alerts of one project that come within so long are sent as one message.',
      }),
    ),
    url: Type.Optional(
      Type.String({
        pattern: '^https?://',
        maxLength: 1000,
        description: 'Where people reach the dashboard: links in what is sent begin so.',
        defaultNote: 'none: no links',
      }),
    ),
  },
  { additionalProperties: false },
);

// Fail to compile when the interfaces above leave the schemas.
const agree: [
  Same<Static<typeof schema>, AlertRouteConfig>,
  Same<Static<typeof alertingObject>, AlertingConfig>,
] = [true, true];
void agree;

export const alertRoute: TUnsafe<AlertRouteConfig> = Type.Unsafe<AlertRouteConfig>(schema);
export const alertRouteSchema: TSchema = schema;
export const alerting: TUnsafe<AlertingConfig> = alertingObject as unknown as TUnsafe<AlertingConfig>;

const needed: Readonly<Record<AlertRouteKind, readonly (keyof AlertRouteConfig)[]>> = {
  webhook: ['url', 'passwordVariable'],
  slack: ['passwordVariable'],
  pagerduty: ['passwordVariable'],
  email: ['url', 'from', 'to'],
  alertmanager: ['url'],
};
const allowed: Readonly<Partial<Record<keyof AlertRouteConfig, readonly AlertRouteKind[]>>> = {
  url: ['webhook', 'pagerduty', 'email', 'alertmanager'],
  user: ['email', 'alertmanager'],
  from: ['email'],
  to: ['email'],
  encryption: ['email'],
};

/** Problems of one route, each to be put after `alertRoutes.<name>`. */
export function alertRouteProblems(name: string, route: Partial<AlertRouteConfig>): string[] {
  const problems: string[] = [];
  if (!/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/.test(name))
    problems.push(' is not a name for a route; expected lower-case letters, digits and hyphens, at most 64');
  const kind = alertRouteKinds.find((known) => known === route.kind);
  if (kind === undefined) return problems;
  for (const setting of needed[kind])
    if (route[setting] === undefined) problems.push(`.${setting} is not given; expected with kind ${kind}`);
  for (const [setting, kinds] of Object.entries(allowed))
    if (route[setting as keyof AlertRouteConfig] !== undefined && !kinds.includes(kind))
      problems.push(`.${setting} is given; expected only with kind ${kinds.join(' or ')}`);
  const { url, quietHours } = route;
  if (typeof url === 'string') problems.push(...urlProblems(url, kind));
  if (kind === 'email') problems.push(...mailProblems(route));
  if (quietHours !== undefined && quietHours.from === quietHours.to)
    problems.push('.quietHours begin when they end; expected two times of day');
  if (typeof quietHours?.timezone === 'string' && !isTimezone(quietHours.timezone))
    problems.push(
      `.quietHours.timezone is ${JSON.stringify(quietHours.timezone)}; expected an IANA name such as Europe/Berlin`,
    );
  return problems;
}

function urlProblems(text: string, kind: AlertRouteKind): string[] {
  const { form, example } =
    kind === 'email'
      ? { form: /^smtps?:\/\/[^\s/?#]+$/i, example: 'smtp://mail.example:587' }
      : { form: /^https?:/i, example: 'https://hooks.example/alerts' };
  if (!URL.canParse(text) || !form.test(text))
    return [`.url is no address for kind ${kind}; expected such as ${example}`];
  const { username, password } = new URL(text);
  return username === '' && password === ''
    ? []
    : ['.url holds a user; expected the secret in the variable that `passwordVariable` names'];
}

function mailProblems({ url, user, passwordVariable, encryption }: Partial<AlertRouteConfig>): string[] {
  if ((user === undefined) !== (passwordVariable === undefined))
    return ['.user and .passwordVariable go together; expected both, or neither'];
  if (encryption !== 'none') return [];
  if (user !== undefined)
    return ['.encryption is "none" beside a user; expected "required", as a password goes over no open line'];
  return url?.toLowerCase().startsWith('smtps:')
    ? ['.encryption is "none" and the address is smtps; expected one of them']
    : [];
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The complete route. `config` has passed `checkUserConfig`. */
export function resolveAlertRoute(name: string, config: AlertRouteConfig): AlertRoute {
  const { quietHours: quiet, from, to } = config;
  return {
    name,
    kind: config.kind,
    url: config.url ?? null,
    passwordVariable: config.passwordVariable ?? null,
    user: config.user ?? null,
    mailing:
      from === undefined || to === undefined ? null : { from, to, isPlain: config.encryption === 'none' },
    severity: config.severity ?? 'warning',
    projects: config.projects ?? null,
    rules: config.rules ?? null,
    owners: config.owners ?? null,
    escalations: config.escalations ?? false,
    quietHours:
      quiet === undefined
        ? null
        : { from: minutesOf(quiet.from), to: minutesOf(quiet.to), timezone: quiet.timezone ?? 'UTC' },
    privateAddresses: config.privateAddresses ?? false,
  };
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return 60 * hours + minutes;
}

export function resolveAlerting({ escalateMinutes = 0, groupSeconds = 10, url }: AlertingConfig): Alerting {
  return { escalateMinutes, groupSeconds, url: url === undefined ? null : withoutEndSlashes(url) };
}
