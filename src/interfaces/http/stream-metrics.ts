// Streams of brokers as gauges; `stream` is the name that the configuration gives.

import { Gauge, type Registry } from 'prom-client';
import type { StreamStatus, Streams } from '../../services/streams/index.ts';

export function addStreamGauges(registry: Registry, streams: Pick<Streams, 'list'>): void {
  const gauge = (name: string, help: string, value: (stream: StreamStatus) => number | null): void => {
    new Gauge({
      name,
      help,
      labelNames: ['stream'],
      // Of several processes one reads and counts; the others stand by.
      aggregator: 'max',
      registers: [registry],
      async collect() {
        this.reset();
        for (const stream of await streams.list()) {
          const found = value(stream);
          if (found !== null) this.set({ stream: stream.name }, found);
        }
      },
    });
  };
  gauge('almanac_stream_reading', '1 while a process reads the stream.', ({ state }) =>
    state === 'reading' ? 1 : 0,
  );
  gauge('almanac_stream_lag_messages', 'Messages that wait at the broker.', ({ lag }) => lag);
  gauge('almanac_stream_messages', 'Messages taken in; replays counted again.', ({ messages }) => messages);
  gauge('almanac_stream_dead_letters', 'Messages set aside as unreadable.', ({ deadLetters }) => deadLetters);
  gauge(
    'almanac_stream_missed_messages',
    'Messages that the broker had removed before they were read, at most, since its reader started.',
    ({ missed }) => missed,
  );
}
