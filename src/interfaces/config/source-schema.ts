// The settings of one source: part of `schema.ts`, under `sources.<name>`.

import { type Static, type TSchema, type TUnsafe, Type } from 'typebox';
import type { SourceKind } from '../../core/index.ts';
import type { Same } from './serving-schema.ts';

/** One source of data, as the user states it. */
export interface SourceConfig {
  kind: SourceKind;
  url: string;
  project?: string;
  schedule?: string;
  user?: string;
  passwordVariable?: string;
  tls?: boolean;
  caFile?: string;
  bucket?: string;
  prefix?: string;
  ending?: string;
  region?: string;
  mapping?: string;
  query?: string;
  watermark?: string;
  key?: string[];
  lateMinutes?: number;
  lateCount?: number;
  statementSeconds?: number;
}

function sourceText(description: string, more: object = {}) {
  return Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description, ...more }));
}

const variable = { pattern: '^[A-Za-z_][A-Za-z0-9_]*$' };

const schema = Type.Object(
  {
    kind: Type.Enum(['postgres', 's3'], {
      description: 'What is read: a query of PostgreSQL, or files in a bucket of an S3-compatible store.',
    }),
    url: Type.String({
      minLength: 1,
      maxLength: 2000,
      description:
        'Where it is: `postgres://host:5432/database`, or the address of the store, such as `https://s3.eu-central-1.amazonaws.com`. User and password have settings of their own.',
    }),
    project: sourceText('Project that the rows are for.', { defaultNote: 'the only project there is' }),
    schedule: sourceText('When it is read: a cron expression in the time zone of the project.', {
      default: '*/5 * * * *',
    }),
    user: sourceText('User at the database, or the id of the access key.'),
    passwordVariable: sourceText(
      'Name of the environment variable that holds the password, or the secret key. What it holds is neither stored nor printed.',
      { ...variable, defaultNote: 'none: no password is sent' },
    ),
    tls: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Postgres: encrypt the connection and check who answers.',
      }),
    ),
    caFile: sourceText(
      "Postgres: PEM file with the authority that signed the server's certificate, relative to the configuration file.",
      { defaultNote: 'those that Node trusts' },
    ),
    bucket: sourceText('S3: the bucket.'),
    prefix: sourceText('S3: only keys that begin so.', { defaultNote: 'all of the bucket' }),
    ending: sourceText('S3: only keys that end so, such as `.csv.gz`.', { defaultNote: 'all' }),
    mapping: sourceText(
      'S3: the one of `mappings` of the project that says what its files call their columns, and how they are written.',
      { defaultNote: 'none: as in the project' },
    ),
    region: sourceText('S3: the region that requests are signed for.', { default: 'us-east-1' }),
    query: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 20_000,
        description:
          'Postgres: one `select` with the columns of the project, of the key and the watermark, without `order by` and without a limit.',
      }),
    ),
    watermark: sourceText(
      'Postgres: column that rises with every new or changed row: a timestamptz, timestamp, date or integer.',
    ),
    key: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
        minItems: 1,
        maxItems: 20,
        description: 'Postgres: columns that together name a row for good, such as its primary key.',
        defaultNote: 'none: it must be given',
      }),
    ),
    lateMinutes: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 525_600,
        default: 60,
        description:
          'Postgres, watermarks of time: how far below the highest one rows may still come to light or change. Longer than the longest transaction that writes.',
      }),
    ),
    lateCount: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000_000,
        default: 1000,
        description: 'Postgres, watermarks that are integers: the same, in numbers.',
      }),
    ),
    statementSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 86_400,
        default: 300,
        description: 'Postgres: longest a statement may take.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** The schema of one source. */
export const source: TUnsafe<SourceConfig> = Type.Unsafe<SourceConfig>(schema);
export const sourceSchema: TSchema = schema;

// Fails to compile when the interface above leaves the schema.
const agrees: Same<Static<typeof schema>, SourceConfig> = true;
void agrees;
