// The data contract asked of what is stored: the newest periods of the project, each with the latest word on it.

import {
  AppError,
  type CheckResult,
  type ContractCheck,
  ObservationStatus,
  type Project,
  periodLabel,
} from '../../core/index.ts';
import type { TailRow } from '../../storage/ports/index.ts';
import { type Cell, ContractTally } from '../contracts/index.ts';
import type { DataContext } from './data-options.ts';
import { observationsSince } from './observations-since.ts';
import type { RecentHighs } from './recent-highs.ts';
import { partsOf, usualOfProject } from './rows/contract-rows.ts';
import { hoursSinceEnd } from './rows/period-age.ts';

/** Periods looked at: two of the longest season, within these. */
const periodsMin = 28;
const periodsMax = 400;
/** Of those periods; each is in memory for a moment. */
const rowsMax = 2_000_000;

export interface StoredContract {
  readonly rows: number;
  /** The periods looked at; null when nothing is stored. */
  readonly periodMin: number | null;
  readonly periodMax: number | null;
  readonly results: readonly CheckResult[];
}

/**
 * Attributes are none of the columns here. Cost: one reading of the history.
 * @throws AppError `contract/none`, `data/too-large`
 */
export async function storedContract(
  given: { readonly context: DataContext; readonly highs: RecentHighs },
  project: Project,
): Promise<StoredContract> {
  const { context, highs } = given;
  const { rules } = project.contract;
  if (rules === undefined)
    throw new AppError('contract/none', `project ${JSON.stringify(project.name)} names no contract`);
  const { periodMax } = await context.store.historyTotals(project.name);
  const season = 2 * Math.max(0, ...project.seasons);
  const periodMin = (periodMax ?? 0) + 1 - Math.min(periodsMax, Math.max(periodsMin, season));
  const { rows, isAll } =
    periodMax === null ? { rows: [], isAll: true } : await latestRows(context, project, periodMin);
  const { series, time, target, stockout, known = [], past = [] } = project.columns;
  const beside = [...known, ...past];
  const now = context.clock.now();
  const tally = new ContractTally({
    checks: rules.checks.map(notByItself).map(isAll ? (check) => check : notOfPart),
    columns: [...series, time, target, ...(stockout === undefined ? [] : [stockout]), ...beside],
    scope: 'table',
    usual: usualOfProject(project, await highs.of(project)),
    label: (period) => periodLabel(project.grid, period),
    hoursSince: (period) => hoursSinceEnd(project, { period, now }),
    projectClock: await context.store.projectClock(project.name),
  });
  for (const { seriesId, period, value, status, covariates } of rows) {
    const out = status === ObservationStatus.stockout ? '1' : '0';
    const cells: Cell[] = [
      ...partsOf(seriesId, project),
      periodLabel(project.grid, period),
      Number.isNaN(value) ? null : value,
      ...(stockout === undefined ? [] : [out]),
      ...beside.map((name) => covariates?.[name] ?? null),
    ];
    tally.add({ number: null, seriesId, period, cells });
  }
  const isEmpty = rows.length === 0;
  return {
    rows: rows.length,
    periodMin: isEmpty ? null : periodMin,
    periodMax: isEmpty ? null : periodMax,
    results: tally.results(),
  };
}

/** One row per series and period: the later batch wins, and a refused row over none. */
async function latestRows(
  context: DataContext,
  project: Project,
  periodMin: number,
): Promise<{ rows: TailRow[]; isAll: boolean }> {
  let isAll = true;
  const latest = new Map<string, TailRow>();
  for await (const { rows } of observationsSince(context, project.name, 0))
    for (const row of rows) {
      if (row.period < periodMin) isAll = false;
      if (row.period < periodMin || row.status === ObservationStatus.plan) continue;
      if (row.status === ObservationStatus.refused) continue;
      const key = `${row.period} ${row.seriesId}`;
      if (row.status === ObservationStatus.withdrawn) latest.delete(key);
      else latest.set(key, row);
      if (latest.size > rowsMax)
        throw new AppError(
          'data/too-large',
          `the periods from ${periodLabel(project.grid, periodMin)} on have more than ${rowsMax} rows`,
        );
    }
  return { rows: [...latest.values()], isAll };
}

/** What is measured by the history has nothing to be measured by where the history itself is looked at. */
function notByItself(check: ContractCheck): ContractCheck {
  const { rule } = check;
  if (rule.kind !== 'units' && !(rule.kind === 'references' && rule.values === null)) return check;
  const why = 'it asks what is usual or known before a batch, and what is stored is all of that';
  return { ...check, rule: { kind: 'unchecked', why } };
}

/** How many rows a table has is not seen from its newest periods. */
function notOfPart(check: ContractCheck): ContractCheck {
  if (check.rule.kind !== 'rows') return check;
  return {
    ...check,
    rule: { kind: 'unchecked', why: 'only the newest periods of what is stored are looked at' },
  };
}
