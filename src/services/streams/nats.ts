// NATS JetStream. Messages are read by an ordered consumer from the position that the history holds, without
// acknowledgements: a durable consumer would hand what a killed reader had in hand to the next one after later messages.

import { readFile } from 'node:fs/promises';
import {
  type Consumer,
  type ConsumerMessages,
  DeliverPolicy,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  type StreamInfo,
} from '@nats-io/jetstream';
import {
  connect,
  credsAuthenticator,
  headers,
  type NatsConnection,
  type NodeConnectionOptions,
} from '@nats-io/transport-node';
import { AppError, type StreamSettings } from '../../core/index.ts';
import type {
  BrokerConnection,
  MessageSource,
  OutgoingMessage,
  Positions,
  PullLimits,
  ReplayFrom,
  StreamMessage,
  Timers,
} from './broker.ts';
import { reasonOf, unknownStream, unreachable } from './broker-errors.ts';

const connectMs = 5_000;
const publishMs = 10_000;
/**
 * Asked for ahead of need: so many messages, fewer where they are large. Not asked for in bytes: broker and client count these
 * differently, and then wait for each other until the request expires.
 */
const aheadMessagesMax = 4_000;
const aheadBytes = 16 * 1024 * 1024;
/** How long one request for messages stands at the broker, and so the longest that a lost one can go unnoticed. */
const requestMs = 5_000;
/** Handed over by the client and not pulled yet. */
const queueMessagesMax = 4_000;
/** A consumer that only answers a question, should its deletion be lost. */
const askingMs = 10_000;
const nanosPerMs = 1e6;
/** JSStreamNotFoundErr of the JetStream API. */
const streamNotFound = 10_059;

export async function connectNats(settings: StreamSettings, timers: Timers): Promise<BrokerConnection> {
  const nc = await connectServer(settings);
  try {
    const manager = await jetstreamManager(nc, { timeout: connectMs });
    const info = await manager.streams.info(settings.stream);
    checkRetention(settings, info);
    return new NatsStream({ nc, manager, client: jetstream(nc), settings, timers, info });
  } catch (error) {
    await nc.close();
    throw failure(settings, error);
  }
}

async function connectServer(settings: StreamSettings): Promise<NatsConnection> {
  const { user, password, token, credentialsFile, tls, caFile, url, name } = settings;
  const options: NodeConnectionOptions = {
    servers: url.split(',').map((server) => server.trim()),
    name: `almanac ${name}`,
    timeout: connectMs,
    // The reader begins again from its position: one way to come back, whatever went wrong.
    reconnect: false,
    ...(user === undefined ? {} : { user, pass: password ?? '' }),
    ...(token === undefined ? {} : { token }),
    ...(tls ? { tls: caFile === undefined ? {} : { caFile } } : {}),
  };
  try {
    if (credentialsFile !== undefined)
      options.authenticator = credsAuthenticator(await readFile(credentialsFile));
    return await connect(options);
  } catch (error) {
    throw failure(settings, error);
  }
}

function checkRetention(settings: StreamSettings, info: StreamInfo): void {
  if (info.config.retention === RetentionPolicy.Limits) return;
  throw new AppError(
    'streams/unsupported-retention',
    `stream ${settings.stream} of ${settings.name} has retention ${info.config.retention}: its messages could not be read again after a crash`,
  );
}

interface Parts {
  readonly nc: NatsConnection;
  readonly manager: JetStreamManager;
  readonly client: JetStreamClient;
  readonly settings: StreamSettings;
  readonly timers: Timers;
  readonly info: StreamInfo;
}

