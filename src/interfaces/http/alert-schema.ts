// Schemas of alerts; the compiler checks them against `alert-contract.ts`.

import { type TUnsafe, Type } from 'typebox';
import { alertRouteKinds, alertSeverities, alertStates } from '../../core/index.ts';
import type * as api from './contract.ts';
import { count, nullable, of, text, time } from './schema-parts.ts';

const word = Type.Object({ by: text, at: time, reason: text });
const perhaps = nullable(Type.Number());

export const alert: TUnsafe<api.Alert> = of(
  Type.Object({
    id: text,
    project: text,
    rule: text,
    subject: Type.String({ description: 'what it is about; empty = the whole project' }),
    fingerprint: Type.String({ description: 'of rule and subject: the same for good' }),
    state: Type.Union(alertStates.map((one) => Type.Literal(one))),
    severity: Type.Union(alertSeverities.map((one) => Type.Literal(one))),
    owner: nullable(text),
    summary: text,
    evidence: Type.Object(
      {
        metric: text,
        value: perhaps,
        threshold: perhaps,
        n: count,
        labelCoverage: perhaps,
        window: nullable(Type.Object({ from: text, to: text })),
      },
      { description: 'what it rests on' },
    ),
    page: Type.String({ description: 'path of the page of the dashboard with the evidence' }),
    runbook: nullable(text),
    firstAt: time,
    lastAt: time,
    resolvedAt: nullable(time),
    resolvedBy: nullable(word),
    acknowledged: nullable(word),
    silence: nullable(Type.Object({ by: text, at: time, reason: text, until: time })),
    episodes: Type.Integer({ minimum: 1, description: 'how often its condition has begun' }),
  }),
) as unknown as TUnsafe<api.Alert>;

export const alertList: TUnsafe<api.AlertList> = of(
  Type.Object({ items: Type.Array(alert) }),
) as unknown as TUnsafe<api.AlertList>;

const reason = Type.Optional(Type.String({ maxLength: 500, description: 'why; kept with the alert' }));

export const alertSaying: TUnsafe<api.AlertSaying> = of(
  Type.Object({ reason }, { additionalProperties: false }),
) as unknown as TUnsafe<api.AlertSaying>;

export const silenceRequest: TUnsafe<api.SilenceRequest> = of(
  Type.Object(
    {
      reason,
      until: Type.Optional(Type.String({ format: 'date-time', description: 'when it ends' })),
      minutes: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 525_600, description: 'or after how many minutes' }),
      ),
    },
    { additionalProperties: false, examples: [{ minutes: 120, reason: 'stock-taking until noon' }] },
  ),
) as unknown as TUnsafe<api.SilenceRequest>;

export const alertRoute: TUnsafe<api.AlertRoute> = of(
  Type.Object({
    name: text,
    kind: Type.Union(alertRouteKinds.map((one) => Type.Literal(one))),
    waiting: Type.Integer({ minimum: 0, description: 'deliveries that have not been sent yet' }),
    sent: count,
    failed: Type.Integer({ minimum: 0, description: 'deliveries that were given up' }),
    lastSentAt: nullable(time),
    lastError: nullable(text),
  }),
) as unknown as TUnsafe<api.AlertRoute>;

export const routeTested: TUnsafe<{ sent: true }> = of(
  Type.Object({ sent: Type.Literal(true) }),
) as unknown as TUnsafe<{ sent: true }>;
