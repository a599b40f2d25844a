// Sends single-row messages at a steady rate, in a process of its own. Usage: stream-sender.ts URL RATE SECONDS

import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@nats-io/transport-node';
import { messageOf } from './stream-rows.ts';

const [url = '', rate = '', seconds = ''] = process.argv.slice(2);
const perSecond = Number(rate);
const total = perSecond * Number(seconds);
const tickMs = 10;

const nc = await connect({ servers: url });
const begin = performance.now();
for (let sent = 0; sent < total; ) {
  const due = Math.min(total, Math.floor(((performance.now() - begin) / 1000) * perSecond));
  for (; sent < due; sent++) nc.publish('sales', messageOf(sent));
  // The broker has them when the flush is answered.
  await nc.flush();
  await sleep(tickMs);
}
await nc.drain();
