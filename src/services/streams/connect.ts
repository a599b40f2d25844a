// Which client speaks to which broker.

import type { Connect } from './broker.ts';

/** Connects to the broker of a stream; its client is loaded when first needed. */
export const connectBroker: Connect = async (settings, timers) => {
  switch (settings.kind) {
    case 'nats':
      return (await import('./nats.ts')).connectNats(settings, timers);
    case 'kafka':
      return (await import('./kafka.ts')).connectKafka(settings);
  }
};
