// A source of data that is read by the clock, or sends its rows itself, as the configuration states it and as the sources room reads it.

export type SourceKind = 'postgres' | 's3' | 'webhook';

interface SourceBase {
  /** Our name for it: metrics, commands and positions go by it. */
  readonly name: string;
  readonly project: string;
  /** When it is read: a cron expression in the time zone of the project. */
  readonly schedule: string;
  /** User of a database, or the id of an access key. */
  readonly user: string;
  /** Environment variable that holds the password or secret key: read when it is needed, and kept nowhere. */
  readonly passwordVariable?: string;
}

/** Rows of a query, read from where its watermark stood. */
export interface PostgresSettings extends SourceBase {
  readonly kind: 'postgres';
  /** `postgres://host:port/database`. */
  readonly url: string;
  readonly tls: boolean;
  /** PEM file with the authority that signed the server's certificate. Absent = those the platform trusts. */
  readonly caFile?: string;
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

/** Files under a prefix of a bucket, each taken in once, and again when it has changed. */
export interface S3Settings extends SourceBase {
  readonly kind: 's3';
  /** Of the store: `https://host`. */
  readonly url: string;
  readonly bucket: string;
  readonly prefix: string;
  /** Only keys that end so; '' = all. */
  readonly ending: string;
  readonly region: string;
  /** The mapping of the project that its files are read by. Absent = none. */
  readonly mapping?: string;
}

/** Rows that another system posts to an address of its own, each delivery once. */
export interface WebhookSettings {
  readonly name: string;
  readonly kind: 'webhook';
  readonly project: string;
  /** Environment variable that holds the secret; two of them, apart by a blank, while one takes over from the other. */
  readonly passwordVariable: string;
  /** How a sender proves that it knows the secret: it signs time, id and body; or the body alone; or sends it. */
  readonly authentication: 'signature' | 'body-signature' | 'bearer';
  /** Header that holds the signature of the body alone. In small letters. Absent = it has a name of its own. */
  readonly signatureHeader?: string;
  /** Header that names a delivery for good: one that is sent again brings the same. In small letters. */
  readonly deliveryHeader: string;
  /** How old, and how far ahead of our clock, a signature may be. */
  readonly replaySeconds: number;
  /** Where rows lie in a payload of JSON, field by field; absent = it is the rows. */
  readonly rowsPath?: string;
  /** Columns of the project, and the field of a row that each is read from; of the whole payload where it begins with `$.`. */
  readonly fields?: Readonly<Record<string, string>>;
  /** The mapping of the project that its rows are read by. Absent = none. */
  readonly mapping?: string;
}

/** A source that is read by the clock. */
export type ReadSourceSettings = PostgresSettings | S3Settings;

export type SourceSettings = ReadSourceSettings | WebhookSettings;
