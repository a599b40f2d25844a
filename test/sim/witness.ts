// A subscriber that does nothing but remember, over all lives of all processes, which events were taken in: what it misses,
// others may miss.

import type { StoredEvent } from '../../src/core/index.ts';
import type { Subscriber, Work } from '../../src/services/feed/index.ts';
import type { ControlStore } from '../../src/storage/ports/index.ts';
import type { Finding } from './invariants.ts';

const kinds = ['batch.committed', 'alias.changed', 'job.done'] as const;
type Kind = (typeof kinds)[number];
const pageSize = 1000;

export class Witness {
  readonly #seen: Set<number> = new Set();
  /** By project, up to which event it was looked at as a whole. */
  readonly #looked: Map<string, number> = new Map();

  /** @param store what a process sees: its calls fail, and may be its last */
  subscriber(store: Pick<ControlStore, 'getProject' | 'lastEventSeq'>): Subscriber<Kind> {
    return {
      name: 'witness',
      kinds,
      apply: async ({ project, events }: Work<Kind>) => {
        const upTo = await store.lastEventSeq();
        await store.getProject(project);
        if (events.length === 0) this.#looked.set(project, upTo);
        for (const { seq } of events) this.#seen.add(seq);
      },
    };
  }

  /** Everything that has happened must have been taken in by somebody. */
  async check(store: Pick<ControlStore, 'readEvents'>): Promise<Omit<Finding, 'step'>[]> {
    const missed: StoredEvent[] = [];
    for (let afterSeq = 0; ; ) {
      const page = await store.readEvents({ afterSeq, limit: pageSize });
      missed.push(...page.filter((event) => this.#misses(event)));
      if (page.length < pageSize) break;
      afterSeq = page.at(-1)?.seq ?? afterSeq;
    }
    const [first] = missed;
    if (first === undefined) return [];
    const what = `${missed.length} events were taken in by nobody, the first of them ${first.seq}, ${first.type} of ${first.project}`;
    return [{ invariant: 'nothing-is-passed-over', what }];
  }

  #misses({ type, project, seq }: StoredEvent): boolean {
    if (!(kinds as readonly string[]).includes(type) || this.#seen.has(seq)) return false;
    return seq > (this.#looked.get(project) ?? 0);
  }
}
