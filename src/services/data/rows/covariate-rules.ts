// What a cell of a covariate column may hold, and what it is kept as: a number, or the code of a text.

import {
  AppError,
  type ColumnMapping,
  type CovariateValues,
  type Dialect,
  defaultDialect,
} from '../../../core/index.ts';
import { decimalOf } from './decimal.ts';
import { type NumberReader, numberHint, numberReader } from './number-reader.ts';
import { flagReader } from './yes-no.ts';

export type CovariateRole = 'known' | 'past' | 'static';

/** A covariate column of a project. */
export interface CovariateColumn {
  readonly name: string;
  readonly role: CovariateRole;
  /** Its cells are texts. Static columns take any text: whether they are numbers is seen when all series are there. */
  readonly isText: boolean;
  /** Its texts may turn out to be numbers: those that a dialect writes in its own way are kept in the usual one. */
  readonly mayBeNumber?: boolean;
}

const magnitudeMax = 1e15;
const textLengthMax = 200;
/** Different texts of one column in one batch: more are no category. */
const labelsMax = 100_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** The covariate columns of a mapping, in the order in which rows hold them. */
export function covariateColumns(columns: ColumnMapping): CovariateColumn[] {
  const { known = [], past = [], static: fixed = [], categories = [] } = columns;
  return [
    ...known.map((name) => ({ name, role: 'known' as const, isText: categories.includes(name) })),
    ...past.map((name) => ({ name, role: 'past' as const, isText: categories.includes(name) })),
    ...fixed.map((name) => ({
      name,
      role: 'static' as const,
      isText: true,
      mayBeNumber: !categories.includes(name),
    })),
  ];
}

/** The number of a trimmed text; undefined when it is none. */
export type ValueReader = (text: string) => number | undefined;

/** Reads a number as a dialect writes it, yes and no included. */
export function valueReader(dialect: Dialect): ValueReader {
  const read = numberReader(dialect);
  const flag = flagReader(dialect);
  return (text) => {
    const value = read(text);
    if (Number.isNaN(value)) {
      const isYes = flag(text);
      return isYes === null ? undefined : Number(isYes);
    }
    return Math.abs(value) <= magnitudeMax ? value : undefined;
  };
}

/** A number as it may be written, yes and no included; undefined when the trimmed text is none. */
export const numberOf: ValueReader = valueReader(defaultDialect);

/** Why a text cannot be a category; null when it can. */
export function categoryProblem(text: string): string | null {
  if (text.length > textLengthMax) return `is longer than ${textLengthMax} characters`;
  if (!text.isWellFormed()) return 'holds half a character (a lone surrogate)';
  return control.test(text) ? 'holds control characters' : null;
}

/** Checks the covariates of rows and numbers the texts of each column. */
export class CovariateRules {
  readonly columns: readonly CovariateColumn[];
  /** The texts by their code, one list per column; empty for numbers. */
  readonly labels: readonly (readonly string[])[];
  readonly #labels: readonly string[][];
  readonly #codes: readonly Map<string, number>[];
  readonly #dialect: Dialect;
  readonly #readers: readonly ValueReader[];
  readonly #numbers: readonly NumberReader[];

  constructor(columns: readonly CovariateColumn[], dialect: Dialect = defaultDialect) {
    this.columns = columns;
    this.#dialect = dialect;
    this.#readers = columns.map(() => valueReader(dialect));
    this.#numbers = columns.map(() => numberReader(dialect));
    this.#labels = columns.map(() => []);
    this.labels = this.#labels;
    this.#codes = columns.map(() => new Map());
  }

  /**
   * Reads one row's cells into `out`, shape [columns]: numbers, codes, NaN = unknown.
   * @param isNumber cells that are numbers in their format, in plain decimals
   * @returns what is wrong with the first bad cell; null when all are good
   * @throws AppError `data/too-large` for a column with more texts than a category has
   */
  read(
    cells: readonly (string | null)[],
    out: Float64Array,
    isNumber: readonly boolean[] = [],
  ): string | null {
    for (let i = 0; i < this.columns.length; i++) {
      const text = cells[i]?.trim() ?? '';
      out[i] = Number.NaN;
      if (text === '') continue;
      const { name, isText, mayBeNumber } = this.columns[i] as CovariateColumn;
      const isPlain = isNumber[i] === true;
      const value = isText
        ? this.#codeOf(i, mayBeNumber && !isPlain ? this.#usual(i, text) : text)
        : isPlain
          ? numberOf(text)
          : this.#readers[i]?.(text);
      if (value === undefined)
        return `column ${JSON.stringify(name)}: ${shown(text)} ${isText ? (categoryProblem(text) ?? 'is no category') : this.#numberProblem(text)}`;
      out[i] = value;
    }
    return null;
  }

  /** `1,5` of a dialect as `1.5`; a text that is no number, or the usual one, as it is. */
  #usual(column: number, text: string): string {
    const value = this.#numbers[column]?.(text) ?? Number.NaN;
    return Number.isNaN(value) || value === decimalOf(text) ? text : String(value);
  }

  #numberProblem(text: string): string {
    if (!Number.isNaN(decimalOf(text))) return 'is beyond 10^15';
    return `is not a number; a column of texts is named in columns.categories${numberHint(text, this.#dialect)}`;
  }

  /** The cells of some columns as values by name; undefined when none is known. */
  values(cells: ArrayLike<number>, roles: readonly CovariateRole[]): CovariateValues | undefined {
    let found: Record<string, number | string> | undefined;
    for (let i = 0; i < this.columns.length; i++) {
      const cell = cells[i] as number;
      const { name, role, isText } = this.columns[i] as CovariateColumn;
      if (Number.isNaN(cell) || !roles.includes(role)) continue;
      found ??= {};
      found[name] = isText ? (this.#labels[i]?.[cell] ?? '') : cell;
    }
    return found;
  }

  #codeOf(column: number, text: string): number | undefined {
    const codes = this.#codes[column] as Map<string, number>;
    const known = codes.get(text);
    if (known !== undefined) return known;
    if (categoryProblem(text) !== null) return undefined;
    if (codes.size >= labelsMax)
      throw new AppError(
        'data/too-large',
        `the column ${JSON.stringify(this.columns[column]?.name)} has more than ${labelsMax} different texts: it is no category`,
      );
    const code = (this.#labels[column] as string[]).push(text) - 1;
    codes.set(text, code);
    return code;
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
