// What tests of background work share: timers moved by hand, together with a clock.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { assert, IdSource, ManualClock } from '../../core/index.ts';
import type { Json } from '../../storage/ports/index.ts';
import { EmbeddedEngine, type EmbeddedEngineOptions } from './embedded-engine.ts';
import { Again, type Step, type StepContext } from './pipeline.ts';
import type { Timers } from './timers.ts';

/** Timers and a clock that move only when told: `advance` fires what falls due, in order, and lets promises settle. */
export class ManualTimers implements Timers {
  readonly clock: ManualClock;
  #waiting: { handle: number; at: number; callback: () => void }[] = [];
  #handle = 0;

  constructor(startMs: number) {
    this.clock = new ManualClock(startMs);
  }

  setTimeout(callback: () => void, ms: number): unknown {
    this.#handle++;
    this.#waiting.push({ handle: this.#handle, at: this.clock.now() + ms, callback });
    return this.#handle;
  }

  clearTimeout(handle: unknown): void {
    this.#waiting = this.#waiting.filter((one) => one.handle !== handle);
  }

  async advance(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    await settle();
    for (;;) {
      const [next] = this.#waiting.filter((one) => one.at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.clearTimeout(next.handle);
      this.clock.moveTo(Math.max(this.clock.now(), next.at));
      next.callback();
      await settle();
    }
    this.clock.moveTo(until);
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await nextTurn();
}

/** What a step returns that does not wait. */
export async function runToEnd(step: Step, context: StepContext): Promise<Json> {
  const result = await step.run(context);
  assert(!(result instanceof Again), `step ${step.name} does not wait`);
  return result;
}

/** An engine with ids of its own, for tests that ask nothing of them. */
export function engineOf(
  options: Omit<EmbeddedEngineOptions, 'ids' | 'workerId' | 'onError'> &
    Partial<Pick<EmbeddedEngineOptions, 'workerId' | 'onError'>>,
): EmbeddedEngine {
  let made = 0;
  const ids = new IdSource(
    () => options.clock.now(),
    (bytes) => {
      made++;
      new DataView(bytes.buffer, bytes.byteOffset).setUint32(bytes.length - 4, made);
    },
  );
  return new EmbeddedEngine({ workerId: 'one', onError: () => {}, ids, ...options });
}
