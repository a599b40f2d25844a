// Rows of a query in the order of its watermark, as one snapshot of the database shows them. Numbers are not given out in the
// order in which transactions end, and times are those of their beginning: so reading goes on below the highest watermark, by as
// much as rows may be late.

import { createHash } from 'node:crypto';
import { AppError, type PostgresSettings, type Project } from '../../core/index.ts';
import type { JsonObject } from '../../storage/ports/index.ts';
import { connectPostgres, type Session } from './postgres-client.ts';
import { type ColumnTypes, isTime, isTyped, jsonOf, projectColumns, readTypes } from './postgres-columns.ts';
import type { ReadRow, SourceReading } from './reading.ts';

/** As the position is stored. */
interface Position {
  /** The highest watermark taken in, as the database writes it; absent = none was. */
  readonly watermark?: string;
  readonly place?: string;
  readonly columns?: ColumnTypes;
}

const chunkRowsMax = 2_000;
/** Before it is known how large rows are. */
const firstRows = 100;
/** One commit's worth: a few milliseconds to check. */
export const chunkBytesMax: number = 384 * 1024;
/** As long as a line may be. */
const rowBytesMax = 1_000_000;
const keyCharactersMax = 120;
const zero = 2n ** 63n;

/**
 * Opens a reading from a position on.
 * @throws AppError `sources/*`
 */
