// The settings of one source: part of `schema.ts`, under `sources.<name>`.

import { type Static, type TSchema, type TUnsafe, Type } from 'typebox';
import type { SourceKind } from '../../core/index.ts';
import type { Same } from './serving-schema.ts';

/** One source of data, as the user states it. */
export interface SourceConfig {
  kind: SourceKind;
  url?: string;
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
  authentication?: 'signature' | 'body-signature' | 'bearer';
  signatureHeader?: string;
  deliveryHeader?: string;
  replaySeconds?: number;
  rowsPath?: string;
  fields?: Record<string, string>;
}

function sourceText(description: string, more: object = {}) {
  return Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description, ...more }));
}

const variable = { pattern: '^[A-Za-z_][A-Za-z0-9_]*$' };

const schema = Type.Object(
  {
    kind: Type.Enum(['postgres', 's3', 'webhook'], {
      description:
        'What is read: a query of PostgreSQL, or files in a bucket of an S3-compatible store; or `webhook`: what another system posts to `/v1/webhooks/NAME`.',
    }),
    url: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 2000,
        description:
          'Where it is: `postgres://host:5432/database`, or the address of the store, such as `https://s3.eu-central-1.amazonaws.com`. User and password have settings of their own.',
      }),
    ),
    project: sourceText('Project that the rows are for.', { defaultNote: 'the only project there is' }),
    schedule: sourceText('When it is read: a cron expression in the time zone of the project.', {
      default: '*/5 * * * *',
    }),
    user: sourceText('User at the database, or the id of the access key.'),
    passwordVariable: sourceText(
      'Name of the environment variable that holds the password, the secret key, or the secret of a webhook. What it holds is neither stored nor printed.',
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
      'S3 and webhook: the one of `mappings` of the project that says what its files and rows call their columns, and how they are written.',
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
    authentication: Type.Optional(
      Type.Enum(['signature', 'body-signature', 'bearer'], {
        default: 'signature',
        description:
          'Webhook: how a sender proves that it knows the secret: `signature` of time, id and body (as Standard Webhooks), `body-signature` of the body alone (as GitHub and Shopify), or `bearer`, the secret itself as `Authorization: Bearer`.',
      }),
    ),
    signatureHeader: sourceText(
      'Webhook, body-signature: header with HMAC-SHA-256 of the body, in hex (also behind `sha256=`) or base64, such as `X-Hub-Signature-256` or `X-Shopify-Hmac-Sha256`.',
      { pattern: '^[A-Za-z0-9-]+$', maxLength: 100, defaultNote: 'none: it must be given' },
    ),
    deliveryHeader: sourceText(
      'Webhook: header that names a delivery for good; one that is sent again brings the same.',
      { default: 'webhook-id', pattern: '^[A-Za-z0-9-]+$', maxLength: 100 },
    ),
    replaySeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 86_400,
        default: 300,
        description: 'Webhook: how old a signature may be, and how far ahead of the clock here.',
      }),
    ),
    rowsPath: sourceText(
      'Webhook: where the rows lie in the JSON that is sent, such as `data.lines`: an array, or an object that is one row.',
      { defaultNote: 'the payload is the rows' },
    ),
    fields: Type.Optional(
      Type.Record(
        Type.String({ minLength: 1, maxLength: 200 }),
        Type.String({ minLength: 1, maxLength: 500 }),
        {
          description:
            'Webhook: the field that each column of the project is read from, such as `product.sku`; of the whole payload where it begins with `$.`. All columns that the project needs must be named, as `mapping` calls them where there is one.',
          defaultNote: 'fields are called as the columns are',
        },
      ),
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
