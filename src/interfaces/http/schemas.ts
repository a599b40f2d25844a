// Schemas of the API: validation of what comes in, OpenAPI for both ways. Each is checked by the compiler against its type
// in `contract.ts`.

import { type TUnsafe, Type } from 'typebox';
import type * as api from './contract.ts';
import { contractResult } from './contract-schema.ts';
import { contractState } from './contract-state.ts';
import { step } from './forecast-schema.ts';
import { count, metricRecord, nullable, object, of, text, time } from './schema-parts.ts';

export { forecast, forecastRequest } from './forecast-schema.ts';
export { job, jobState, run } from './job-schema.ts';

export const problem: TUnsafe<api.Problem> = of(
  Type.Object(
    {
      type: Type.String({ description: 'where the code is explained' }),
      title: text,
      status: Type.Integer(),
      detail: Type.String({ description: 'what happened, to what, and what to do' }),
      instance: text,
      code: text,
      hint: text,
      errors: Type.Optional(Type.Array(Type.Object({ field: text, message: text }))),
      details: Type.Optional(object),
      requestId: text,
    },
    { $id: 'Problem' },
  ),
);

export const health: TUnsafe<api.Health> = of(
  Type.Object({
    status: Type.Literal('ok'),
    pid: Type.Integer({ description: 'of the process that answered' }),
    version: Type.String({ description: 'of Almanac' }),
    uptimeSeconds: Type.Number(),
    disk: nullable(
      Type.Object(
        { freeBytes: count, totalBytes: count, keptFreeBytes: count },
        {
          description: 'of the disk that the data folder lies on; below `keptFreeBytes` no rows are taken in',
        },
      ),
    ),
    degraded: Type.Array(text, { description: 'what is not as promised, and still answered' }),
    contracts: Type.Array(contractState, { description: 'of every project that has a data contract' }),
  }),
);

const versionBrief = Type.Object({ id: text, number: Type.Integer() });

export const projectStatus: TUnsafe<api.ProjectStatus> = of(
  Type.Object({
    project: text,
    trained: Type.Boolean(),
    version: nullable(versionBrief),
    previous: nullable(versionBrief),
    series: count,
    cutoffAt: nullable(text),
    batchSeq: count,
    correctionsInside: count,
    degraded: nullable(text),
    loading: nullable(text),
  }),
);

export const ready: TUnsafe<api.Ready> = of(
  Type.Object({ ready: Type.Boolean(), projects: Type.Array(projectStatus), reasons: Type.Array(text) }),
);

export const ingestResult: TUnsafe<api.IngestResult> = of(
  Type.Object({
    batchId: text,
    replayed: Type.Boolean(),
    accepted: count,
    plans: Type.Integer({
      minimum: 0,
      description: 'of the accepted: rows that say what is known ahead, and nothing of demand',
    }),
    duplicates: count,
    replaced: count,
    added: count,
    quarantined: count,
    quarantinedByCode: Type.Record(Type.String(), Type.Integer()),
    problems: Type.Array(Type.Object({ row: Type.Integer(), code: text, reason: text })),
    failedChecks: Type.Array(contractResult),
    unknownPeriods: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'periods of a series that are unknown until refused rows of them are mended or given up',
      }),
    ),
    quarantineUrl: nullable(text),
  }),
);

const metrics = Type.Object({
  n: count,
  wape: nullable(Type.Number()),
  bias: nullable(Type.Number()),
  mae: nullable(Type.Number()),
  rmse: nullable(Type.Number()),
  pinball: nullable(Type.Number()),
  intervalCoverage: Type.Record(Type.String(), Type.Object({ n: count, share: Type.Number() })),
});

const figure = {
  labelsDue: Type.Integer({ description: 'steps whose label is due and can be known' }),
  labelsJoined: Type.Integer({ description: '… and has come' }),
  labelsCensored: Type.Integer({ description: 'steps in stock-out: demand unknown, left out' }),
  labelCoverage: nullable(Type.Number({ description: 'labelsJoined ÷ labelsDue' })),
  metrics,
};

