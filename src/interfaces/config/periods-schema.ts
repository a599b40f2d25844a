// Settings of what a period is, beyond its frequency: working days, fiscal years; and what a schema cannot say of them.

import { type Static, type TInteger, type TUnsafe, Type } from 'typebox';
import { dateFormat, type FiscalPattern, type FiscalYear, fiscalPatterns } from '../../core/index.ts';
import type { Same } from './serving-schema.ts';

/** Years of whole weeks, such as retailers keep. */
export interface FiscalYearConfig {
  weeks?: FiscalPattern;
  endMonth?: number;
  endWeekday?: number;
  ends?: FiscalYear['ends'];
}

export const workdays: TUnsafe<number[]> = Type.Unsafe<number[]>(
  Type.Array(weekday(), {
    minItems: 1,
    maxItems: 7,
    description:
      'Weekdays that are periods, 0 = Sunday … 6 = Saturday: `[1, 2, 3, 4, 5]`; rows of other days are refused. For daily data only.',
    defaultNote: 'all seven',
  }),
);

const fiscalYearObject = Type.Object(
  {
    weeks: Type.Optional(
      Type.Enum([...fiscalPatterns], {
        default: '4-4-5',
        description:
          'Where any part of `fiscalYear` is set, months, quarters and years are those of a year of whole weeks. This: the weeks of the three months of a quarter.',
      }),
    ),
    endMonth: Type.Optional(
      Type.Integer({
        default: 12,
        minimum: 1,
        maximum: 12,
        description: 'The month at whose end a fiscal year ends: 1 = January.',
      }),
    ),
    endWeekday: Type.Optional(
      Type.Integer({
        default: 6,
        minimum: 0,
        maximum: 6,
        description: 'The weekday of its last day, 0 = Sunday … 6 = Saturday.',
      }),
    ),
    ends: Type.Optional(
      Type.Enum(['last', 'nearest'], {
        default: 'last',
        description:
          'On the last such day of the month (`last`), or on the one nearest to its end (`nearest`).',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'Months, quarters and years are those of a fiscal year of whole weeks.',
  },
);

// Fails to compile when the interface leaves the schema.
const agrees: Same<Static<typeof fiscalYearObject>, FiscalYearConfig> = true;
void agrees;

export const fiscalYear: TUnsafe<FiscalYearConfig> = fiscalYearObject as unknown as TUnsafe<FiscalYearConfig>;

/** The complete fiscal year of a configuration. */
export function resolveFiscalYear(config: FiscalYearConfig): FiscalYear {
  return {
    weeks: config.weeks ?? '4-4-5',
    endMonth: config.endMonth ?? 12,
    endWeekday: config.endWeekday ?? 6,
    ends: config.ends ?? 'last',
  };
}

/** What is wrong with these settings beside the frequency; each begins with the path below the project. */
export function periodProblems(config: {
  readonly frequency?: string;
  readonly workdays?: readonly number[];
  readonly fiscalYear?: FiscalYearConfig;
  readonly dialect?: { readonly dateFormat?: string | null };
}): string[] {
  const { frequency = 'day', workdays: days, fiscalYear: year, dialect } = config;
  const problems: string[] = [];
  const pattern = dialect?.dateFormat;
  const format = typeof pattern === 'string' ? dateFormat(pattern, 1970) : null;
  if (format !== null && !('problem' in format) && (format.step !== null) !== (frequency === 'step'))
    problems.push(
      frequency === 'step'
        ? ".dialect.dateFormat is for dates; with frequency step periods are numbers, of which a pattern is such as 'd_'n"
        : `.dialect.dateFormat ${JSON.stringify(pattern)} is for steps, and frequency is ${frequency}`,
    );
  if (days !== undefined && frequency !== 'day')
    problems.push(`.workdays is for frequency day, not ${frequency}`);
  if (Array.isArray(days) && new Set(days).size < days.length) problems.push('.workdays names a day twice');
  if (year !== undefined && !['month', 'quarter', 'year'].includes(frequency))
    problems.push(
      `.fiscalYear is for frequency month, quarter or year, not ${frequency}${frequency === 'week' ? ': say weekStart' : ''}`,
    );
  return problems;
}

function weekday(): TInteger {
  return Type.Integer({ minimum: 0, maximum: 6 });
}
