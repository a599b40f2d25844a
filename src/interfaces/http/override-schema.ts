// Schemas of overrides; the compiler checks them against `override-contract.ts`.

import { type TUnsafe, Type } from 'typebox';
import type * as api from './contract.ts';
import { count, nullable, of, text, time } from './schema-parts.ts';

const number = Type.Number();
const perhaps = nullable(number);
/** As the service has it. */
const periodsMax = 200;

export const overrideRequest: TUnsafe<api.OverrideRequest> = of(
  Type.Object(
    {
      series: Type.String({ minLength: 1, maxLength: 1024, description: 'id of a series' }),
      periods: Type.Array(
        Type.Object(
          {
            timestamp: Type.String({ maxLength: 40, description: 'a date or time, or a step number' }),
            value: Type.Optional(Type.Number({ description: "units in place of the model's mean" })),
            percent: Type.Optional(
              Type.Number({ description: "so many percent more than the model's mean" }),
            ),
            units: Type.Optional(Type.Number({ description: "so many units more than the model's mean" })),
          },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: periodsMax, description: 'each with one of `value`, `percent` and `units`' },
      ),
      reason: Type.String({
        maxLength: 2000,
        description: 'why: told with the forecast, up to 500 characters',
      }),
    },
    {
      additionalProperties: false,
      examples: [
        {
          series: 'north/packing-tape',
          periods: [
            { timestamp: '2026-12-07', value: 120 },
            { timestamp: '2026-12-08', percent: 15 },
          ],
          reason: 'leaflet in the north from Monday',
        },
      ],
    },
  ),
);

export const stepOverride: TUnsafe<api.StepOverride> = of(
  Type.Object(
    { id: text, value: number, reason: text, by: text, at: time },
    {
      description:
        'what somebody says of the period in place of the mean; mean and quantiles stay those of the model',
    },
  ),
);

const override = Type.Object({
  id: text,
  change: Type.String({ description: 'those that were said together have one' }),
  series: text,
  timestamp: text,
  state: Type.Union([
    Type.Literal('open'),
    Type.Literal('closed'),
    Type.Literal('withdrawn'),
    Type.Literal('replaced'),
  ]),
  value: number,
  asked: Type.Object({
    kind: Type.Union([Type.Literal('value'), Type.Literal('percent'), Type.Literal('units')]),
    amount: number,
  }),
  reason: text,
  by: text,
  at: time,
  replaces: nullable(text),
  ended: nullable(Type.Object({ at: time, by: text, reason: text, replacedBy: nullable(text) })),
  said: Type.Object(
    {
      version: nullable(Type.Integer()),
      source: text,
      cutoffAt: text,
      mean: number,
      quantiles: Type.Record(text, number),
    },
    { description: 'what the model said of the period then' },
  ),
});

export const overridesSet: TUnsafe<api.OverridesSet> = of(
  Type.Object({
    items: Type.Array(override),
    replayed: Type.Boolean({ description: 'the key was used before for the same: nothing has changed' }),
  }),
);

export const overrideList: TUnsafe<api.OverrideList> = of(
  Type.Object({
    items: Type.Array(override),
    next: nullable(Type.String({ description: 'cursor of the next page; null = this is the last' })),
  }),
);

const errors = Type.Object({ n: count, wape: perhaps, bias: perhaps, mae: perhaps });
const added = Type.Object({ n: count, value: perhaps });
const figure = {
  labelsDue: count,
  labelsJoined: count,
  labelsCensored: count,
  labelCoverage: perhaps,
  model: errors,
  overridden: errors,
  compared: Type.Object({ naive: errors, model: errors, overridden: errors }),
  modelAdded: added,
  overrideAdded: added,
  better: count,
  worse: count,
};

export const overrideValue: TUnsafe<api.OverrideValue> = of(
  Type.Object({
    window: nullable(Type.Object({ from: text, to: text })),
    ...figure,
    groups: Type.Optional(Type.Array(Type.Object({ key: text, ...figure }))),
    groupsOmitted: Type.Optional(count),
  }),
);
