// All streams of an installation: those that this process reads, what is known of them, and where to read on from.

import { AppError, assert, type Clock, type StreamSettings, unreachable } from '../../core/index.ts';
import type { StreamRecord, StreamStore } from '../../storage/ports/index.ts';
import type { DataService } from '../data/index.ts';
import type { Projects } from '../projects/index.ts';
import type { ForecastRequest, Serving } from '../serving/index.ts';
import { AnswerWork } from './answer.ts';
import type { BrokerConnection, Connect, ReplayFrom, Timers } from './broker.ts';
import { connectBroker } from './connect.ts';
import { ObserveWork } from './observe.ts';
import { type ReaderLog, type ReaderState, StreamReader } from './reader.ts';
import type { Work } from './work.ts';

export interface StreamsOptions {
  readonly streams: readonly StreamSettings[];
  readonly projects: Pick<Projects, 'find'>;
  readonly store: StreamStore;
  readonly data: Pick<DataService, 'ingestBody'>;
  readonly serving: Pick<Serving, 'answer'>;
  /** @throws AppError naming the field at fault */
  readonly checkRequest: (value: unknown) => ForecastRequest | Promise<ForecastRequest>;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly log: ReaderLog;
  readonly reader: { readonly workerId: string; isGone(workerId: string): boolean };
  /** Default: NATS and Kafka. */
  readonly connect?: Connect;
}

export interface StreamStatus {
  readonly name: string;
  readonly kind: StreamSettings['kind'];
  readonly stream: string;
  readonly role: StreamSettings['role'];
  readonly project: string;
  /** Of this process; `elsewhere` = another one reads, `idle` = nobody does. */
  readonly state: ReaderState | 'elsewhere' | 'idle';
  /** Why it is not reading; null while it is. */
  readonly reason: string | null;
  /** Messages taken in, and those of them set aside as unreadable; replays counted again. */
  readonly messages: number;
  readonly deadLetters: number;
  /** Messages that were removed by the broker before they were read, at most, since this process started. */
  readonly missed: number;
  /** Messages that wait; null = not known. */
  readonly lag: number | null;
  /** The first message of each partition that has not been taken in. */
  readonly positions: readonly { readonly partition: number; readonly next: number }[];
  /** UTC milliseconds; null = nothing was taken in yet. */
  readonly movedAt: number | null;
}

