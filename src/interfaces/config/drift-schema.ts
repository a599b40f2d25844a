// Settings of what is watched for drift.

import { type Static, type TUnsafe, Type } from 'typebox';
import type { DriftWatch } from '../../core/index.ts';
import type { Same } from './serving-schema.ts';

/** As `DriftWatch`, as it is written. */
export type DriftConfig = {
  -readonly [K in keyof DriftWatch]: DriftWatch[K];
};

const driftObject = Type.Object(
  {
    everyPeriods: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 100_000,
        default: 0,
        description:
          'Check for drift whenever so many more periods are closed; 0 = on request (`almanac drift`).',
      }),
    ),
    windowPeriods: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: 10_000,
        description:
          'The newest closed periods that are compared with those before, and with the same season of last year.',
        defaultNote: 'hour 336, day 28, week 8, month 6, quarter 2, year 2, step 14',
      }),
    ),
    groupBy: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Series column or attribute: the demand of each of its values is watched by itself.',
        defaultNote: 'the leading series column; each series where one column names at most 60',
      }),
    ),
    effectMatters: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 10,
        default: 0.25,
        description: 'Share of their level by which demand, prices and other amounts must move to matter.',
      }),
    ),
    falseAlarms: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 0.5,
        default: 0.04,
        description: 'Share of checks that may alarm where nothing has changed.',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'What is watched for drift, and how closely (`almanac docs watch-drift`).',
  },
);

// Fails to compile when the types leave the schema.
const agrees: Same<Static<typeof driftObject>, DriftConfig> = true;
void agrees;

export const drift: TUnsafe<DriftConfig> = driftObject as unknown as TUnsafe<DriftConfig>;
