// How far subscribers are behind, in words, and as the store has it for those whose positions are kept.

import type { SubscriberPosition, SubscriberStore } from '../../storage/ports/index.ts';
import type { SubscriberLag } from './subscriber.ts';

/** Those of which something was tried in vain, a sentence each. */
export function inWords(lags: readonly SubscriberLag[]): string[] {
  return lags.flatMap(({ name, events, seconds, failure }) =>
    failure === undefined
      ? []
      : [`${name} is ${events} events and ${Math.round(seconds)} s behind: ${failure}`],
  );
}

/** As the process that follows noted it last, a second ago at most while it lives. */
export async function notedLags(
  store: Pick<SubscriberStore, 'readSubscribers'>,
  now: number,
): Promise<SubscriberLag[]> {
  return (await store.readSubscribers()).map((position) => lagOf(position, now));
}

function lagOf({ subscriber, behind }: SubscriberPosition, now: number): SubscriberLag {
  const since = Math.min(now, ...behind.map((one) => one.since));
  const failing = behind.find(({ reason }) => reason !== null);
  return {
    name: subscriber,
    events: behind.reduce((sum, { events }) => sum + events, 0),
    seconds: (now - since) / 1000,
    retries: 0,
    failure: failing && `${failing.project}: ${failing.reason}`,
  };
}
