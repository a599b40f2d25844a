// The loop over one stream: take the lease, connect, read from the stored positions, hand over, and begin again after
// whatever went wrong. Nothing is pulled while messages are being taken in, so a slow disk slows the reading, not the memory.

import { AppError, type Clock, isAppError, type StreamSettings } from '../../core/index.ts';
import type { StreamStore } from '../../storage/ports/index.ts';
import type { BrokerConnection, Connect, MessageSource, StreamMessage, Timers } from './broker.ts';
import { ReadingPositions } from './positions.ts';
import type { Work } from './work.ts';

/** How long nobody else reads after a renewal. Losing it costs speed only: positions decide who got through. */
const leaseMs = 5_000;
const renewMs = 1_500;
/** For the first message of a pull, and then for company. */
const waitMs = 1_000;
const lingerMs = 100;
/** How often a standby asks whether the lease is free. */
const standbyMs = 1_000;
const backOffMs = { min: 200, max: 15_000 };

/** `standby`: another process reads. `retrying`: something failed, see the reason. */
export type ReaderState = 'stopped' | 'connecting' | 'reading' | 'standby' | 'retrying';

export interface ReaderLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ReaderOptions {
  readonly settings: StreamSettings;
  readonly work: Work;
  readonly store: StreamStore;
  readonly connect: Connect;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly log: ReaderLog;
  /** Names this reader among all processes. */
  readonly holder: string;
  /** True when the process of that holder has surely ended. */
  readonly isGone: (holder: string) => boolean;
}

