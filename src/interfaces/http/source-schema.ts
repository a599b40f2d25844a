// What the API answers of sources that are read by the clock.

import { type TUnsafe, Type } from 'typebox';
import type * as api from './contract.ts';
import { nullable, of, text, time } from './schema-parts.ts';

export const source: TUnsafe<api.Source> = of(
  Type.Object({
    name: text,
    kind: Type.Union([Type.Literal('postgres'), Type.Literal('s3'), Type.Literal('webhook')]),
    project: text,
    schedule: nullable(
      Type.String({ description: 'a cron expression in the time zone of the project; null of a webhook' }),
    ),
    state: Type.Union(
      [
        Type.Literal('ok'),
        Type.Literal('new'),
        Type.Literal('failing'),
        Type.Literal('paused'),
        Type.Literal('idle'),
      ],
      { description: '`new`: never read to its end; `failing`, `paused` and `idle`: see `reason`' },
    ),
    reason: nullable(text),
    code: nullable(Type.String({ description: 'the error code of the reason' })),
    since: nullable(time),
    failures: Type.Integer({ minimum: 0, description: 'in a row' }),
    rows: Type.Integer({ minimum: 0, description: 'taken in: new ones and those that had changed' }),
    corrections: Type.Integer({ minimum: 0, description: 'of these: say something else than before' }),
    watermark: nullable(
      Type.String({
        description:
          'the highest taken in; of files the key of the last one, of a webhook the id of the last delivery',
      }),
    ),
    readAt: nullable(
      Type.String({
        format: 'date-time',
        description: 'what was to be seen then is in; of a webhook: when the last delivery landed',
      }),
    ),
    lagSeconds: nullable(Type.Number({ minimum: 0, description: 'how long ago that was' })),
  }),
);

export const sourceRun: TUnsafe<api.SourceRun> = of(
  Type.Object({
    again: Type.Optional(
      Type.Boolean({ default: false, description: 'from the beginning: rows that are known are recognised' }),
    ),
  }),
);

export const sourceRunAccepted: TUnsafe<{ jobId: string; created: boolean }> = of(
  Type.Object({ jobId: text, created: Type.Boolean({ description: 'false: one was under way already' }) }),
);
