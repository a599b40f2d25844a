// A source of data that is read by the clock, as the configuration states it and as the sources room reads it.

export type SourceKind = 'postgres';

interface SourceBase {
  /** Our name for it: metrics, commands and positions go by it. */
  readonly name: string;
  readonly project: string;
  /** When it is read: a cron expression in the time zone of the project. */
  readonly schedule: string;
  /** The secret that names of variables lead to is read when it is needed, and kept nowhere. */
  readonly user?: string;
  /** Environment variable that holds the password. */
  readonly passwordVariable?: string;
  readonly tls: boolean;
  /** PEM file with the authority that signed the server's certificate. Absent = those the platform trusts. */
  readonly caFile?: string;
}

/** Rows of a query, read from where its watermark stood. */
export interface PostgresSettings extends SourceBase {
  readonly kind: 'postgres';
  /** `postgres://host:port/database`. */
  readonly url: string;
  readonly query: string;
  /** Column that rises with every new or changed row, late rows excepted. */
  readonly watermark: string;
  /** Columns that together name a row for good. */
  readonly key: readonly string[];
  /** How far below the highest watermark rows may still come or change: of times in minutes, of numbers as they are. */
  readonly lateMinutes: number;
  readonly lateCount: number;
  /** Longest a statement may take. */
  readonly statementSeconds: number;
}

export type SourceSettings = PostgresSettings;