export class StreamReader {
  state: ReaderState = 'stopped';
  /** Why it is not reading; undefined while it is. */
  reason: string | undefined;
  /** Messages not taken in, as counted at the last renewal; undefined before the first. */
  lag: number | undefined;
  /** Messages that the broker had removed before they were read, at most, since the start. */
  missed = 0;
  readonly #options: ReaderOptions;
  #stopping = false;
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Finishes what is being taken in, and lets another process read at once. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { store, settings, holder } = this.#options;
    let failures = 0;
    while (!this.#stopping) {
      try {
        if (await this.#lease()) {
          await this.#session(() => {
            failures = 0;
          });
        } else this.#tell('standby', 'another process reads the stream');
      } catch (error) {
        if (!isAppError(error, 'streams/position-moved')) this.#failed(error);
        failures++;
      }
      if (this.#stopping) break;
      const backOff = Math.min(backOffMs.max, backOffMs.min * 2 ** Math.min(failures, 10));
      await this.#pause(this.state === 'standby' ? standbyMs : backOff);
    }
    this.#tell('stopped', undefined);
    await store.releaseStream(settings.name, holder).catch(() => {});
  }

  /** One connection, until it breaks or the reader stops. */
  async #session(onProgress: () => void): Promise<void> {
    const { settings, connect, timers } = this.#options;
    if (this.state !== 'retrying') this.#tell('connecting', undefined);
    const connection = await connect(settings, timers);
    let renewal: Renewal | undefined;
    try {
      const positions = await this.#positions(connection);
      renewal = this.#renewing(connection, positions);
      const source = await connection.read(positions.next, (count) => this.#tellMissed(count));
      this.#tell('reading', undefined);
      while (!this.#stopping) {
        if (renewal.failure !== undefined) throw renewal.failure;
        const messages = await this.#pull(source);
        if (messages.length === 0) await this.#checkUnmoved(positions);
        else await this.#options.work.apply(messages, { connection, positions });
        onProgress();
      }
    } finally {
      await renewal?.stop();
      await connection.close().catch(() => {});
    }
  }

  /** Up to one pull's worth: at once when so much is there, else what comes within the linger. */
  async #pull(source: MessageSource): Promise<readonly StreamMessage[]> {
    const { work, clock } = this.#options;
    const pulled: StreamMessage[] = [];
    let bytes = 0;
    let until = Number.POSITIVE_INFINITY;
    while (!this.#stopping && pulled.length < work.messagesMax && bytes < work.bytesMax) {
      const leftMs = pulled.length === 0 ? waitMs : until - clock.now();
      if (leftMs <= 0) break;
      const more = await source.pull({
        messagesMax: work.messagesMax - pulled.length,
        bytesMax: work.bytesMax - bytes,
        waitMs: leftMs,
      });
      if (more.length === 0) break;
      if (pulled.length === 0) until = clock.now() + lingerMs;
      for (const message of more) {
        pulled.push(message);
        bytes += message.data.length;
      }
    }
    return pulled;
  }

  async #positions(connection: BrokerConnection): Promise<ReadingPositions> {
    const { store, settings, clock } = this.#options;
    const record = await store.readStream(settings.name);
    const stored = new Map((record?.positions ?? []).map(({ partition, next }) => [partition, next]));
    const origin = record?.origin ?? '';
    if (origin === '') {
      await store.resetStream({
        name: settings.name,
        origin: connection.origin,
        at: clock.now(),
        positions: stored,
      });
    } else if (origin !== connection.origin)
      throw new AppError(
        'streams/other-stream',
        `stream ${settings.name} was read from "${origin}", and the broker now has "${connection.origin}": ` +
          `almanac streams replay ${settings.name} --from start, or --from now`,
      );
    return new ReadingPositions(stored);
  }

  async #checkUnmoved(positions: ReadingPositions): Promise<void> {
    const { store, settings } = this.#options;
    const record = await store.readStream(settings.name);
    if (positions.differ(record?.positions ?? []))
      throw new AppError('streams/position-moved', `the position of ${settings.name} was moved`);
  }

  async #lease(): Promise<boolean> {
    const { store, settings, holder, clock, isGone } = this.#options;
    const now = clock.now();
    const lease = { name: settings.name, holder, now, leaseUntil: now + leaseMs };
    if (await store.leaseStream(lease)) return true;
    const other = (await store.readStream(settings.name))?.holder ?? null;
    if (other === null || !isGone(other)) return false;
    await store.releaseStream(settings.name, other);
    return store.leaseStream(lease);
  }

  /** Keeps the lease while messages are read, and counts those that wait. */
  #renewing(connection: BrokerConnection, positions: ReadingPositions): Renewal {
    const { timers, settings } = this.#options;
    const renewal: Renewal = { failure: undefined, stop: async () => {} };
    let timer: unknown;
    let [round, counting]: [Promise<void>, Promise<void> | undefined] = [Promise.resolve(), undefined];
    let stopped = false;
    const count = async (): Promise<void> => {
      try {
        this.lag = await connection.lag(positions.next);
      } catch (error) {
        // A store or broker that fails here fails the reading too, which tells of it; a stream made anew only falls silent.
        if (isAppError(error, 'streams/other-stream')) renewal.failure = error;
      }
      counting = undefined;
    };
    const renew = async (): Promise<void> => {
      if (!(await this.#lease().catch(() => true)))
        renewal.failure = new AppError('streams/position-moved', `another process reads ${settings.name}`);
      // A slow broker must not hold up the next renewal.
      counting ??= count();
    };
    const schedule = (ms: number): void => {
      if (stopped) return;
      timer = timers.setTimeout(() => {
        round = renew().then(() => schedule(renewMs));
      }, ms);
    };
    schedule(0);
    renewal.stop = async () => {
      stopped = true;
      timers.clearTimeout(timer);
      await round;
      await counting;
    };
    return renewal;
  }

  #tellMissed(count: number): void {
    this.missed += count;
    const { log, settings } = this.#options;
    log.error(
      { stream: settings.name, count },
      'messages were removed by the broker before they were read: raise its retention',
    );
  }

  #failed(error: unknown): void {
    const { log, settings } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    if (reason !== this.reason) log.error({ stream: settings.name, reason }, 'stream not read, trying again');
    this.#tell('retrying', reason);
  }

  #tell(state: ReaderState, reason: string | undefined): void {
    const { log, settings } = this.#options;
    if (state === 'reading' && this.state !== 'reading')
      log.info({ stream: settings.name }, 'reading stream');
    this.state = state;
    this.reason = reason;
  }

  #pause(ms: number): Promise<void> {
    const { timers } = this.#options;
    return new Promise((resolve) => {
      const timer = timers.setTimeout(resolve, ms);
      this.#wake = () => {
        timers.clearTimeout(timer);
        resolve();
      };
    });
  }
}

interface Renewal {
  /** Why reading must not go on; undefined while it may. */
  failure: AppError | undefined;
  stop: () => Promise<void>;
}
