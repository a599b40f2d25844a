// Failed checks of a batch as an event: what every reader of events, also of metrics, hears of the contract.

import type { CheckResult, Clock, EventData } from '../../core/index.ts';
import type { EventStore } from '../../storage/ports/index.ts';
import { failedChecks } from '../contracts/index.ts';

/** Checks that an event names. */
const checksMax = 20;
/** The same refusal of a project is said once in this time: whoever sends the same bad batch again and again adds no rows. */
const repeatMs = 60_000;
const projectsMax = 10_000;

type Failure = EventData['contract.failed'];

/** @returns undefined where none failed */
export function failureTold(
  results: readonly CheckResult[] | undefined,
  about: { readonly batchId: string | null; readonly source: string },
): Failure | undefined {
  const failed = failedChecks(results);
  if (failed.length === 0) return undefined;
  return {
    ...about,
    refused: about.batchId === null,
    checks: failed.slice(0, checksMax).map(({ id, severity, refuses, figure, unit, bound, n }) => ({
      id,
      severity,
      refuses,
      figure: figure ?? 0,
      unit,
      bound,
      n,
    })),
    others: Math.max(0, failed.length - checksMax),
  };
}

/** Refusals that were said, and when. */
export class RefusalsTold {
  readonly #told = new Map<string, { readonly what: string; readonly at: number }>();
  readonly #store: Pick<EventStore, 'appendEvent'>;
  readonly #clock: Clock;

  constructor(parts: { readonly store: Pick<EventStore, 'appendEvent'>; readonly clock: Clock }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
  }

  /** Records that a batch was refused as a whole. */
  async tell(project: string, results: readonly CheckResult[], source: string): Promise<void> {
    const data = failureTold(results, { batchId: null, source });
    if (data === undefined) return;
    const at = this.#clock.now();
    const what = data.checks.map(({ id }) => id).join('\n');
    const known = this.#told.get(project);
    if (known?.what === what && at - known.at < repeatMs) return;
    if (this.#told.size >= projectsMax) this.#told.clear();
    this.#told.set(project, { what, at });
    await this.#store.appendEvent({ at, project, type: 'contract.failed', data });
  }
}
