// Messages that cannot be read, set aside at the broker with the reason.

import { isAppError } from '../../core/index.ts';
import type { BrokerConnection, StreamMessage } from './broker.ts';
import { messageId } from './work.ts';

/** Of a message that is too large to be sent on with its reason; the whole of it is still in its stream. */
const cutBytes = 64 * 1024;
const reasonMax = 500;

/** Resolves when the broker has stored it. @throws AppError `streams/not-taken` */
export async function sendDeadLetter(
  connection: BrokerConnection,
  to: string,
  { message, reason }: { message: StreamMessage; reason: string },
): Promise<void> {
  const id = `${messageId(connection, message)} dead`;
  const headers = {
    'almanac-reason': oneLine(reason),
    'almanac-sequence': String(message.sequence),
    'almanac-partition': String(message.partition),
  };
  try {
    await connection.publish({ to, data: message.data, id, headers });
  } catch (error) {
    if (!isAppError(error, 'streams/too-large')) throw error;
    const cut = { ...headers, 'almanac-cut-from-bytes': String(message.data.length) };
    await connection.publish({ to, data: message.data.subarray(0, cutBytes), id, headers: cut });
  }
}

/** Headers are lines of ASCII. */
function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, reasonMax);
}
