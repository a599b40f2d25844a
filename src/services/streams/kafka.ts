// Kafka. Partitions are read from the offsets that the history holds, by plain fetches: no consumer group, since offsets that
// a group keeps cannot move in one commit with the rows.

import { readFile } from 'node:fs/promises';
import type { Consumer, FetchOptions, Producer, RecordsBatch } from '@platformatic/kafka';
import { AppError, type StreamSettings } from '../../core/index.ts';
import type {
  BrokerConnection,
  MessageSource,
  OutgoingMessage,
  Positions,
  PullLimits,
  ReplayFrom,
  StreamMessage,
} from './broker.ts';
import { reasonOf, unknownStream, unreachable } from './broker-errors.ts';

type Client = typeof import('@platformatic/kafka');

const connectMs = 5_000;
/** Of one fetch: what is held ahead of the pulls. Brokers send one batch of records whole, however large. */
const fetchBytesMax = 2 * 1024 * 1024;
const partitionBytesMax = 1024 * 1024;
/** Special times of ListOffsets. */
const earliest = -2n;
const latest = -1n;
const readCommitted = 1;
/** Bits of the attributes of a batch of records. */
const transactional = 1 << 4;
const control = 1 << 5;

export async function connectKafka(settings: StreamSettings): Promise<BrokerConnection> {
  const client = await loadClient();
  const options = {
    clientId: `almanac-${settings.name}`,
    bootstrapBrokers: settings.url.split(',').map((server) => server.trim()),
    connectTimeout: connectMs,
    timeout: connectMs,
    retries: 0,
    ...(await securityOf(settings)),
  };
  // The client wants the name of a group; none is joined and no offset is committed to it.
  const consumer = new client.Consumer({ ...options, groupId: options.clientId });
  const producer = new client.Producer({ ...options, acks: -1, retries: 3 });
  const close = async (): Promise<void> => {
    await consumer.close(true).catch(() => {});
    await producer.close().catch(() => {});
  };
  try {
    consumer.topics.track(settings.stream);
    const { id: clusterId, topics } = await consumer.metadata({ topics: [settings.stream] });
    const topicId = topics.get(settings.stream)?.id;
    if (topicId === undefined) throw unknownTopic(settings);
    return new KafkaTopic({ consumer, producer, close, settings, topicId, clusterId });
  } catch (error) {
    await close();
    throw failure(settings, error);
  }
}

async function loadClient(): Promise<Client> {
  try {
    return await import('@platformatic/kafka');
  } catch (cause) {
    throw new AppError(
      'streams/no-kafka',
      'the Kafka client is not installed: npm install @platformatic/kafka',
      { cause },
    );
  }
}

async function securityOf(settings: StreamSettings): Promise<object> {
  const { user, password, mechanism, tls, caFile } = settings;
  const ca = caFile === undefined ? {} : { ca: await readFile(caFile) };
  return {
    ...(tls ? { tls: ca, tlsServerName: true } : {}),
    ...(user === undefined ? {} : { sasl: { mechanism, username: user, password: password ?? '' } }),
  };
}

interface Parts {
  readonly consumer: Consumer;
  readonly producer: Producer;
  readonly close: () => Promise<void>;
  readonly settings: StreamSettings;
  readonly topicId: string;
  readonly clusterId: string;
}