export const accuracy: TUnsafe<api.Accuracy> = of(
  Type.Object({
    window: nullable(
      Type.Object({ fromPeriod: Type.Integer(), toPeriod: Type.Integer(), from: text, to: text }),
    ),
    latestPeriod: nullable(Type.Integer()),
    projectClock: nullable(
      Type.Integer({ description: 'newest period closed for the whole project: its labels are due' }),
    ),
    predictions: count,
    predictionsRepeated: count,
    overall: Type.Object(figure, { description: 'of forecasts that a version made' }),
    fallback: nullable(
      Type.Object(
        { predictions: count, ...figure },
        { description: 'of those that the baseline gave because no version could: never in `overall`' },
      ),
    ),
    byHorizon: Type.Array(Type.Object({ horizon: Type.Integer(), ...figure })),
    baseline: Type.Object({
      name: Type.Literal('seasonal-naive'),
      season: Type.Integer(),
      n: count,
      metrics,
      predictions: metrics,
    }),
    groups: Type.Optional(
      Type.Array(
        Type.Object({
          key: nullable(text),
          ...figure,
          valueAdded: Type.Object({
            n: count,
            value: nullable(Type.Number({ description: '1 − MAE ÷ MAE of seasonal naive' })),
          }),
          tracking: Type.Object({
            n: count,
            value: nullable(
              Type.Number({ description: 'sum of the errors of the first step ahead ÷ their mean size' }),
            ),
          }),
        }),
      ),
    ),
    groupsOmitted: Type.Optional(count),
  }),
);

const share = nullable(Type.Number({ minimum: 0, maximum: 1 }));
export const coverage: TUnsafe<api.Coverage> = of(
  Type.Object({
    adapted: Type.Boolean({ description: 'setting `adaptCoverage`' }),
    window: nullable(
      Type.Object({ fromPeriod: Type.Integer(), toPeriod: Type.Integer(), from: text, to: text }),
    ),
    memoryPeriods: Type.Integer({ description: 'after so many periods a label counts 1/e' }),
    oneIn: Type.Integer({ description: 'about one forecast in so many was read' }),
    labels: count,
    kinds: Type.Array(
      Type.Object({
        demand: Type.Union([Type.Literal('regular'), Type.Literal('sparse')]),
        levels: Type.Array(
          Type.Object({
            level: Type.Number(),
            modelLevel: Type.Number({
              description: 'what the model is asked for in its place, or would be if levels were adapted',
            }),
            labels: count,
            below: share,
            atOrBelow: share,
          }),
        ),
      }),
    ),
  }),
);

export const trainAccepted: TUnsafe<api.TrainAccepted> = of(
  Type.Object({ jobId: text, created: Type.Boolean() }),
);

export const forecastFileAccepted: TUnsafe<api.ForecastFileAccepted> = of(
  Type.Object({ jobId: text, created: Type.Boolean(), fileUrl: text }),
);

const proofFields = {
  provenAt: nullable(time),
  refusal: nullable(Type.Object({ at: time, reason: text })),
};

const versionFields = {
  id: text,
  project: text,
  number: Type.Integer(),
  aliases: Type.Array(text),
  runId: nullable(text),
  snapshotId: nullable(text),
  artifactHash: text,
  artifactBytes: count,
  createdAt: time,
  metrics: metricRecord,
  gate: nullable(object),
  ...proofFields,
};

export const modelVersion: TUnsafe<api.ModelVersion> = of(Type.Object(versionFields));

const registeredSpec = Type.Object({
  name: text,
  datatype: text,
  shape: Type.Array(Type.Integer()),
  columns: Type.Optional(Type.Array(text)),
});
const registeredFields = {
  id: text,
  name: text,
  number: Type.Integer(),
  aliases: Type.Array(text),
  artifactHash: text,
  artifactBytes: count,
  createdAt: time,
  runBy: text,
  inputs: Type.Array(registeredSpec),
  outputs: Type.Array(registeredSpec),
  operators: Type.Array(text),
  notes: Type.Array(text),
  ...proofFields,
};

