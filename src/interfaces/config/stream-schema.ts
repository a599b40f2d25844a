// The settings of one stream: part of `schema.ts`, under `streams.<name>`.

import { type Static, type TSchema, type TUnsafe, Type } from 'typebox';
import type { StreamKind, StreamRole } from '../../core/index.ts';

/** One stream at a broker, as the user states it. */
export interface StreamConfig {
  kind: StreamKind;
  url: string;
  stream: string;
  subject?: string;
  project?: string;
  role?: StreamRole;
  deadLetter?: string;
  answers?: string;
  user?: string;
  password?: string;
  token?: string;
  credentialsFile?: string;
  mechanism?: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  tls?: boolean;
  caFile?: string;
}

function streamText(description: string, more: object = {}) {
  return Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description, ...more }));
}

const schema = Type.Object(
  {
    kind: Type.Enum(['nats', 'kafka'], { description: 'What the broker speaks: NATS JetStream or Kafka.' }),
    url: Type.String({
      minLength: 1,
      maxLength: 2000,
      description:
        'Where the broker listens: `nats://host:4222`, or `host:9092` for Kafka; several separated by commas. User and password have settings of their own.',
    }),
    stream: Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'The JetStream stream (retention `limits`), or the Kafka topic.',
    }),
    subject: streamText('NATS: only messages of this subject, wildcards allowed.', {
      defaultNote: 'all of the stream',
    }),
    project: streamText('Project that the messages are for.', {
      defaultNote: 'the only project there is',
    }),
    role: Type.Optional(
      Type.Enum(['observations', 'forecasts'], {
        default: 'observations',
        description: 'What the messages are: rows of demand, or requests for forecasts.',
      }),
    ),
    deadLetter: streamText(
      'Subject or topic for messages that cannot be read, with the reason in the header `almanac-reason`.',
      { defaultNote: 'none: they are quarantined, or answered with an error' },
    ),
    answers: streamText(
      'Subject or topic for the answers to forecast requests; needed with role `forecasts`.',
    ),
    user: streamText('User at the broker.'),
    password: streamText('Its password.', { secret: true }),
    token: streamText('NATS: a token instead of user and password.', { secret: true }),
    credentialsFile: streamText('NATS: path of a credentials file, relative to the configuration file.'),
    mechanism: Type.Optional(
      Type.Enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'], {
        default: 'PLAIN',
        description: 'Kafka: how user and password are sent (SASL).',
      }),
    ),
    tls: Type.Optional(
      Type.Boolean({ default: false, description: 'Encrypt the connection and check who answers.' }),
    ),
    caFile: streamText(
      "PEM file with the authority that signed the broker's certificate, relative to the configuration file.",
      { defaultNote: 'those that Node trusts' },
    ),
  },
  { additionalProperties: false },
);

/** The schema of one stream. */
export const stream: TUnsafe<StreamConfig> = Type.Unsafe<StreamConfig>(schema);
export const streamSchema: TSchema = schema;

// Fails to compile when the interface above leaves the schema.
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const agrees: Same<Static<typeof schema>, StreamConfig> = true;
void agrees;
