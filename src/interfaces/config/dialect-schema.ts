// Settings of how a project's data is written: the schema, and what a schema cannot say of them.

import { type Static, type TUnsafe, Type } from 'typebox';
import {
  type DecimalMark,
  dateFormat,
  decimalMarks,
  type Encoding,
  encodings,
  type NumberForm,
  numberForms,
  type ThousandsMark,
  thousandsMarks,
} from '../../core/index.ts';
import type { Same } from './serving-schema.ts';

/** What is not said is found from the data, or refused where it could be read in two ways. */
export interface DialectConfig {
  sheet?: string | null;
  delimiter?: string | null;
  quote?: '"' | "'" | null;
  encoding?: Encoding | null;
  comment?: string | null;
  skipLines?: number;
  headerRows?: 1 | 2;
  periodColumns?: string;
  leaveOut?: { column: string; equals?: string; startsWith?: string; endsWith?: string }[];
  decimal?: DecimalMark | null;
  thousands?: ThousandsMark;
  dateFormat?: string | null;
  shortYearsFrom?: number | null;
  nulls?: string[];
  trueWords?: string[];
  falseWords?: string[];
  numberForms?: NumberForm[];
}

const closed = { additionalProperties: false };

function words(description: string) {
  return Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 64, default: [], description }),
  );
}

function cellText() {
  return Type.Optional(Type.String({ minLength: 1, maxLength: 200 }));
}

const dialectObject = Type.Object(
  {
    sheet: Type.Optional(
      Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Null()], {
        default: null,
        defaultNote: 'the only one with cells; several are refused until this is said',
        description: 'The sheet of a workbook (.xlsx) that is read.',
      }),
    ),
    delimiter: Type.Optional(
      Type.Union([Type.String({ minLength: 1, maxLength: 1 }), Type.Null()], {
        default: null,
        defaultNote: 'found from the file',
        description: 'The character between the cells of CSV: `","`, `";"`, `"\\t"`, `"|"` or another.',
      }),
    ),
    quote: Type.Optional(
      Type.Union([Type.Literal('"'), Type.Literal("'"), Type.Null()], {
        default: '"',
        description:
          'The mark around cells of CSV that hold a delimiter or a line end; `null` = nothing is quoted.',
      }),
    ),
    encoding: Type.Optional(
      Type.Union([Type.Enum([...encodings]), Type.Null()], {
        default: null,
        defaultNote: 'found from the file',
        description: 'How the letters of text files are written as bytes.',
      }),
    ),
    comment: Type.Optional(
      Type.Union([Type.String({ minLength: 1, maxLength: 20 }), Type.Null()], {
        default: null,
        description: 'Lines of CSV, and rows of a sheet, that begin with this are left out.',
      }),
    ),
    skipLines: Type.Optional(
      Type.Integer({
        default: 0,
        minimum: 0,
        maximum: 1000,
        description: 'Lines of CSV, and rows of a sheet, above the header, such as a title.',
      }),
    ),
    headerRows: Type.Optional(
      Type.Union([Type.Literal(1), Type.Literal(2)], {
        default: 1,
        description:
          'Rows of the header of CSV or a sheet: with 2, `2024` above `Jan` names the column `2024 Jan`, and an empty cell above stands for the one before it.',
      }),
    ),
    periodColumns: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        defaultNote: 'columns that are named by a period alone',
        description:
          'Of a table with several columns for each period, the names of those that hold the demand, with `*` for the period: `"* units"` reads `2024-01 units`, and leaves `2024-01 revenue` alone.',
      }),
    ),
    leaveOut: Type.Optional(
      Type.Array(
        Type.Object(
          {
            column: Type.String({ minLength: 1 }),
            equals: Type.Optional(Type.String({ maxLength: 200 })),
            startsWith: cellText(),
            endsWith: cellText(),
          },
          closed,
        ),
        {
          maxItems: 64,
          default: [],
          description:
            'Rows that are none of the data, such as subtotals: `{ column: "item", startsWith: "Total" }` or with `equals`, `endsWith`.',
        },
      ),
    ),
    decimal: Type.Optional(
      Type.Union([Type.Enum([...decimalMarks]), Type.Null()], {
        default: null,
        defaultNote: 'the point; data that seems to mean the comma is refused until this is said',
        description: 'The mark before the fraction of a number.',
      }),
    ),
    thousands: Type.Optional(
      Type.Enum([...thousandsMarks], {
        default: '',
        description: 'The mark between groups of three digits; `""` = none, `" "` = any kind of blank.',
      }),
    ),
    dateFormat: Type.Optional(
      Type.Union([Type.String({ minLength: 1, maxLength: 40 }), Type.Null()], {
        default: null,
        defaultNote: 'the forms that can be read in one way only, such as 2024-03-31',
        description:
          "How times are written: `dd.MM.yyyy`, `MM/dd/yyyy HH:mm`, `d-MMM-yy`, `yyyyMM`, `epoch-s`, `epoch-ms`, `excel`, and of steps `'d_'n` (`almanac docs data`).",
      }),
    ),
    shortYearsFrom: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1800, maximum: 2100 }), Type.Null()], {
        default: null,
        defaultNote: 'years of two digits are refused',
        description: 'The first of the hundred years that years of two digits lie in: from 1970, 24 is 2024.',
      }),
    ),
    nulls: words('Words that say as much as an empty cell, such as `NA`; never in series columns.'),
    trueWords: words('Words for yes beside 1, true, yes, y and t.'),
    falseWords: words('Words for no beside 0, false, no, n and f.'),
    numberForms: Type.Optional(
      Type.Array(Type.Enum([...numberForms]), {
        maxItems: 4,
        default: [],
        description:
          'Ways of writing numbers that are read instead of refused: currency signs, percent (5 % is 0.05), parentheses for below zero, a minus at the end.',
      }),
    ),
  },
  { ...closed, description: 'How the data is written, where it is not plain.' },
);

