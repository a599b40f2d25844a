// Where the reading of a stream stands, in memory: moved only after the store has moved it.

import type { StreamAdvance } from '../../storage/ports/index.ts';
import type { StreamMessage } from './broker.ts';

type Step = StreamAdvance['steps'][number];

const partitionsShown = 4;

export class ReadingPositions {
  readonly #next: Map<number, number>;

  constructor(next: ReadonlyMap<number, number>) {
    this.#next = new Map(next);
  }

  get next(): ReadonlyMap<number, number> {
    return this.#next;
  }

  /** What taking in these messages moves; `isDead` tells those that are set aside. */
  steps(messages: readonly StreamMessage[], isDead: (message: StreamMessage) => boolean): Step[] {
    const steps = new Map<number, Step>();
    for (const message of messages) {
      const { partition, sequence } = message;
      const from = this.#next.get(partition) ?? 0;
      const step = steps.get(partition) ?? { partition, from, to: from, messages: 0, deadLetters: 0 };
      steps.set(partition, {
        ...step,
        to: Math.max(step.to, sequence + 1),
        messages: step.messages + 1,
        deadLetters: step.deadLetters + (isDead(message) ? 1 : 0),
      });
    }
    return [...steps.values()];
  }

  moved(steps: readonly Step[]): void {
    for (const { partition, to } of steps) this.#next.set(partition, to);
  }

  /** True when the store has other positions: another reader or a replay has moved them. */
  differ(stored: readonly { readonly partition: number; readonly next: number }[]): boolean {
    const known = new Map(stored.map(({ partition, next }) => [partition, next]));
    const partitions = new Set([...known.keys(), ...this.#next.keys()]);
    return [...partitions].some((key) => (known.get(key) ?? 0) !== (this.#next.get(key) ?? 0));
  }
}

/** What was read, for the record of a batch: `nats SALES 1201-3200`, by partition where there are several. */
export function sourceOf(
  stream: { readonly kind: string; readonly stream: string },
  steps: readonly Step[],
): string {
  const shown = steps
    .slice(0, partitionsShown)
    .map(({ partition, from, to }) => `${steps.length > 1 ? `${partition}:` : ''}${from}-${to - 1}`);
  const more = steps.length > shown.length ? ' …' : '';
  return `${stream.kind} ${stream.stream} ${shown.join(' ')}${more}`;
}
