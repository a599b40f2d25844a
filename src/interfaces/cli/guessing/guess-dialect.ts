// What a guessed project says of how its file is written: dates, numbers, words, and rows that are totals.

import type { Dialect, LeaveOutRule } from '../../../core/index.ts';
import type { ProjectConfig } from '../../config/index.ts';
import type { GuessedCovariates } from './guess-covariates.ts';
import type { Guess } from './guessed-setting.ts';
import type { Profile } from './profile.ts';
import { ruleText } from './totals.ts';

/** What `dialect` says of how dates and numbers are written, and of rows that are totals. */
export function dialectSaid(
  time: Profile,
  target: Profile,
  of: {
    leaveOut: readonly (LeaveOutRule & { reason: string })[];
    words: GuessedCovariates['words'];
    nulls: readonly string[];
  },
): { settings: NonNullable<ProjectConfig['dialect']>; guesses: Guess[] } {
  const { leaveOut, words, nulls } = of;
  const numbers = numbersSaid(target);
  const { dateFormat = null, shortYearsFrom = null } = time.timeForm ?? {};
  const dates: [keyof Dialect, string | number | null][] = [
    ['dateFormat', dateFormat],
    ['shortYearsFrom', shortYearsFrom],
  ];
  const said = dates.filter(([, value]) => value !== null);
  return {
    settings: {
      ...Object.fromEntries(said),
      ...numbers.dialect,
      ...words,
      ...(nulls.length === 0 ? {} : { nulls: [...nulls] }),
      ...(leaveOut.length === 0 ? {} : { leaveOut: leaveOut.map(({ reason: _, ...rule }) => rule) }),
    },
    guesses: [
      ...said.map(([name, value]) => ({
        setting: `dialect.${name}`,
        value: String(value),
        reason: name === 'dateFormat' ? time.timeReason : 'years of two digits: 70 is 1970, 69 is 2069',
      })),
      ...numbers.guesses,
      ...Object.entries(words).map(([name, value]) => ({
        setting: `dialect.${name}`,
        value: value.join(', '),
        reason: 'what yes/no columns hold',
      })),
      ...(nulls.length === 0
        ? []
        : [
            {
              setting: 'dialect.nulls',
              value: nulls.join(', '),
              reason: 'where numbers should stand: taken for unknown, not for zero',
            },
          ]),
      ...leaveOut.map((rule) => ({
        setting: 'dialect.leaveOut',
        value: `${rule.column} ${ruleText(rule)}`,
        reason: rule.reason,
      })),
    ],
  };
}

/** What stands for no number in the columns that are read. */
export function nullsOf(profiles: readonly Profile[], columns: readonly (string | undefined)[]): string[] {
  const read = profiles.filter(({ name }) => columns.includes(name));
  return [...new Set(read.flatMap(({ nothing }) => nothing))];
}

/** What `dialect` says of numbers, where they are not written plainly. */
function numbersSaid({ numberForm, name }: Profile): {
  dialect: NonNullable<ProjectConfig['dialect']>;
  guesses: Guess[];
} {
  if (numberForm === null) return { dialect: {}, guesses: [] };
  const { decimal, thousands, forms } = numberForm;
  const isPlain = decimal === '.' && thousands === '';
  const dialect = {
    ...(isPlain ? {} : { decimal }),
    ...(thousands === '' ? {} : { thousands }),
    ...(forms.length === 0 ? {} : { numberForms: [...forms] }),
  };
  const guesses = Object.entries(dialect).map(([setting, value]) => ({
    setting: `dialect.${setting}`,
    value: String(value),
    reason: `as ${name} writes its numbers`,
  }));
  return { dialect, guesses };
}

/** The words of several columns for yes and no. */
export function bothWords(
  a: GuessedCovariates['words'],
  b: GuessedCovariates['words'],
): GuessedCovariates['words'] {
  const both = (name: 'trueWords' | 'falseWords'): string[] => [
    ...new Set([...(a[name] ?? []), ...(b[name] ?? [])]),
  ];
  const [trueWords, falseWords] = [both('trueWords'), both('falseWords')];
  return {
    ...(trueWords.length === 0 ? {} : { trueWords }),
    ...(falseWords.length === 0 ? {} : { falseWords }),
  };
}
