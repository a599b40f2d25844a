// What failed checks of contracts came to since this process began, whichever way the rows came: counted from events.

import type { Subscriber } from '../feed/index.ts';

export interface FailureCounts {
  /** Batches that were refused as a whole. */
  readonly refused: number;
  /** Checks that set rows aside, and checks that only reported. */
  readonly setAside: number;
  readonly reported: number;
}

const none: FailureCounts = { refused: 0, setAside: 0, reported: 0 };

export class ContractFailures {
  readonly #counts = new Map<string, FailureCounts & { readonly seq: number }>();

  readonly subscriber: Subscriber<'contract.failed' | 'project.removed'> = {
    name: 'contracts',
    kinds: ['contract.failed', 'project.removed'],
    apply: async ({ project, events }) => {
      for (const { seq, type, data } of events) {
        const known = this.#counts.get(project) ?? { ...none, seq: 0 };
        // What comes again has been counted.
        if (seq <= known.seq) continue;
        if (type === 'project.removed') this.#counts.set(project, { ...none, seq });
        else {
          const rows = data.checks.filter(({ refuses }) => refuses === 'rows').length;
          // Messages of many senders are not refused together.
          const rest = data.refused ? 0 : data.checks.length - rows + data.others;
          this.#counts.set(project, {
            refused: known.refused + (data.refused ? 1 : 0),
            setAside: known.setAside + (data.refused ? 0 : rows),
            reported: known.reported + rest,
            seq,
          });
        }
      }
    },
  };

  of(project: string): FailureCounts {
    const { refused, setAside, reported } = this.#counts.get(project) ?? none;
    return { refused, setAside, reported };
  }
}
