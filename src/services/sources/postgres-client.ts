// The part of the Postgres client that is used here, and what its errors mean. The client is loaded when a source needs it.

import { readFile } from 'node:fs/promises';
import { AppError, isAppError, type PostgresSettings } from '../../core/index.ts';

/** Every value as the server writes it: nothing is rounded, and no time is moved. */
export interface TextResult {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface Session {
  /** One statement. @throws AppError `sources/unreachable`, `sources/bad-query`, `sources/schema-changed` */
  query(text: string, values?: readonly (string | number | readonly number[])[]): Promise<TextResult>;
  close(): Promise<void>;
}

/** What of the package `pg` is used. */
interface Client {
  connect(): Promise<void>;
  query(query: object): Promise<TextResult>;
  end(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): void;
}
interface Package {
  readonly default: { readonly Client: new (options: object) => Client };
}

const connectMs = 10_000;
/** Beyond the server's own limit of a statement, for a connection that has fallen silent. */
const graceMs = 15_000;
const undefinedColumn = '42703';
const cancelled = '57014';
/** Classes of errors that come of what was asked, not of how the server is: data, syntax and rights, names, limits of a statement. */
const blamesQuery = /^(22|42|0A|2F|3F|54)/;

/** @throws AppError `sources/unreachable`, `sources/no-client`, `sources/no-secret` */
export async function connectPostgres(
  settings: PostgresSettings,
  options: { secretOf: (variable: string) => string | undefined; signal: AbortSignal },
): Promise<Session> {
  const { name, url, user, tls, caFile, statementSeconds } = settings;
  const { hostname, port, pathname } = new URL(url);
  const password = passwordOf(settings, options.secretOf);
  const host = hostname.replace(/^\[|\]$/g, '');
  const ca = caFile === undefined ? {} : { ca: await readFile(caFile) };
  const { Client } = (await loadPackage()).default;
  const client = new Client({
    host,
    port: port === '' ? 5432 : Number(port),
    database: decodeURIComponent(pathname.slice(1)),
    user,
    // A function, so that neither a variable nor a file of this machine stands in for one that is not given.
    password: () => password,
    ssl: tls ? { ...ca, servername: host } : false,
    application_name: `almanac-${name}`,
    connectionTimeoutMillis: connectMs,
    query_timeout: statementSeconds * 1000 + graceMs,
    keepAlive: true,
    types: { getTypeParser: () => (text: string) => text },
  });
  // Told by the statement that is under way, or by the next.
  client.on('error', () => {});
  const end = (): void => void client.end().catch(() => {});
  options.signal.addEventListener('abort', end, { once: true });
  const session: Session = {
    query: async (text, values = []) => {
      try {
        return await client.query({ text, values: [...values], rowMode: 'array', queryMode: 'extended' });
      } catch (error) {
        throw failure(settings, error);
      }
    },
    close: async () => {
      options.signal.removeEventListener('abort', end);
      await client.end().catch(() => {});
    },
  };
  try {
    await client.connect();
    return session;
  } catch (error) {
    await session.close();
    throw unreachable(settings, error);
  }
}

async function loadPackage(): Promise<Package> {
  // By a name that is not seen through: it is there only where somebody has installed it.
  const name: string = 'pg';
  try {
    return (await import(name)) as Package;
  } catch (cause) {
    throw new AppError('sources/no-client', 'the client of PostgreSQL is not installed: npm install pg', {
      cause,
    });
  }
}

function passwordOf(
  { name, passwordVariable }: PostgresSettings,
  secretOf: (variable: string) => string | undefined,
): string {
  if (passwordVariable === undefined) return '';
  const password = secretOf(passwordVariable);
  if (password !== undefined) return password;
  throw new AppError(
    'sources/no-secret',
    `source ${name}: the environment variable ${passwordVariable} is not set in this process`,
  );
}

function failure(settings: PostgresSettings, error: unknown): AppError {
  if (isAppError(error)) return error;
  const { code = '', message } = error as { code?: string; message: string };
  if (code === undefinedColumn)
    return new AppError('sources/schema-changed', `source ${settings.name}: ${message}`, { cause: error });
  if (blamesQuery.test(code))
    return new AppError('sources/bad-query', `source ${settings.name}: ${message} (${code})`, {
      cause: error,
    });
  return unreachable(settings, error);
}

function unreachable({ name, url, statementSeconds }: PostgresSettings, cause: unknown): AppError {
  const { code, message } = cause as { code?: string; message: string };
  const late = code === cancelled ? ` (statementSeconds is ${statementSeconds})` : '';
  return new AppError(
    'sources/unreachable',
    `Postgres at ${url} cannot be read for source ${name}: ${reasonOf(cause) || message}${late}`,
    { cause },
  );
}

/** The first cause: a host of several addresses fails once for each. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [inner] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return inner instanceof Error ? reasonOf(inner) : error.message;
}
