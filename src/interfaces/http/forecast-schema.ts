// Schemas of a forecast, asked for and answered, each checked by the compiler against its type in `contract.ts`.

import { type TUnsafe, Type } from 'typebox';
import { unitRule } from '../../core/index.ts';
import type * as api from './contract.ts';
import { stepOverride } from './override-schema.ts';
import { of, text } from './schema-parts.ts';

/** Series of one request at most; the answer's size has its own bound in serving. */
const seriesMax = 100_000;

const futureColumns = Type.Array(
  Type.Union([Type.Number(), Type.String({ maxLength: 200 }), Type.Boolean(), Type.Null()]),
  { minItems: 1, maxItems: 1000 },
);

/** Plans of a request. */
export const futureOfForecast: TUnsafe<NonNullable<api.ForecastRequest['future']>> = of(
  Type.Record(Type.String(), Type.Union([futureColumns, Type.Record(Type.String(), futureColumns)]), {
    description:
      'plans, `{column: […]}` for all series or `{series: {column: […]}}`: a value per step after the cutoff of the series, or, ' +
      "with the project's time column among the lists, per period named there; they come before those in the data; null = as planned there",
    examples: [{ price: [1.99, 1.99, 1.49] }, { date: ['2026-12-24', '2026-12-31'], promo: [1, 1] }],
  }),
);

export const forecastRequest: TUnsafe<api.ForecastRequest> = of(
  Type.Object(
    {
      series: Type.Optional(
        Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), {
          minItems: 1,
          maxItems: seriesMax,
          description: 'ids of series; default: every series known',
        }),
      ),
      horizon: Type.Optional(
        Type.Integer({ minimum: 1, description: "steps ahead; default and most: the project's horizon" }),
      ),
      quantiles: Type.Optional(
        Type.Array(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }), {
          minItems: 1,
          maxItems: 99,
          description: "levels; default: the project's",
        }),
      ),
      future: Type.Optional(futureOfForecast),
      purpose: Type.Optional(
        Type.Union([Type.Literal('served'), Type.Literal('whatIf')], {
          description:
            '`served` is graded when demand comes, `whatIf` never; default: `whatIf` with plans of its own, else `served`',
        }),
      ),
      unit: Type.Optional(
        Type.String({
          maxLength: unitRule.lengthMax,
          pattern: unitRule.pattern,
          description:
            'whom the forecasts are for, such as a store: where requests are divided among versions, the same unit has the same one; default: each series is its own. While one version answers everybody it changes nothing',
        }),
      ),
      timeoutMs: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 600_000,
          description: 'milliseconds the answer may take, else 504; default: no limit of its own',
        }),
      ),
    },
    // A misspelt `series` would else ask for all of them, and store the answers.
    {
      additionalProperties: false,
      examples: [{ series: ['FOODS_1/CA_1'], horizon: 28, quantiles: [0.1, 0.5, 0.9] }],
    },
  ),
);

export const step: TUnsafe<api.SeriesForecast['steps'][number]> = of(
  Type.Object({
    timestamp: text,
    mean: Type.Number(),
    quantiles: Type.Record(Type.String(), Type.Number()),
    override: Type.Optional(stepOverride),
  }),
);

export const forecast: TUnsafe<api.Forecast> = of(
  Type.Object({
    requestId: text,
    model: Type.Object({ name: text, version: Type.Integer(), arm: text }),
    cutoffAt: Type.String({
      description: 'the newest period up to which every series of the answer is closed',
    }),
    missingCovariates: Type.Optional(
      Type.Array(text, {
        description:
          'columns known ahead that the model looks at, and that were unknown for some step of some series',
      }),
    ),
    ignoredCovariates: Type.Optional(
      Type.Array(text, {
        description:
          'columns that the request plans and that the model of some series does not look at: they change nothing there',
      }),
    ),
    degraded: Type.Optional(
      Type.String({ description: 'why the version that is to serve does not, and another answers' }),
    ),
    purpose: Type.Optional(
      Type.Literal('whatIf', { description: "what would be under the request's own plans: not graded" }),
    ),
    forecasts: Type.Array(
      Type.Object({
        series: text,
        predictionId: text,
        cutoffAt: Type.String({
          description: 'the newest closed period of the series: step 1 is the one after it',
        }),
        source: Type.Union([Type.Literal('model'), Type.Literal('baseline')]),
        reason: Type.Optional(Type.String({ description: 'why the baseline answered' })),
        ended: Type.Optional(
          Type.Boolean({
            description:
              'true: its demand has ended, as far as its own silence tells; absent = it has not, or nobody can tell',
          }),
        ),
        silent: Type.Optional(
          Type.Boolean({
            description:
              'true: no row of it has come for longer than its own rows explain, where a period without a row is unknown; forecast as if it had ended',
          }),
        ),
        unfinishedAt: Type.Optional(
          Type.String({
            description:
              'the newest period of which rows are known and that is not over: they are no part of the forecast; absent = there is none',
          }),
        ),
        model: Type.Optional(
          Type.Object(
            { version: Type.Integer(), arm: text },
            {
              description:
                "by which version and arm, where the request was divided and it is another than the answer's",
            },
          ),
        ),
        steps: Type.Array(step),
      }),
    ),
  }),
);