// Fails to compile when the interface leaves the schema.
const agrees: Same<Static<typeof dialectObject>, DialectConfig> = true;
void agrees;

export const dialect: TUnsafe<DialectConfig> = dialectObject as unknown as TUnsafe<DialectConfig>;

/** What is wrong with a dialect whose parts are each right; each begins with the path below `dialect`. */
export function dialectProblems(config: DialectConfig): string[] {
  const { decimal, thousands = '', delimiter, quote = '"', leaveOut, trueWords, falseWords } = config;
  const problems: string[] = [];
  if (thousands !== '' && thousands === (decimal ?? '.'))
    problems.push(`.thousands is ${JSON.stringify(thousands)}, which is the decimal mark; name both`);
  if (typeof delimiter === 'string' && (delimiter === quote || !/^[\t -~]$/.test(delimiter)))
    problems.push(
      `.delimiter is ${JSON.stringify(delimiter)}; expected a tab or another character of ASCII, not the quote`,
    );
  for (const [i, rule] of listOf(leaveOut).entries()) {
    const said = ['equals', 'startsWith', 'endsWith'].filter((key) => Object.hasOwn(rule, key));
    if (said.length !== 1)
      problems.push(`.leaveOut.${i} needs exactly one of equals, startsWith and endsWith`);
  }
  if (typeof config.periodColumns === 'string' && config.periodColumns.split('*').length !== 2)
    problems.push(
      `.periodColumns is ${JSON.stringify(config.periodColumns)}; expected one * for the period, as in "* units"`,
    );
  if (typeof config.dateFormat === 'string') {
    const format = dateFormat(config.dateFormat, config.shortYearsFrom ?? null);
    if ('problem' in format)
      problems.push(`.dateFormat ${JSON.stringify(config.dateFormat)} ${format.problem}`);
  }
  const yes = new Set(listOf(trueWords).map((word) => word.toLowerCase()));
  for (const word of listOf(falseWords))
    if (yes.has(word.toLowerCase()))
      problems.push(`.falseWords holds ${JSON.stringify(word)}, which is a word for yes too`);
  return problems;
}

function listOf<T extends object | string>(list: readonly T[] | undefined): readonly T[] {
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string' || item !== null) : [];
}