class NatsStream implements BrokerConnection {
  readonly origin: string;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.origin = `nats ${parts.settings.stream} ${parts.info.created}`;
  }

  async read(from: Positions, onMissed: (count: number) => void): Promise<MessageSource> {
    const { client, nc, settings, timers } = this.#parts;
    const next = from.get(0) ?? 0;
    const { first_seq: first, bytes, messages } = (await this.#info()).state;
    if (next > 0 && first > next) onMissed(first - next);
    const fitting = messages === 0 ? aheadMessagesMax : Math.floor((aheadBytes * messages) / bytes);
    const aheadMessages = Math.max(1, Math.min(aheadMessagesMax, fitting));
    return this.#told(async () => {
      const consumer = await client.consumers.get(settings.stream, {
        ...startOf(next),
        ...this.#filter('filter_subjects'),
      });
      return NatsSource.open({ consumer, nc, settings, timers, aheadMessages });
    });
  }

  async positionsAt(from: ReplayFrom): Promise<Positions> {
    switch (from.kind) {
      case 'start':
        return new Map();
      case 'now':
        return new Map([[0, (await this.#info()).state.last_seq + 1]]);
      case 'sequence':
        return new Map([[0, from.sequence]]);
      case 'time':
        return this.#asking(
          { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(from.at).toISOString() },
          // A consumer that begins at a message says that the ones before it are delivered.
          ({ delivered }) => new Map([[0, delivered.stream_seq + 1]]),
        );
    }
  }

  async lag(positions: Positions): Promise<number> {
    const next = positions.get(0) ?? 0;
    const { first_seq: first, last_seq: last } = (await this.#info()).state;
    if (this.#parts.settings.subject !== undefined)
      return this.#asking(startOf(next), ({ num_pending: pending }) => pending);
    // Sequences begin at 1; an empty stream says 0 for both ends.
    return Math.max(0, last + 1 - Math.max(1, first, next));
  }

  async publish({ to, data, id, headers: given }: OutgoingMessage): Promise<void> {
    const { client, nc } = this.#parts;
    const told = headers();
    for (const [name, value] of Object.entries(given)) told.set(name, value);
    const bytesMax = (nc.info?.max_payload ?? 0) - headerBytes(given, id);
    if (data.length > bytesMax)
      throw new AppError(
        'streams/too-large',
        `${data.length} bytes are more than the ${bytesMax} that NATS takes`,
        {
          details: { bytesMax },
        },
      );
    try {
      await client.publish(to, data, { msgID: id, headers: told, timeout: publishMs });
    } catch (cause) {
      throw new AppError('streams/not-taken', `NATS did not store a message for ${to}: ${reasonOf(cause)}`, {
        cause,
      });
    }
  }

  close(): Promise<void> {
    return this.#parts.nc.close();
  }

  /** @throws AppError `streams/other-stream` when it was made anew since this connection began: its consumer would wait in vain */
  #info(): Promise<StreamInfo> {
    const { manager, settings, info } = this.#parts;
    return this.#told(async () => {
      const now = await manager.streams.info(settings.stream);
      if (now.created === info.created) return now;
      throw new AppError('streams/other-stream', `stream ${settings.stream} was deleted and made again`);
    });
  }

  /** Makes a consumer for what the broker says of it, and removes it. */
  #asking<T>(
    start: { deliver_policy: DeliverPolicy; opt_start_seq?: number; opt_start_time?: string },
    answer: (info: { delivered: { stream_seq: number }; num_pending: number }) => T,
  ): Promise<T> {
    const { manager, settings } = this.#parts;
    return this.#told(async () => {
      const made = await manager.consumers.add(settings.stream, {
        ...start,
        ...this.#filter('filter_subject'),
        inactive_threshold: askingMs * nanosPerMs,
      });
      await manager.consumers.delete(settings.stream, made.name);
      return answer(made);
    });
  }

  #filter<Name extends string>(name: Name): Partial<Record<Name, string>> {
    const { subject } = this.#parts.settings;
    return subject === undefined ? {} : ({ [name]: subject } as Record<Name, string>);
  }

  async #told<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw failure(this.#parts.settings, error);
    }
  }
}

function startOf(next: number): { deliver_policy: DeliverPolicy; opt_start_seq?: number } {
  return next <= 1
    ? { deliver_policy: DeliverPolicy.All }
    : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: next };
}

/** Pulled ahead of need up to a bound: the client asks the broker for more only as messages are taken from it. */
class NatsSource implements MessageSource {
  readonly #timers: Timers;
  readonly #settings: StreamSettings;
  #queue: StreamMessage[] = [];
  #ended: AppError | undefined;
  #wakePull: (() => void) | undefined;
  #wakePump: (() => void) | undefined;
  #last = 0;

  private constructor(settings: StreamSettings, timers: Timers) {
    this.#settings = settings;
    this.#timers = timers;
  }

  static async open(parts: {
    consumer: Consumer;
    nc: NatsConnection;
    settings: StreamSettings;
    timers: Timers;
    aheadMessages: number;
  }): Promise<NatsSource> {
    const { consumer, nc, settings } = parts;
    const messages = await consumer.consume({ max_messages: parts.aheadMessages, expires: requestMs });
    const source = new NatsSource(settings, parts.timers);
    void nc.closed().then((error) => source.#end(error ?? new Error('the connection was closed')));
    void source.#pump(messages);
    return source;
  }

  async pull({ messagesMax, bytesMax, waitMs }: PullLimits): Promise<readonly StreamMessage[]> {
    if (this.#queue.length === 0 && this.#ended === undefined) await this.#wait(waitMs);
    if (this.#queue.length === 0 && this.#ended !== undefined) throw this.#ended;
    let [count, bytes] = [0, 0];
    for (const { data } of this.#queue) {
      bytes += data.length;
      if (count === messagesMax || (count > 0 && bytes > bytesMax)) break;
      count++;
    }
    const pulled = this.#queue.splice(0, count);
    this.#wakePump?.();
    return pulled;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#timers.setTimeout(resolve, ms);
      this.#wakePull = () => {
        this.#timers.clearTimeout(timer);
        resolve();
      };
    });
  }

  async #pump(messages: ConsumerMessages): Promise<void> {
    try {
      for await (const message of messages) {
        if (this.#ended !== undefined) return;
        this.#take(message);
        if (this.#queue.length < queueMessagesMax) continue;
        await new Promise<void>((resolve) => {
          this.#wakePump = resolve;
        });
      }
      this.#end(new Error('the consumer ended'));
    } catch (error) {
      this.#end(error);
    }
  }

  #take(message: JsMsg): void {
    const { seq: sequence, data } = message;
    if (sequence <= this.#last) {
      this.#end(new Error(`message ${sequence} came after ${this.#last}`));
      return;
    }
    this.#last = sequence;
    this.#queue.push({ partition: 0, sequence, data });
    this.#wakePull?.();
  }

  #end(error: unknown): void {
    this.#ended ??= failure(this.#settings, error);
    this.#wakePull?.();
    this.#wakePump?.();
  }
}

/** As they count towards the largest message: a line each, the version line and the empty one. */
function headerBytes(given: Readonly<Record<string, string>>, id: string): number {
  const lines = Object.entries({ ...given, 'Nats-Msg-Id': id });
  return lines.reduce((sum, [name, value]) => sum + Buffer.byteLength(`${name}: ${value}\r\n`), 24);
}

function failure(settings: StreamSettings, error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof JetStreamApiError && error.code === streamNotFound)
    return unknownStream(settings, { name: 'NATS', kind: 'stream', cause: error });
  return unreachable(settings, { name: 'NATS', cause: error });
}
