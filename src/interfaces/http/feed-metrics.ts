// Who follows events, and how far behind each is; `subscriber` is a name that the code gives, so there are few.

import { Counter, Gauge, type Registry } from 'prom-client';
import type { EventFeed, SubscriberLag } from '../../services/feed/index.ts';

export function addFeedMetrics(registry: Registry, feed: Pick<EventFeed, 'lags' | 'lagsElsewhere'>): void {
  const labelNames = ['subscriber'];
  // What is noted elsewhere cannot be read while the store is down; that is said in other places.
  const all = async (): Promise<SubscriberLag[]> => [
    ...feed.lags(),
    ...(await feed.lagsElsewhere().catch(() => [])),
  ];
  const gauge = (name: string, help: string, value: (lag: SubscriberLag) => number): void => {
    new Gauge({
      name,
      help,
      labelNames,
      // Of several processes the one that is furthest behind.
      aggregator: 'max',
      registers: [registry],
      async collect() {
        for (const lag of await all()) this.set({ subscriber: lag.name }, value(lag));
      },
    });
  };
  gauge(
    'almanac_feed_lag_events',
    'Events read and not yet taken in by the subscriber.',
    ({ events }) => events,
  );
  gauge(
    'almanac_feed_lag_seconds',
    'How long the oldest event that the subscriber has not taken in has waited.',
    ({ seconds }) => seconds,
  );
  const retries = new Counter({
    name: 'almanac_feed_retries_total',
    help: 'Tries of a subscriber after one that failed.',
    labelNames,
    registers: [registry],
    collect() {
      retries.reset();
      for (const lag of feed.lags()) retries.inc({ subscriber: lag.name }, lag.retries);
    },
  });
}