export async function openPostgres(
  settings: PostgresSettings,
  of: {
    project: Project;
    position: JsonObject;
    /** From the beginning, whatever the position. */
    again: boolean;
    secretOf: (variable: string) => string | undefined;
    signal: AbortSignal;
  },
): Promise<SourceReading> {
  const session = await connectPostgres(settings, of);
  try {
    await begin(session, settings);
    const position = of.position as Position;
    const types = await typesOf(session, settings, { project: of.project, before: position.columns });
    const { project, again } = of;
    const reading = new PostgresReading({ session, settings, types, position, project, again });
    await reading.start();
    return reading;
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function begin(session: Session, { statementSeconds }: PostgresSettings): Promise<void> {
  await session.query('begin transaction isolation level repeatable read, read only');
  const settings = {
    statement_timeout: `${statementSeconds * 1000}`,
    timezone: 'UTC',
    datestyle: 'ISO, YMD',
    extra_float_digits: '1',
  };
  // For this transaction only: behind a pool the next user of the connection finds it as it was.
  for (const [name, value] of Object.entries(settings))
    await session.query('select set_config($1, $2, true)', [name, value]);
}

async function typesOf(
  session: Session,
  settings: PostgresSettings,
  { project, before }: { project: Project; before: ColumnTypes | undefined },
): Promise<ColumnTypes> {
  const { fields } = await session.query(`select * from ${subquery(settings)} limit 0`);
  const ids = [...new Set(fields.map(({ dataTypeID }) => dataTypeID))];
  const { rows } = await session.query(
    'select id::text, format_type(id, null) from unnest($1::oid[]) as id',
    [ids],
  );
  const names = new Map(rows.map(([id, name]) => [Number(id), name ?? '']));
  return readTypes(settings, project, { fields, nameOfType: (id) => names.get(id) ?? '', before });
}

interface Parts {
  readonly session: Session;
  readonly settings: PostgresSettings;
  readonly types: ColumnTypes;
  readonly position: Position;
  readonly project: Project;
  readonly again: boolean;
}

class PostgresReading implements SourceReading {
  readonly project: Project;
  readonly #parts: Parts;
  readonly #columns: readonly string[];
  /** A watermark past this is of a clock that is wrong: it does not move the position. */
  #now: { text: string; place: string } | undefined;
  #rowsNext = firstRows;
  #position: Position;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { project, types, position } = parts;
    this.#position = { ...position, columns: types };
    const { needed, others } = projectColumns(project);
    this.#columns = [...needed, ...others].filter((column) => types[column] !== undefined);
    const timeType = types[project.columns.time] ?? '';
    // The database writes its dates in one way; how the project's files do says nothing of them.
    this.project =
      project.dialect === undefined || !isTyped(timeType)
        ? project
        : { ...project, dialect: { ...project.dialect, dateFormat: null } };
  }

  get position(): JsonObject {
    return { ...this.#position } as JsonObject;
  }

  async start(): Promise<void> {
    const { session, settings } = this.#parts;
    const { where, values } = this.#bound();
    await this.#noteNow();
    await this.#checkKeys(where, values);
    const { watermark, key } = settings;
    const wanted = [...this.#columns, ...key].map((column) => `source.${quoted(column)}::text`);
    await session.query(
      `declare almanac_rows no scroll cursor for
       select ${this.#placeOf(`source.${quoted(watermark)}`)}::text, source.${quoted(watermark)}::text, ${wanted.join(', ')}
       from ${subquery(settings)} ${where === '' ? `where ${this.#isPlaced()}` : `${where} and ${this.#isPlaced()}`}
       order by source.${quoted(watermark)}, ${key.map((column) => `source.${quoted(column)}::text collate "C"`).join(', ')}`,
      values,
    );
  }

  async next(): Promise<readonly ReadRow[]> {
    const { rows } = await this.#parts.session.query(`fetch ${this.#rowsNext} from almanac_rows`);
    const read = rows.map((row) => this.#rowOf(row));
    const bytes = read.reduce((sum, { line }) => sum + line.length, 0);
    if (read.length > 0)
      this.#rowsNext = Math.max(1, Math.min(chunkRowsMax, Math.floor((chunkBytesMax / bytes) * read.length)));
    return read;
  }

  /** The position once these rows, the last that were read, are taken in. */
  after(rows: readonly ReadRow[]): JsonObject {
    const last = rows.at(-1);
    if (last !== undefined) {
      const cap = this.#now;
      const at =
        cap !== undefined && last.place > cap.place ? cap : { text: last.watermark, place: last.place };
      if (at.place > (this.#position.place ?? ''))
        this.#position = { ...this.#position, watermark: at.text, place: at.place };
    }
    return this.position;
  }

  async finish(): Promise<AppError | undefined> {
    const { session, settings } = this.#parts;
    const { watermark, name } = settings;
    const { rows } = await session.query(
      `select count(*)::text from (select 1 from ${subquery(settings)} where not (${this.#isPlaced()}) limit 1000) as lost`,
    );
    const lost = Number(rows[0]?.[0] ?? 0);
    if (lost === 0) return undefined;
    return new AppError(
      'sources/bad-watermark',
      `source ${name}: ${lost === 1000 ? '1000 rows or more have' : lost === 1 ? '1 row has' : `${lost} rows have`} no finite ` +
        `${watermark}, and cannot be read; all others have been`,
    );
  }

  async close(): Promise<void> {
    await this.#parts.session.close();
  }

  #rowOf(row: readonly (string | null)[]): ReadRow {
    const { types, settings } = this.#parts;
    const [place, watermark, ...values] = row;
    const key = JSON.stringify(values.slice(this.#columns.length));
    const cells = this.#columns.map(
      (column, i) => `${JSON.stringify(column)}:${jsonOf(values[i] ?? null, types[column] ?? '')}`,
    );
    const line = `{${cells.join(',')}}`;
    if (line.length > rowBytesMax)
      throw new AppError(
        'sources/row-too-large',
        `source ${settings.name}: the row ${key.slice(0, keyCharactersMax)} has ${line.length} characters, at most ${rowBytesMax} may be`,
      );
    return {
      key: key.length <= keyCharactersMax ? key : hashOf(key),
      place: placeText(place ?? '0'),
      watermark: watermark ?? '',
      hash: hashOf(line),
      line,
    };
  }

  /** Rows that may be new or have changed. */
  #bound(): { where: string; values: (string | number)[] } {
    const { settings, types, position, again } = this.#parts;
    const { watermark, lateMinutes, lateCount } = settings;
    if (position.watermark === undefined || again) return { where: '', values: [] };
    const column = `source.${quoted(watermark)}`;
    const type = types[watermark] ?? '';
    if (!isTime(type))
      return { where: `where ${column} >= $1::bigint - $2::bigint`, values: [position.watermark, lateCount] };
    const base = type === 'date' ? 'timestamp' : type;
    const from = `$1::${base} - make_interval(secs => $2)`;
    return {
      where: `where ${column} >= ${type === 'date' ? `(${from})::date` : from}`,
      values: [position.watermark, lateMinutes * 60],
    };
  }

  async #noteNow(): Promise<void> {
    const { session, settings, types } = this.#parts;
    const type = types[settings.watermark] ?? '';
    if (!isTime(type)) return;
    const { rows } = await session.query(
      `select ${this.#placeOf('at')}::text, at::text from (select now()::${type} as at) as clock`,
    );
    const [place, text] = rows[0] ?? [];
    this.#now = { place: placeText(place ?? '0'), text: text ?? '' };
  }

  /** @throws AppError `sources/bad-key` */
  async #checkKeys(where: string, values: readonly (string | number)[]): Promise<void> {
    const { session, settings } = this.#parts;
    const { name, key } = settings;
    const columns = key.map((column) => `source.${quoted(column)}`);
    const from = `from ${subquery(settings)} ${where}`;
    const empty = columns.map((column) => `${column} is null`).join(' or ');
    const found = await session.query(
      `select 1 ${from} ${where === '' ? 'where' : 'and'} (${empty}) limit 1`,
      values,
    );
    const says = `source ${name}: the key ${key.join(', ')}`;
    if (found.rows.length > 0) throw new AppError('sources/bad-key', `${says} is empty in some row`);
    const twice = await session.query(
      `select ${columns.map((column) => `${column}::text`).join(', ')}, count(*)::text ${from} group by ${columns.join(', ')}
       having count(*) > 1 limit 1`,
      values,
    );
    const [row] = twice.rows;
    if (row === undefined) return;
    throw new AppError(
      'sources/bad-key',
      `${says} is ${row.slice(0, -1).join(', ').slice(0, keyCharactersMax)} in ${row.at(-1)} rows at once`,
    );
  }

  /** A number that rises with the watermark: of times the microseconds since 1970. */
  #placeOf(column: string): string {
    const { settings, types } = this.#parts;
    return isTime(types[settings.watermark] ?? '')
      ? `(extract(epoch from ${column}) * 1000000)::bigint`
      : `${column}::bigint`;
  }

  #isPlaced(): string {
    const { settings, types } = this.#parts;
    const column = `source.${quoted(settings.watermark)}`;
    return isTime(types[settings.watermark] ?? '')
      ? `(${column} is not null and isfinite(${column}))`
      : `${column} is not null`;
  }
}

/** On lines of its own: it may end with a comment. */
function subquery({ query }: PostgresSettings): string {
  return `(\n${query.replace(/;\s*$/, '')}\n) as source`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Digits that sort as the number does. */
function placeText(number: string): string {
  return (BigInt(number) + zero).toString().padStart(20, '0');
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
