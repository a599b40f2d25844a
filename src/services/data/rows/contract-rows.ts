// Rows that keep the row rules, as the checks of the project's contract see them: the one place where a batch meets its contract.

import { type CheckResult, ObservationStatus, type Project, periodLabel } from '../../../core/index.ts';
import {
  type Cell,
  type ContractRow,
  ContractTally,
  plannedProblem,
  type Usual,
  usualOf,
} from '../../contracts/index.ts';
import { hoursSinceEnd } from './period-age.ts';
import type { RawRow } from './raw-row.ts';
import type { CheckedRow, RowRules } from './row-rules.ts';

export interface ContractRowsOptions {
  readonly project: Project;
  /** UTC milliseconds. */
  readonly now: number;
  /** A file may be looked at as the whole table; what comes as a batch is a part of it. */
  readonly scope?: 'batch' | 'table';
  /** Recent highs by series id, from the history before this batch. */
  readonly highs?: ReadonlyMap<string, { readonly high: number }>;
}

/** @returns undefined where the project has no contract */
export function contractRows(options: ContractRowsOptions, rules: RowRules): ContractRows | undefined {
  const { project } = options;
  const checks = project.contract.rules?.checks ?? [];
  return checks.length === 0 ? undefined : new ContractRows(options, rules);
}

/** What a history of the project says is usual. */
export function usualOfProject(
  project: Project,
  highs: ReadonlyMap<string, { readonly high: number }>,
): Usual {
  return usualOf(highs, { columns: project.columns.series, partsOf: (id) => partsOf(id, project) });
}

/** The values of the series columns: the other way round of `seriesIdOf`. */
export function partsOf(seriesId: string, { columns }: Pick<Project, 'columns'>): readonly string[] {
  if (columns.series.length < 2) return columns.series.length === 0 ? [] : [seriesId];
  return seriesId.split('/').map((part) => part.replaceAll('%2F', '/').replaceAll('%25', '%'));
}

export class ContractRows {
  readonly #tally: ContractTally;
  readonly #rules: RowRules;
  readonly #project: Project;
  readonly #row: ContractRow;

  constructor({ project, now, scope = 'batch', highs = new Map() }: ContractRowsOptions, rules: RowRules) {
    const { series, time, target, stockout } = project.columns;
    this.#project = project;
    this.#rules = rules;
    const columns = [
      ...series,
      time,
      target,
      ...(stockout === undefined ? [] : [stockout]),
      ...rules.covariates.columns.map(({ name }) => name),
    ];
    this.#row = { number: null, seriesId: '', period: 0, cells: columns.map(() => null) };
    this.#tally = new ContractTally({
      checks: project.contract.rules?.checks ?? [],
      columns,
      scope,
      usual: usualOfProject(project, highs),
      label: (period) => periodLabel(project.grid, period),
      hoursSince: (period) => hoursSinceEnd(project, { period, now }),
    });
  }

  /** @returns why the row is refused; null when it is not. A plan says nothing of demand: it must keep what is asked of its columns. */
  refusal(raw: RawRow, checked: CheckedRow): string | null {
    if (checked.status === ObservationStatus.plan) return this.#planRefusal(checked);
    const row = this.#row;
    row.number = raw.number;
    row.seriesId = this.#rules.series.ids[checked.series] ?? '';
    row.period = checked.period;
    this.#fill(row.cells, raw, checked);
    return this.#tally.add(row)?.reason ?? null;
  }

  #planRefusal(checked: CheckedRow): string | null {
    for (const [i, { name }] of this.#rules.covariates.columns.entries()) {
      const problem = plannedProblem(this.#project, name, this.#covariate(checked, i));
      if (problem !== null) return problem;
    }
    return null;
  }

  #covariate({ cells }: CheckedRow, i: number): Cell {
    const { columns, labels } = this.#rules.covariates;
    const cell = cells[i] ?? Number.NaN;
    if (Number.isNaN(cell)) return null;
    return columns[i]?.isText === true ? (labels[i]?.[cell] ?? null) : cell;
  }

  #fill(cells: Cell[], raw: RawRow, checked: CheckedRow): void {
    let at = 0;
    for (const part of raw.series) cells[at++] = part;
    cells[at++] = raw.time;
    cells[at++] = Number.isNaN(checked.value) ? null : checked.value;
    if (this.#project.columns.stockout !== undefined) cells[at++] = emptyAsNull(raw.stockout);
    for (let i = 0; i < this.#rules.covariates.columns.length; i++) cells[at++] = this.#covariate(checked, i);
  }

  results(): CheckResult[] {
    return this.#tally.results();
  }
}

function emptyAsNull(text: string | null): string | null {
  return text === null || text.trim() === '' ? null : text;
}
