// A guess about a setting of the project, with its reason, because the user has to check it; and what the user has said already.

import type { Dialect, Frequency } from '../../../core/index.ts';

export interface Guess {
  /** Setting of the project, such as `columns.time`. */
  readonly setting: string;
  readonly value: string;
  readonly reason: string;
}

/** What is said of a file: taken as it is, not guessed. */
export interface Said {
  readonly dialect?: Partial<Dialect>;
  /** Names of columns. */
  readonly time?: string;
  readonly target?: string;
  /** The demand of other projects of the same file: nothing that is known beside this one. */
  readonly otherTargets?: readonly string[];
  readonly series?: readonly string[];
  /** Not said but seen: columns that cannot name series. */
  readonly noKeys?: readonly string[];
  readonly frequency?: Frequency;
}

/** What else may tell how texts are to be read. */
export interface Hints {
  /** The name of the file. */
  readonly file: string | null;
  /** UTC milliseconds. */
  readonly now: number | null;
  /** Other columns of dates have the day first, or the month; null = none says. */
  readonly dayFirst: boolean | null;
}

export const noHints: Hints = { file: null, now: null, dayFirst: null };

/** How a column writes its times. */
export interface TimeForm {
  /** For `dialect.dateFormat`; null = forms that can be read in one way only. */
  readonly dateFormat: string | null;
  /** For `dialect.shortYearsFrom`; absent = years have four digits. */
  readonly shortYearsFrom?: number | null;
  /** Where the form itself says how long a period is. */
  readonly frequency: Frequency | null;
  readonly reason: string;
  /** Two ways to read it: said when the column is the one that holds the time. */
  readonly doubt: string | null;
}
