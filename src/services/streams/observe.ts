// Messages of observations: one pull becomes one batch, and the positions move in the commit of that batch.

import {
  type Clock,
  type ErrorCode,
  isAppError,
  type Project,
  type StreamSettings,
} from '../../core/index.ts';
import type { StreamStore } from '../../storage/ports/index.ts';
import type { DataService, Watermark } from '../data/index.ts';
import type { StreamMessage } from './broker.ts';
import { sendDeadLetter } from './dead-letter.ts';
import { readObservations, shownText } from './message.ts';
import { sourceOf } from './positions.ts';
import type { Reading, Work } from './work.ts';

const lineEnd = Buffer.from('\n');
/** Refusals of a whole body for what is in it. */
const blamesContent: ReadonlySet<ErrorCode> = new Set([
  'data/no-rows',
  'data/unsupported-format',
  'data/bad-encoding',
  'data/damaged-file',
  'data/missing-column',
  'data/duplicate-column',
  'data/too-large',
  'data/bad-closing',
]);

export interface ObserveOptions {
  readonly settings: StreamSettings;
  readonly project: Project;
  readonly data: Pick<DataService, 'ingestBody'>;
  readonly store: Pick<StreamStore, 'advanceStream'>;
  readonly clock: Clock;
}

interface Sorted {
  readonly lines: (Uint8Array | string)[];
  readonly watermarks: Watermark[];
  /** Messages that are set aside, with the reason. */
  readonly dead: Map<StreamMessage, string>;
}

export class ObserveWork implements Work {
  /** One commit's worth: a few milliseconds to check, and rare enough to be synced to disk each. */
  readonly messagesMax: number = 2_000;
  readonly bytesMax: number = 384 * 1024;
  readonly #options: ObserveOptions;
  readonly #project: Project;

  constructor(options: ObserveOptions) {
    this.#options = options;
    // How messages fall into batches is chance: a later message wins, or is added, in one batch as it does in the next.
    const conflicts = options.project.conflicts === 'sum' ? 'sum' : 'last';
    this.#project = { ...options.project, conflicts };
  }

  async apply(messages: readonly StreamMessage[], reading: Reading): Promise<void> {
    try {
      await this.#take(messages, reading, sort(messages, this.#project.columns.time));
    } catch (error) {
      // A message that can never be taken in must not hold up those behind it; for all else the reader tries again.
      if (!isAppError(error) || !blamesContent.has(error.code)) throw error;
      const [only, ...others] = messages;
      if (only === undefined) return;
      if (others.length === 0) {
        const dead = new Map([[only, error.message]]);
        await this.#take(messages, reading, { lines: [], watermarks: [], dead });
        return;
      }
      const half = Math.ceil(messages.length / 2);
      await this.apply(messages.slice(0, half), reading);
      await this.apply(messages.slice(half), reading);
    }
  }

  async #take(
    messages: readonly StreamMessage[],
    { connection, positions }: Reading,
    { lines, watermarks, dead }: Sorted,
  ): Promise<void> {
    const { settings, store, clock, data } = this.#options;
    const rows = [...lines];
    for (const [message, reason] of dead) {
      // Without a place for dead letters they are kept as bad rows: a text instead of an object.
      if (settings.deadLetter === undefined)
        rows.push(JSON.stringify(`${reason}: ${shownText(message.data)}`));
      else await sendDeadLetter(connection, settings.deadLetter, { message, reason });
    }
    const steps = positions.steps(messages, (message) => dead.has(message));
    const advance = { stream: settings.name, at: clock.now(), steps };
    if (rows.length === 0 && watermarks.length === 0) await store.advanceStream(advance);
    else
      await data.ingestBody(this.#project, joined(rows), {
        format: 'ndjson',
        source: sourceOf(settings, steps),
        mixed: true,
        watermarks,
        advance,
      });
    positions.moved(steps);
  }
}

/** @param time the column of times: what has none, and says what is closed, is a watermark */
function sort(messages: readonly StreamMessage[], time: string): Sorted {
  const sorted: Sorted = { lines: [], watermarks: [], dead: new Map() };
  for (const message of messages) {
    const read = readObservations(message.data, time);
    if (read.kind === 'watermark') sorted.watermarks.push(read.mark);
    else if (read.kind === 'unreadable') sorted.dead.set(message, read.reason);
    else for (const line of read.lines) sorted.lines.push(line);
  }
  return sorted;
}

function joined(lines: readonly (Uint8Array | string)[]): Buffer {
  return Buffer.concat(
    lines.flatMap((line) => [typeof line === 'string' ? Buffer.from(line) : line, lineEnd]),
  );
}