class KafkaTopic implements BrokerConnection {
  readonly origin: string;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.origin = `kafka ${parts.clusterId} ${parts.settings.stream} ${parts.topicId}`;
  }

  async read(from: Positions, onMissed: (count: number) => void): Promise<MessageSource> {
    const first = await this.#offsetsAt(earliest);
    const next = new Map(first);
    for (const [partition, position] of from) {
      const kept = first.get(partition);
      if (kept === undefined) continue;
      next.set(partition, Math.max(kept, position));
      if (position > 0 && kept > position) onMissed(kept - position);
    }
    return new KafkaSource(this.#parts, next);
  }

  async positionsAt(from: ReplayFrom): Promise<Positions> {
    switch (from.kind) {
      case 'start':
        return new Map();
      case 'now':
        return this.#offsetsAt(latest);
      case 'sequence':
        return new Map([...(await this.#offsetsAt(earliest)).keys()].map((key) => [key, from.sequence]));
      case 'time': {
        const end = await this.#offsetsAt(latest);
        const found = await this.#offsetsAt(BigInt(from.at));
        // No message is that new: the partition goes on with the next one.
        return new Map([...end].map(([partition, last]) => [partition, found.get(partition) ?? last]));
      }
    }
  }

  async lag(positions: Positions): Promise<number> {
    const first = await this.#offsetsAt(earliest);
    let lag = 0;
    for (const [partition, end] of await this.#offsetsAt(latest))
      lag += Math.max(0, end - Math.max(positions.get(partition) ?? 0, first.get(partition) ?? 0));
    return lag;
  }

  async publish({ to, data, id, headers }: OutgoingMessage): Promise<void> {
    const told = new Map<Buffer, Buffer>();
    for (const [name, value] of Object.entries({ ...headers, 'almanac-message-id': id }))
      told.set(Buffer.from(name), Buffer.from(value));
    try {
      const message = { topic: to, key: Buffer.from(id), value: Buffer.from(data), headers: told };
      await this.#parts.producer.send({ messages: [message] });
    } catch (cause) {
      const tooLarge = apiErrorsOf(cause).includes('MESSAGE_TOO_LARGE');
      throw new AppError(
        tooLarge ? 'streams/too-large' : 'streams/not-taken',
        `Kafka did not store a message of ${data.length} bytes in ${to}: ${reasonOf(cause)}`,
        { cause },
      );
    }
  }

  close(): Promise<void> {
    return this.#parts.close();
  }

  /** Offsets by partition; partitions without a message at or after a time are left out. */
  async #offsetsAt(timestamp: bigint): Promise<Map<number, number>> {
    const { consumer, settings } = this.#parts;
    try {
      const found = await consumer.listOffsetsWithTimestamps({
        topics: [settings.stream],
        timestamp,
        isolationLevel: readCommitted,
      });
      const offsets = [...(found.get(settings.stream) ?? [])].sort(([a], [b]) => a - b);
      return new Map(
        offsets
          .filter(([, { offset }]) => offset >= 0n)
          .map(([partition, { offset }]) => [partition, Number(offset)]),
      );
    } catch (error) {
      throw failure(settings, error);
    }
  }
}

class KafkaSource implements MessageSource {
  readonly #parts: Parts;
  /** Where the next fetch begins, past records that carry no message. */
  readonly #next: Map<number, number>;
  #queue: StreamMessage[] = [];

  constructor(parts: Parts, next: Map<number, number>) {
    this.#parts = parts;
    this.#next = next;
  }

  async pull({ messagesMax, bytesMax, waitMs }: PullLimits): Promise<readonly StreamMessage[]> {
    if (this.#queue.length === 0) await this.#fetch(waitMs);
    let [count, bytes] = [0, 0];
    for (const { data } of this.#queue) {
      bytes += data.length;
      if (count === messagesMax || (count > 0 && bytes > bytesMax)) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  /** One fetch from each broker that leads a partition, all at once. */
  async #fetch(waitMs: number): Promise<void> {
    const { consumer, settings, topicId } = this.#parts;
    try {
      const { topics } = await consumer.metadata({ topics: [settings.stream] });
      const led = new Map<
        number,
        FetchOptions<Buffer, Buffer, Buffer, Buffer>['topics'][number]['partitions']
      >();
      for (const [partition, { leader }] of (topics.get(settings.stream)?.partitions ?? []).entries()) {
        const fetchOffset = BigInt(this.#next.get(partition) ?? 0);
        const asked = { partition, fetchOffset, partitionMaxBytes: partitionBytesMax };
        led.set(leader, [
          ...(led.get(leader) ?? []),
          { ...asked, currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
        ]);
      }
      const answers = await Promise.all(
        [...led].map(([node, partitions]) =>
          consumer.fetch({
            node,
            topics: [{ topicId, partitions }],
            maxWaitTime: waitMs,
            minBytes: 1,
            maxBytes: fetchBytesMax,
            isolationLevel: readCommitted,
          }),
        ),
      );
      for (const { partitionIndex, records, abortedTransactions } of answers.flatMap(({ responses }) =>
        responses.flatMap(({ partitions }) => partitions),
      ))
        this.#take(partitionIndex, records ?? [], abortedTransactions ?? []);
    } catch (error) {
      throw failure(settings, error);
    }
  }

  #take(
    partition: number,
    batches: readonly RecordsBatch[],
    aborted: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[],
  ): void {
    const next = this.#next.get(partition) ?? 0;
    const committed = withoutAborted(batches, aborted);
    for (const batch of committed)
      for (const { offsetDelta, value } of batch.records) {
        const sequence = Number(batch.firstOffset) + offsetDelta;
        // A batch is sent whole, also when the position lies inside it.
        if (sequence >= next) this.#queue.push({ partition, sequence, data: value ?? Buffer.alloc(0) });
      }
    const last = batches.at(-1);
    if (last !== undefined)
      this.#next.set(partition, Math.max(next, Number(last.firstOffset) + last.lastOffsetDelta + 1));
  }
}

/**
 * The batches that readers of committed records see: without control batches, and without those of transactions that were
 * aborted. An aborted transaction reaches from its first offset to the control batch of its producer.
 */
export function withoutAborted<Batch extends Pick<RecordsBatch, 'attributes' | 'producerId' | 'firstOffset'>>(
  batches: readonly Batch[],
  aborted: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[],
): Batch[] {
  const waiting = [...aborted].sort((a, b) => Number(a.firstOffset - b.firstOffset));
  const running = new Set<bigint>();
  return batches.filter(({ attributes, producerId, firstOffset }) => {
    for (
      let first = waiting[0];
      first !== undefined && first.firstOffset <= firstOffset;
      first = waiting[0]
    ) {
      running.add(first.producerId);
      waiting.shift();
    }
    if ((attributes & control) !== 0) {
      running.delete(producerId);
      return false;
    }
    return (attributes & transactional) === 0 || !running.has(producerId);
  });
}

function unknownTopic(settings: StreamSettings): AppError {
  return unknownStream(settings, { name: 'Kafka', kind: 'topic' });
}

function failure(settings: StreamSettings, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const unknown = apiErrorsOf(error).includes('UNKNOWN_TOPIC_OR_PARTITION');
  if (unknown || reasonOf(error).startsWith('Unknown topic')) return unknownTopic(settings);
  return unreachable(settings, { name: 'Kafka', cause: error });
}

/** The protocol's names of what went wrong, wherever the client has put them. */
function apiErrorsOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const own = 'apiId' in error ? [String(error.apiId)] : [];
  const inner = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  return [...own, ...inner.flatMap(apiErrorsOf), ...apiErrorsOf(error.cause)];
}
