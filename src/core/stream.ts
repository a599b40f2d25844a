// A stream of messages at a broker, as the configuration states it and as the streams room reads it.

export type StreamKind = 'nats' | 'kafka';
/** What the messages of a stream are: rows of demand, or questions to answer. */
export type StreamRole = 'observations' | 'forecasts';

export interface StreamSettings {
  /** Our name for it: metrics, commands and positions go by it. */
  readonly name: string;
  readonly kind: StreamKind;
  /** `nats://host:port`, or `host:port` for Kafka; several separated by commas. */
  readonly url: string;
  /** The JetStream stream, or the Kafka topic. */
  readonly stream: string;
  /** NATS: only messages of this subject, wildcards allowed. Absent = all of the stream. */
  readonly subject?: string;
  readonly project: string;
  readonly role: StreamRole;
  /** Subject or topic for messages that cannot be read. Absent = they are quarantined, or answered with an error. */
  readonly deadLetter?: string;
  /** Subject or topic for answers; forecasts only. */
  readonly answers?: string;
  readonly user?: string;
  readonly password?: string;
  /** NATS: a token instead of user and password. */
  readonly token?: string;
  /** NATS: path of a credentials file (JWT and seed). */
  readonly credentialsFile?: string;
  /** Kafka: how user and password are sent. */
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  readonly tls: boolean;
  /** PEM file with the authority that signed the broker's certificate. Absent = those the platform trusts. */
  readonly caFile?: string;
}