export const registeredModelVersion: TUnsafe<api.RegisteredModelVersion> = of(Type.Object(registeredFields));

export const registeredModel: TUnsafe<api.RegisteredModel> = of(
  Type.Object({ name: text, versions: Type.Array(Type.Object(registeredFields)) }),
);

export const promotion: TUnsafe<api.Promotion> = of(
  Type.Object({ alias: text, version: Type.Object(versionFields) }),
);

export const snapshot: TUnsafe<api.Snapshot> = of(
  Type.Object({
    id: text,
    project: text,
    createdAt: time,
    batchSeqMax: count,
    segments: count,
    rowCount: count,
    seriesCount: count,
    periodMin: Type.Integer(),
    periodMax: Type.Integer(),
  }),
);

export const quarantinedRow: TUnsafe<api.QuarantinedRow> = of(
  Type.Object({
    batchId: text,
    row: Type.Integer(),
    code: text,
    reason: text,
    raw: Type.Unknown(),
    factor: Type.Optional(Type.Number()),
    repairedBy: nullable(text),
  }),
);

export const prediction: TUnsafe<api.Prediction> = of(
  Type.Object({
    id: text,
    requestId: text,
    project: text,
    series: text,
    versionId: text,
    arm: text,
    purpose: Type.Union([Type.Literal('served'), Type.Literal('whatIf')]),
    source: text,
    cutoffAt: text,
    madeAt: time,
    covariates: Type.Optional(object),
    adaptedLevels: Type.Optional(Type.Record(Type.String(), Type.Number())),
    steps: Type.Array(step),
  }),
);

/** A list in one answer. */
export function page<T>(item: TUnsafe<T>): TUnsafe<api.Page<T>> {
  return Type.Object({ items: Type.Array(item) }) as unknown as TUnsafe<api.Page<T>>;
}

/** An object whose fields its own room documents. */
export const anyObject: TUnsafe<Record<string, unknown>> = of(object);

export const lineage: TUnsafe<api.Lineage> = of(
  Type.Object({
    prediction,
    version: nullable(object),
    promotedBy: nullable(object),
    run: nullable(object),
    snapshot: nullable(object),
    trainedOn: Type.Object({ count, newest: Type.Array(object) }),
    observedSince: Type.Object({ count, newest: Type.Array(object) }),
  }),
);

export const stream: TUnsafe<api.Stream> = of(
  Type.Object({
    name: text,
    kind: Type.Union([Type.Literal('nats'), Type.Literal('kafka')]),
    stream: Type.String({ description: 'the JetStream stream, or the Kafka topic' }),
    role: Type.Union([Type.Literal('observations'), Type.Literal('forecasts')]),
    project: text,
    state: Type.Union(
      [
        Type.Literal('stopped'),
        Type.Literal('connecting'),
        Type.Literal('reading'),
        Type.Literal('standby'),
        Type.Literal('retrying'),
        Type.Literal('elsewhere'),
        Type.Literal('idle'),
      ],
      { description: '`standby`: another process reads; `retrying`: see `reason`' },
    ),
    reason: nullable(text),
    messages: Type.Integer({ minimum: 0, description: 'taken in; replays counted again' }),
    deadLetters: Type.Integer({ minimum: 0, description: 'of these: set aside as unreadable' }),
    missed: Type.Integer({
      minimum: 0,
      description: 'removed by the broker before they were read, at most, since the start',
    }),
    lag: nullable(Type.Integer({ minimum: 0, description: 'messages that wait' })),
    positions: Type.Array(
      Type.Object({
        partition: count,
        next: Type.Integer({ minimum: 0, description: 'the first message that was not taken in' }),
      }),
    ),
    movedAt: nullable(time),
  }),
);
