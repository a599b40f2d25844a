// Messages that ask for a forecast: each is answered under the name of its message, so that a message that comes again is
// not answered again where the broker knows names (NATS).

import { AppError, type Clock, isAppError, type StreamSettings } from '../../core/index.ts';
import type { StreamStore } from '../../storage/ports/index.ts';
import { type ForecastRequest, responseJson, type Serving } from '../serving/index.ts';
import type { StreamMessage } from './broker.ts';
import { sendDeadLetter } from './dead-letter.ts';
import { readRequest } from './message.ts';
import { messageId, type Reading, type Work } from './work.ts';

const idLengthMax = 200;

export interface AnswerOptions {
  readonly settings: StreamSettings & { readonly answers: string };
  readonly serving: Pick<Serving, 'answer'>;
  readonly store: Pick<StreamStore, 'advanceStream'>;
  /** The same check as at the other doors. @throws AppError naming the field at fault */
  readonly checkRequest: (value: unknown) => ForecastRequest | Promise<ForecastRequest>;
  readonly clock: Clock;
}

export class AnswerWork implements Work {
  /** What a crash may make us answer twice. */
  readonly messagesMax: number = 64;
  readonly bytesMax: number = 1024 * 1024;
  readonly #options: AnswerOptions;

  constructor(options: AnswerOptions) {
    this.#options = options;
  }

  async apply(messages: readonly StreamMessage[], reading: Reading): Promise<void> {
    const { settings, store, clock } = this.#options;
    const dead = new Set<StreamMessage>();
    await Promise.all(
      messages.map(async (message) => {
        if (!(await this.#answer(message, reading))) dead.add(message);
      }),
    );
    const steps = reading.positions.steps(messages, (message) => dead.has(message));
    await store.advanceStream({ stream: settings.name, at: clock.now(), steps });
    reading.positions.moved(steps);
  }

  /** @returns false for a message that cannot be read */
  async #answer(message: StreamMessage, { connection }: Reading): Promise<boolean> {
    const { settings } = this.#options;
    const read = readRequest(message.data);
    if (read.kind === 'unreadable' && settings.deadLetter !== undefined) {
      await sendDeadLetter(connection, settings.deadLetter, { message, reason: read.reason });
      return false;
    }
    const id = read.kind === 'request' ? idOf(read.value) : null;
    const send = (text: string): Promise<void> =>
      connection.publish({
        to: settings.answers,
        data: Buffer.from(`{"id":${JSON.stringify(id)},"sequence":${message.sequence},${text}}`),
        id: messageId(connection, message),
        headers: id === null ? {} : { 'almanac-request-id': encodeURIComponent(id) },
      });
    try {
      if (read.kind === 'unreadable')
        throw new AppError('streams/bad-message', `the message cannot be read: ${read.reason}`);
      await send(`"forecast":${await this.#forecast(read.value)}`);
    } catch (error) {
      if (mayPass(error)) throw error;
      const { code, message: detail, hint } = isAppError(error) ? error : unforeseen(error);
      await send(`"error":${JSON.stringify({ code, detail, hint })}`);
    }
    return read.kind === 'request';
  }

  async #forecast({ id: _, ...request }: Readonly<Record<string, unknown>>): Promise<string> {
    const { serving, settings, checkRequest } = this.#options;
    const checked = await checkRequest(request);
    return [...responseJson(await serving.answer(settings.project, checked))].join('');
  }
}

/** What the sender calls the request; anything but a text of a sensible length is no name. */
function idOf({ id }: Readonly<Record<string, unknown>>): string | null {
  return typeof id === 'string' && id.length <= idLengthMax && id.isWellFormed() ? id : null;
}

/** True when the same message may be answered later: it is tried again. Of all else the sender should hear. */
function mayPass(error: unknown): boolean {
  return (
    isAppError(error) &&
    (error.heals || error.code === 'serving/overloaded' || error.code === 'serving/stopped')
  );
}

/** What nobody thought of must not hold up the messages behind it, nor tell of our insides. */
function unforeseen(cause: unknown): AppError {
  return new AppError('http/internal', 'the forecast failed in a way that was not foreseen', { cause });
}
