// A first contract from data: bounds so wide that the data of next month keep them, each with what it rests on.

/** What a column is to the project. */
export interface DraftColumn {
  readonly name: string;
  readonly role: 'series' | 'time' | 'target' | 'other';
}

export interface DraftTable {
  readonly name: string;
  readonly columns: readonly DraftColumn[];
  /** Cells as text, in the order of `columns`; '' = empty. */
  readonly rows: readonly (readonly string[])[];
  /** Hours that a period lasts; null = it is no time. */
  readonly periodHours: number | null;
  /** A cell as a number, as the project writes them; NaN = it is none. */
  readonly numberOf: (cell: string) => number;
}

type Fields = Record<string, unknown>;

const namesMax = 200;
/** A column with no more names than this is a category. */
const categoriesMax = 20;
/** So many times the largest value are still believed. */
const roomAbove = 10;
/** A contract is drafted for when the data are late, not for when they are on time. */
const periodsLate = 3;

/** @returns the contract as YAML of ODCS v3.1 */
export async function draftContract(table: DraftTable): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(documentOf(table), { lineWidth: 120 });
}

function documentOf(table: DraftTable): Fields {
  const { name, columns, periodHours, rows } = table;
  const lateHours = periodHours === null ? null : Math.ceil(periodHours * periodsLate);
  return {
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    id: `${name}-history`,
    name,
    version: '0.1.0',
    status: 'draft',
    description: {
      purpose: `Drafted from ${rows.length} rows. Bounds are wide: narrow them to what you know.`,
    },
    schema: [
      {
        name,
        physicalType: 'table',
        properties: columns.map((column, at) => property(column, cellsOf(table, at), table.numberOf)),
        quality: tableQuality(table),
      },
    ],
    ...(lateHours === null
      ? {}
      : {
          slaProperties: [
            {
              property: 'latency',
              value: lateHours,
              unit: 'h',
              description: `${periodsLate} periods after the end of the newest one`,
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
  numberOf: DraftTable['numberOf'],
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
  const numbers = full.map(numberOf);
  const areNumbers = full.length > 0 && numbers.every(Number.isFinite);
  const quality = [emptyQuality(cells.length, full.length)];
  if (!areNumbers) {
    const names = new Set(full);
    if (names.size > 0 && names.size <= categoriesMax) quality.push(namesQuality(names, full.length));
    return { name, logicalType: 'string', quality };
  }
  const [low, high] = numbers.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as [number, number]);
  return {
    name,
    logicalType: 'number',
    description: `${low} to ${high} in ${full.length} rows; the bounds leave room for ${roomAbove} times that`,
    logicalTypeOptions: {
      minimum: low >= 0 ? 0 : -roundedUp(-low * roomAbove),
      maximum: roundedUp(Math.max(high * roomAbove, 1)),
    },
    quality,
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
  const { rows, columns } = table;
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
  for (const cell of cellsOf(table, at)) if (cell !== '') counts.set(cell, (counts.get(cell) ?? 0) + 1);
  if (counts.size < 2 || counts.size > namesMax) return quality;
  const column = columns[at]?.name;
  const share = (100 * Math.max(...counts.values())) / rows.length;
  const values = [...counts.keys()].sort();
  quality.push(
    own('segments', { column, values, mustBe: 0 }, `the ${values.length} names seen`),
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