export class Streams {
  readonly #options: StreamsOptions;
  readonly #readers: Map<string, StreamReader> = new Map();
  #started = false;

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** Begins to read every stream of which the project is there. */
  start(): void {
    this.#started = true;
    for (const settings of this.#options.streams) this.#begin(settings);
  }

  /** Reads the streams of a project from now on as the project is: anew with other settings, not at all without it. */
  async follow(project: string): Promise<void> {
    if (!this.#started) return;
    const own = this.#options.streams.filter((settings) => settings.project === project);
    for (const settings of own) {
      await this.#readers.get(settings.name)?.stop();
      this.#readers.delete(settings.name);
      if (this.#started) this.#begin(settings);
    }
  }

  #begin(settings: StreamSettings): void {
    const { store, connect = connectBroker, timers, clock, log, reader } = this.#options;
    if (this.#obstacle(settings) !== undefined) return;
    const made = new StreamReader({
      settings,
      work: this.#workOf(settings),
      store,
      connect,
      timers,
      clock,
      log,
      holder: reader.workerId,
      isGone: (holder) => reader.isGone(holder),
    });
    this.#readers.set(settings.name, made);
    made.start();
  }

  /** Why a stream cannot be read whatever its broker says; undefined when it can. */
  #obstacle({ project }: StreamSettings): string | undefined {
    return this.#options.projects.find(project) === undefined ? `there is no project ${project}` : undefined;
  }

  async stop(): Promise<void> {
    this.#started = false;
    await Promise.all([...this.#readers.values()].map((reader) => reader.stop()));
  }

  /** Why streams are not being read here, in words; [] when all is well. */
  failures(): string[] {
    if (!this.#started) return [];
    return this.#options.streams.flatMap((settings) => {
      const reader = this.#readers.get(settings.name);
      const retrying = reader?.state === 'retrying' ? (reader.reason ?? 'unknown') : undefined;
      const reason = reader === undefined ? this.#obstacle(settings) : retrying;
      return reason === undefined ? [] : [`stream ${settings.name}: ${reason}`];
    });
  }

  /** @param options.askBrokers also count what waits in streams that this process does not read; slow when a broker is down */
  list(options: { askBrokers?: boolean } = {}): Promise<StreamStatus[]> {
    return Promise.all(this.#options.streams.map((settings) => this.#status(settings, options)));
  }

  /**
   * Says where reading goes on; a reader that runs, here or elsewhere, notices within a second or two. What is read again
   * lands as later batches: the same values again change nothing, and corrections made since are overwritten.
   * @throws AppError `streams/unknown-stream`, `streams/unreachable`
   */
  async replay(name: string, from: ReplayFrom): Promise<StreamStatus> {
    const { streams, store, clock } = this.#options;
    const settings = streams.find((stream) => stream.name === name);
    if (settings === undefined)
      throw new AppError(
        'streams/unknown-stream',
        `no stream is called ${name}; there are: ${streams.map((stream) => stream.name).join(', ') || 'none'}`,
      );
    await this.#connected(settings, async (connection) => {
      const positions = await connection.positionsAt(from);
      await store.resetStream({ name, origin: connection.origin, at: clock.now(), positions });
    });
    return this.#status(settings, { askBrokers: true });
  }

  async #status(settings: StreamSettings, options: { askBrokers?: boolean }): Promise<StreamStatus> {
    const { store, clock } = this.#options;
    const { name, kind, stream, role, project } = settings;
    const reader = this.#readers.get(name);
    const record = await store.readStream(name);
    const positions = record?.positions ?? [];
    const moved = positions.map(({ movedAt }) => movedAt);
    const asked =
      reader === undefined && options.askBrokers === true ? await this.#ask(settings, record) : {};
    return {
      name,
      kind,
      stream,
      role,
      project,
      state: reader?.state ?? ((record?.leaseUntil ?? 0) > clock.now() ? 'elsewhere' : 'idle'),
      reason: (reader === undefined ? this.#obstacle(settings) : reader.reason) ?? null,
      messages: positions.reduce((sum, { messages }) => sum + messages, 0),
      deadLetters: positions.reduce((sum, { deadLetters }) => sum + deadLetters, 0),
      missed: reader?.missed ?? 0,
      lag: reader?.lag ?? null,
      positions: positions.map(({ partition, next }) => ({ partition, next })),
      movedAt: moved.length === 0 ? null : Math.max(...moved),
      ...asked,
    };
  }

  /** A broker that does not answer is told of, not thrown. */
  async #ask(
    settings: StreamSettings,
    record: StreamRecord | undefined,
  ): Promise<Partial<Pick<StreamStatus, 'lag' | 'reason'>>> {
    const positions = new Map((record?.positions ?? []).map(({ partition, next }) => [partition, next]));
    try {
      return { lag: await this.#connected(settings, (connection) => connection.lag(positions)) };
    } catch (error) {
      return { reason: error instanceof Error ? error.message : String(error) };
    }
  }

  async #connected<T>(
    settings: StreamSettings,
    work: (connection: BrokerConnection) => Promise<T>,
  ): Promise<T> {
    const { connect = connectBroker, timers } = this.#options;
    const connection = await connect(settings, timers);
    try {
      return await work(connection);
    } finally {
      await connection.close().catch(() => {});
    }
  }

  #workOf(settings: StreamSettings): Work {
    const { projects, data, serving, store, clock, checkRequest } = this.#options;
    switch (settings.role) {
      case 'observations': {
        const project = projects.find(settings.project);
        assert(project !== undefined, `stream ${settings.name} has a project`);
        return new ObserveWork({ settings, project, data, store, clock });
      }
      case 'forecasts': {
        const { answers } = settings;
        if (answers === undefined)
          throw new AppError('config/invalid', `stream ${settings.name} names no place for its answers`);
        return new AnswerWork({ settings: { ...settings, answers }, serving, store, checkRequest, clock });
      }
      default:
        return unreachable(settings.role);
    }
  }
}
