// A first contract from data: bounds so wide that the data of next month keep them, each with what it rests on. The data that it was
// drafted from keep it, also what of them was not looked at.

/** What a column is to the project. */
export interface DraftColumn {
  readonly name: string;
  readonly role: 'series' | 'time' | 'number' | 'text';
}

export interface DraftTable {
  readonly name: string;
  readonly columns: readonly DraftColumn[];
  /** Cells as text, in the order of `columns`; '' = empty. */
  readonly rows: readonly (readonly string[])[];
  /** By row: is it of the newest periods? Who is not among them is not expected in later data. */
  readonly isRecent: (row: number) => boolean;
  /** All rows of the table: else nothing is said that another row of it might break. */
  readonly isWhole: boolean;
  /** Hours after the end of the newest period that the data may be late by; null = nothing is said of it. */
  readonly latencyHours: number | null;
  /** A cell as a number, as the project writes them; NaN = it is none. */
  readonly numberOf: (cell: string) => number;
}

type Fields = Record<string, unknown>;

const namesMax = 200;
/** A column with no more names than this is a category. */
const categoriesMax = 20;
/** So many times the largest value are still believed. */
const roomAbove = 10;

/** @returns the contract as YAML of ODCS v3.1 */
export async function draftContract(table: DraftTable): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(documentOf(table), { lineWidth: 120 });
}

function documentOf(table: DraftTable): Fields {
  const { name, columns, rows, isWhole, latencyHours } = table;
  const part = isWhole ? '' : 'the first ';
  return {
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    id: `${name}-history`,
    name,
    version: '0.1.0',
    status: 'draft',
    description: {
      purpose: `Drafted from ${part}${rows.length} rows. Bounds are wide: narrow them to what you know.`,
    },
    schema: [
      {
        name,
        physicalType: 'table',
        properties: columns.map((column, at) => property(column, cellsOf(table, at), table)),
        quality: tableQuality(table),
      },
    ],
    ...(latencyHours === null
      ? {}
      : {
          slaProperties: [
            {
              property: 'latency',
              value: latencyHours,
              unit: 'h',
              description: 'hours after the end of the newest period',
            },
          ],
        }),
  };
}

function cellsOf({ rows }: DraftTable, at: number): string[] {
  return rows.map((row) => (row[at] ?? '').trim());
}

function property(
  { name, role }: DraftColumn,
  cells: readonly string[],
  { numberOf, isWhole }: DraftTable,
): Fields {
  const full = cells.filter((cell) => cell !== '');
  if (role === 'series' || role === 'time') {
    const isFull = full.length === cells.length;
    const seen = isFull
      ? `never empty in ${cells.length} rows`
      : `empty in ${cells.length - full.length} rows`;
    return {
      name,
      description: `${seen}; a row without it is of no ${role === 'time' ? 'period' : 'series'}`,
      required: true,
    };
  }
  const quality = isWhole ? [emptyQuality(cells.length, full.length)] : [];
  if (role === 'text') {
    const names = new Set(full);
    if (isWhole && names.size > 0 && names.size <= categoriesMax)
      quality.push(namesQuality(names, full.length));
    return { name, logicalType: 'string', ...(quality.length > 0 ? { quality } : {}) };
  }
  const numbers = full.map(numberOf).filter(Number.isFinite);
  const [low, high] = numbers.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as [number, number]);
  const seen = numbers.length === 0 ? 'no number' : `${low} to ${high}`;
  const bounds =
    isWhole && numbers.length > 0
      ? {
          logicalTypeOptions: {
            minimum: low >= 0 ? 0 : -roundedUp(-low * roomAbove),
            maximum: roundedUp(Math.max(high * roomAbove, 1)),
          },
        }
      : {};
  const room = isWhole && numbers.length > 0 ? `; the bounds leave room for ${roomAbove} times that` : '';
  return {
    name,
    logicalType: 'number',
    description: `${seen} in ${full.length} rows${room}`,
    ...bounds,
    ...(quality.length > 0 ? { quality } : {}),
  };
}

function emptyQuality(rows: number, full: number): Fields {
  const share = rows === 0 ? 0 : (100 * (rows - full)) / rows;
  return {
    metric: 'nullValues',
    mustBeLessOrEqualTo: Math.min(100, Math.ceil(2 * share + 5)),
    unit: 'percent',
    severity: 'warning',
    dimension: 'completeness',
    description: `${rows - full} of ${rows} rows were empty`,
  };
}

function namesQuality(names: ReadonlySet<string>, rows: number): Fields {
  return {
    metric: 'invalidValues',
    arguments: { validValues: [...names].sort() },
    mustBe: 0,
    severity: 'warning',
    dimension: 'conformity',
    description: `the ${names.size} names that ${rows} rows have`,
  };
}

function tableQuality(table: DraftTable): Fields[] {
  const { rows, columns, isWhole, isRecent } = table;
  const quality: Fields[] = [
    {
      metric: 'rowCount',
      mustBeGreaterThan: Math.floor(rows.length / 2),
      severity: 'warning',
      dimension: 'completeness',
      description: `half of the ${rows.length} rows seen`,
    },
  ];
  const at = columns.findIndex(({ role }) => role === 'series');
  if (at < 0) return quality;
  const counts = new Map<string, number>();
  // As they are written: a blank at the end is part of a name.
  for (const row of rows) {
    const cell = row[at] ?? '';
    if (cell.trim() !== '') counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  if (counts.size < 2 || counts.size > namesMax) return quality;
  const column = columns[at]?.name;
  const share = (100 * Math.max(...counts.values())) / rows.length;
  const recent = new Set(rows.filter((_, row) => isRecent(row)).map((row) => row[at] ?? ''));
  const values = [...counts.keys()].filter((name) => recent.has(name)).sort();
  quality.push(own('segments', { column, values, mustBe: 0 }, `the ${values.length} names seen lately`));
  if (!isWhole) return quality;
  quality.push(
    own(
      'balance',
      { column, mustBeLessOrEqualTo: Math.min(100, Math.ceil(share + 25)) },
      `the most frequent name had ${share.toFixed(1)} percent of the rows`,
    ),
  );
  return quality;
}

function own(check: string, rest: Fields, description: string): Fields {
  return {
    type: 'custom',
    engine: 'almanac',
    implementation: { check, ...rest },
    severity: 'warning',
    description,
  };
}

/** To one digit that counts: 1234 → 2000. */
function roundedUp(value: number): number {
  const step = 10 ** Math.floor(Math.log10(value));
  return Number((Math.ceil(value / step) * step).toPrecision(1));
}
