// Preloaded into the server of `bench/ledger.ts`: on SIGUSR2 it writes how late the event loop was since the last time, by the
// clock and by the processor time that its own thread took at a stretch. Where others use the machine too, only the second is ours.

import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 1;
const milliseconds = 1e-6;
const file = process.env.LEDGER_PROBE;

if (file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let stretchMs = 0;
  let spent = 0;
  // Fires whenever the loop comes round: what the thread worked since the last time it worked without letting anybody in.
  setInterval(() => {
    const { user, system } = process.threadCpuUsage();
    stretchMs = Math.max(stretchMs, (user + system - spent) / 1000);
    spent = user + system;
  }, resolutionMs).unref();
  process.on('SIGUSR2', () => {
    const late = (nanoseconds: number): number => Math.max(0, nanoseconds * milliseconds - resolutionMs);
    const found = {
      p50: late(delay.percentile(50)),
      p99: late(delay.percentile(99)),
      max: late(delay.max),
      own: stretchMs,
    };
    delay.reset();
    stretchMs = 0;
    writeFileSync(file, JSON.stringify(found));
  });
}
