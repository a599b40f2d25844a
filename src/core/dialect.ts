// How a project's data is written: what a file is made of, and what its cells mean. Said once, for every way in.

/** Rows that are left out: those whose cell of a column is, begins with or ends with a text. */
export interface LeaveOutRule {
  readonly column: string;
  readonly equals?: string;
  readonly startsWith?: string;
  readonly endsWith?: string;
}

export const encodings = ['utf-8', 'utf-16', 'windows-1252', 'latin1'] as const;
export type Encoding = (typeof encodings)[number];

export const decimalMarks = ['.', ','] as const;
export type DecimalMark = (typeof decimalMarks)[number];

/** The mark between groups of three digits; '' = none. A blank stands for every kind of blank, an apostrophe for ’ too. */
export const thousandsMarks = ['', ',', '.', ' ', "'"] as const;
export type ThousandsMark = (typeof thousandsMarks)[number];

/** Ways of writing a number that are refused unless they are asked for. */
export const numberForms = ['currency', 'percent', 'parentheses', 'trailing-minus'] as const;
export type NumberForm = (typeof numberForms)[number];

export interface Dialect {
  /** Of a workbook the sheet that is read; null = the only one with cells. */
  readonly sheet: string | null;
  /** One character between the cells of CSV; null = found from the file. */
  readonly delimiter: string | null;
  /** Around cells of CSV that hold the delimiter or a line end; null = nothing is quoted. */
  readonly quote: '"' | "'" | null;
  /** Of text files; null = found from the file. */
  readonly encoding: Encoding | null;
  /** Lines of CSV, or rows of a sheet, that begin so are left out; null = none are. */
  readonly comment: string | null;
  /** Lines of CSV, or rows of a sheet, before the header. */
  readonly skipLines: number;
  /** Rows that the header has: of two the upper one holds for the columns up to its next name. Absent = 1. */
  readonly headerRows?: 1 | 2;
  /** Of a wide table with several values for each period: names of the columns that are read, `*` for the period, as `* units`. */
  readonly periodColumns?: string;
  /** Subtotals and other rows that are no rows of the data; a row that any rule meets is left out. */
  readonly leaveOut: readonly LeaveOutRule[];
  /** null = nothing is said: a point, and files that seem to mean a comma are refused until it is. */
  readonly decimal: DecimalMark | null;
  readonly thousands: ThousandsMark;
  /** How times are written, such as `dd.MM.yyyy`; null = the forms that can be read in one way only. */
  readonly dateFormat: string | null;
  /** The first of the hundred years that years of two digits lie in; null = they are refused. */
  readonly shortYearsFrom: number | null;
  /** Cells beside the series columns that say as much as an empty one. */
  readonly nulls: readonly string[];
  /** Beside 1, true, yes, y, t; in any case of letters. */
  readonly trueWords: readonly string[];
  /** Beside 0, false, no, n, f; in any case of letters. */
  readonly falseWords: readonly string[];
  readonly numberForms: readonly NumberForm[];
  /** Of files that a mapping is for: their names and words. Absent = those of the project. */
  readonly mapped?: MappedNames;
}

/** What files call the columns of a project, and what the words in them stand for. */
export interface MappedNames {
  /** Column of the project → column of the file. Those that are not named are called as in the project. */
  readonly columns: Readonly<Record<string, string>>;
  /** Column of the project → word of the file → what it stands for. Other words stay as they are. */
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** How the files of one sender differ from what a project says of its data. */
export interface Mapping extends MappedNames {
  /** How the files are written. Nothing of it comes from the dialect of the project. */
  readonly dialect: Dialect;
}

/** Where nothing is said. */
export const defaultDialect: Dialect = {
  sheet: null,
  delimiter: null,
  quote: '"',
  encoding: null,
  comment: null,
  skipLines: 0,
  leaveOut: [],
  decimal: null,
  thousands: '',
  dateFormat: null,
  shortYearsFrom: null,
  nulls: [],
  trueWords: [],
  falseWords: [],
  numberForms: [],
};
