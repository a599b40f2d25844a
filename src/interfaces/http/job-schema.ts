// What the API answers of background work and the runs that it leaves.

import { type TUnsafe, Type } from 'typebox';
import type * as api from './contract.ts';
import { count, metricRecord, nullable, object, of, text, time } from './schema-parts.ts';

export const jobState: TUnsafe<api.JobState> = of(
  Type.Union(
    (['queued', 'running', 'done', 'failed', 'cancelled'] as const).map((state) => Type.Literal(state)),
    { description: 'how far it is' },
  ),
);

const cause = nullable(
  Type.Object({
    trigger: Type.String({ description: '`api` and `cli` where somebody asked, else what began it' }),
    reason: text,
  }),
);

export const job: TUnsafe<api.Job> = of(
  Type.Object({
    id: text,
    pipeline: text,
    project: text,
    state: jobState,
    step: text,
    progress: Type.Object({ fraction: Type.Number(), message: text }),
    cause,
    parent: nullable(Type.String({ description: 'the job that it was started again from' })),
    input: object,
    results: object,
    attempts: count,
    error: nullable(text),
    createdAt: time,
    startedAt: nullable(time),
    endedAt: nullable(time),
  }),
);

export const jobLog: TUnsafe<api.JobLog> = of(
  Type.Object({
    lines: Type.Array(
      Type.Object({
        at: time,
        step: nullable(text),
        kind: Type.Union(
          (['queued', 'progress', 'waiting', 'step', 'done', 'failed', 'cancelled'] as const).map((kind) =>
            Type.Literal(kind),
          ),
        ),
        message: text,
      }),
    ),
  }),
);

export const run: TUnsafe<api.Run> = of(
  Type.Object({
    id: text,
    experiment: text,
    project: text,
    kind: text,
    status: text,
    startedAt: time,
    endedAt: nullable(time),
    snapshotId: nullable(text),
    cause,
    seed: Type.Number(),
    codeVersion: text,
    environment: object,
    params: object,
    metrics: metricRecord,
    durationMs: nullable(Type.Number()),
    cpuSeconds: nullable(Type.Number()),
    memoryBytesPeak: nullable(Type.Number()),
    artifacts: Type.Array(Type.Object({ name: text, hash: text, sizeBytes: count })),
    error: nullable(text),
  }),
);
