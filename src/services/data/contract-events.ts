// What a contract came to, as it is kept and told: the last look of each kind, and failed checks as an event.

import type { CheckResult, Clock, EventData, Project } from '../../core/index.ts';
import type { ContractLook, ContractStore, EventStore } from '../../storage/ports/index.ts';
import { failedChecks } from '../contracts/index.ts';

/** Checks that an event names. */
const checksMax = 20;
/** The same refusal of a project is said once in this time: whoever sends the same bad batch again and again adds no rows. */
const repeatMs = 60_000;
const projectsMax = 10_000;

type RefusalStore = Pick<EventStore, 'appendEvent'> & Pick<ContractStore, 'noteContractLook'>;
type Failure = EventData['contract.failed'];

/** @returns undefined where none failed */
export function failureTold(
  results: readonly CheckResult[] | undefined,
  about: { readonly batchId: string | null; readonly source: string },
): Failure | undefined {
  const { named, others } = failedTold(results);
  if (named.length === 0) return undefined;
  return { ...about, refused: about.batchId === null, checks: named, others };
}

/** @returns undefined where there is no contract, or nothing was asked of it */
export function lookOf(
  { contract: { rules } }: Pick<Project, 'contract'>,
  results: readonly CheckResult[] | undefined,
  about: { readonly at: number; readonly batchId: string | null; readonly source: string },
): ContractLook | undefined {
  if (rules === undefined || results === undefined) return undefined;
  const { named, others } = failedTold(results);
  return {
    ...about,
    version: rules.version,
    refused: false,
    passed: results.filter(({ status }) => status === 'passed').length,
    notChecked: results.filter(({ status }) => status === 'not checked').length,
    failed: named,
    others,
  };
}

function failedTold(results: readonly CheckResult[] | undefined): {
  readonly named: Failure['checks'];
  readonly others: number;
} {
  const failed = failedChecks(results);
  const named = failed.slice(0, checksMax).map(({ id, severity, refuses, figure, unit, bound, n }) => ({
    id,
    severity,
    refuses,
    figure: figure ?? 0,
    unit,
    bound,
    n,
  }));
  return { named, others: failed.length - named.length };
}

/** Refusals that were said, and when. */
export class RefusalsTold {
  readonly #told = new Map<string, { readonly what: string; readonly at: number }>();
  readonly #store: RefusalStore;
  readonly #clock: Clock;

  constructor(parts: { readonly store: RefusalStore; readonly clock: Clock }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
  }

  /** Records that a batch was refused as a whole. */
  async tell(project: Project, results: readonly CheckResult[], source: string): Promise<void> {
    const data = failureTold(results, { batchId: null, source });
    const at = this.#clock.now();
    const look = lookOf(project, results, { at, batchId: null, source });
    if (data === undefined || look === undefined) return;
    await this.#store.noteContractLook(project.name, 'batch', { ...look, refused: true });
    await this.#say(project.name, data, at);
  }

  async #say(project: string, data: Failure, at: number): Promise<void> {
    const what = data.checks.map(({ id }) => id).join('\n');
    const known = this.#told.get(project);
    if (known?.what === what && at - known.at < repeatMs) return;
    if (this.#told.size >= projectsMax) this.#told.clear();
    this.#told.set(project, { what, at });
    await this.#store.appendEvent({ at, project, type: 'contract.failed', data });
  }
}
