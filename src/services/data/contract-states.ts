// How data contracts stand: what they came to when they were asked last, and how old the newest closed period is now. Read from
// a few small records, whatever the size of the history.

import {
  boundText,
  type CheckSeverity,
  type ContractCheck,
  keepsBound,
  type Project,
  periodLabel,
} from '../../core/index.ts';
import type { ContractLook, ContractLookKind, FailedCheck } from '../../storage/ports/index.ts';
import type { DataContext } from './data-options.ts';
import { hoursSinceEnd } from './rows/period-age.ts';

/** How old data are, by the newest period closed for the project. */
export interface Freshness {
  /** Null before any is closed. */
  readonly closedThrough: string | null;
  /** Since its end; null where periods do not pass with time. */
  readonly ageHours: number | null;
}

/** A check that failed when it was asked last. */
export interface FailingCheck extends FailedCheck {
  /** Of which look; `now` is asked of the clock whenever the state is. */
  readonly of: 'batch' | 'stored' | 'now';
}

export interface ContractState {
  readonly project: string;
  readonly file: string;
  readonly id: string;
  readonly version: string;
  readonly checks: number;
  /** Null = none yet. */
  readonly lastBatch: ContractLook | null;
  readonly lastFailedBatch: ContractLook | null;
  readonly lastStored: ContractLook | null;
  readonly freshness: Freshness;
  readonly failing: readonly FailingCheck[];
}

/** Of those projects that have a contract. Cost: one small table, and one record per contract. */
export async function contractStates(
  { store, clock }: Pick<DataContext, 'store' | 'clock'>,
  projects: readonly Project[],
): Promise<ContractState[]> {
  const asked = projects.filter(({ contract }) => contract.rules !== undefined);
  if (asked.length === 0) return [];
  const looks = new Map<string, ContractLook>();
  for (const { project, kind, ...look } of await store.contractLooks())
    looks.set(lookKey(project, kind), look);
  const now = clock.now();
  return Promise.all(
    asked.map(async (project) =>
      stateOf(project, { looks, now, projectClock: await store.projectClock(project.name) }),
    ),
  );
}

function lookKey(project: string, kind: ContractLookKind): string {
  return `${kind} ${project}`;
}

function stateOf(
  project: Project,
  known: {
    readonly looks: ReadonlyMap<string, ContractLook>;
    readonly now: number;
    readonly projectClock: number | null;
  },
): ContractState {
  const { file = '', id = '', version = '', checks = [] } = project.contract.rules ?? {};
  const { projectClock: through, now } = known;
  const look = (kind: ContractLookKind): ContractLook | null =>
    known.looks.get(lookKey(project.name, kind)) ?? null;
  const [lastBatch, lastStored] = [look('batch'), look('stored')];
  const ageHours = through === null ? null : hoursSinceEnd(project, { period: through, now });
  return {
    project: project.name,
    file,
    id,
    version,
    checks: checks.length,
    lastBatch,
    lastFailedBatch: look('failed batch'),
    lastStored,
    freshness: { closedThrough: through === null ? null : periodLabel(project.grid, through), ageHours },
    failing: [
      ...failingOf(lastBatch, checks, 'batch'),
      ...failingOf(lastStored, checks, 'stored'),
      ...(ageHours === null ? [] : tooOld(checks, ageHours)),
    ],
  };
}

/** Of those that the contract still has: what it no longer asks fails no more. Age is asked of the clock. */
function failingOf(
  look: ContractLook | null,
  checks: readonly ContractCheck[],
  of: 'batch' | 'stored',
): FailingCheck[] {
  const asked = new Set(checks.filter(({ rule }) => rule.kind !== 'freshness').map(({ id }) => id));
  return (look?.failed ?? []).filter(({ id }) => asked.has(id)).map((check) => ({ ...check, of }));
}

function tooOld(checks: readonly ContractCheck[], ageHours: number): FailingCheck[] {
  return checks
    .filter(({ rule, bound }) => rule.kind === 'freshness' && !keepsBound(bound, ageHours))
    .map((check) => ({
      id: check.id,
      severity: check.severity,
      refuses: null,
      figure: ageHours,
      unit: check.unit,
      bound: boundText(check),
      n: 1,
      of: 'now',
    }));
}

/** What of a contract is not kept, in one sentence; undefined where nothing is of at least that severity. */
export function contractFault(
  { project, failing, lastBatch, lastStored, freshness }: ContractState,
  least: CheckSeverity,
): string | undefined {
  const errors = failing.filter(({ severity }) => least === 'warning' || severity === 'error');
  if (errors.length === 0) return undefined;
  const said = errors.slice(0, faultsNamed).map(({ id, figure, unit, n, bound, of }) => {
    const share = of === 'now' ? '' : ` of ${n}`;
    return `${id}: ${Number(figure.toPrecision(4))} ${unit}${share}, must be ${bound} (${whereOf(of)})`;
  });
  const more = errors.length > said.length ? [`${errors.length - said.length} more`] : [];
  return `project ${project} breaks its contract: ${[...said, ...more].join('; ')}`;

  function whereOf(of: FailingCheck['of']): string {
    if (of === 'now') return `closed through ${freshness.closedThrough}`;
    if (of === 'stored') return `stored, looked at ${timeOf(lastStored)}`;
    const name = lastBatch?.batchId ?? `refused, ${lastBatch?.source}`;
    return `last batch, ${name}, ${timeOf(lastBatch)}`;
  }
}

/** Failing checks that a sentence names. */
const faultsNamed = 3;

function timeOf(look: ContractLook | null): string {
  return look === null ? '' : new Date(look.at).toISOString();
}
