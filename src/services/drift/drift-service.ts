// Drift as every door shows it: the checks that were made, and one in full.

import {
  AppError,
  type DriftChange,
  type DriftSummary,
  type Project,
  periodLabel,
  type ShownDriftCheck,
  type ShownDriftReport,
} from '../../core/index.ts';
import type { DriftReportHead, DriftStore } from '../../storage/ports/index.ts';
import type { DriftCheck } from './drift-report.ts';

export class DriftReports {
  readonly #store: Pick<DriftStore, 'driftReports' | 'driftReport'>;

  constructor(store: Pick<DriftStore, 'driftReports' | 'driftReport'>) {
    this.#store = store;
  }

  /** Newest first. */
  async list(project: Project, limit: number): Promise<ShownDriftCheck[]> {
    const heads = await this.#store.driftReports(project.name, limit);
    return heads.map((head) => shownHead(project, head));
  }

  /** @param id of the job that made it; undefined = the newest @throws AppError `drift/no-report` */
  async one(project: Project, id?: string): Promise<ShownDriftReport> {
    const wanted = id ?? (await this.#store.driftReports(project.name, 1))[0]?.id;
    const record = wanted === undefined ? undefined : await this.#store.driftReport(project.name, wanted);
    if (record === undefined)
      throw new AppError(
        'drift/no-report',
        id === undefined
          ? `${project.name} has not been checked for drift yet`
          : `${project.name} has no report of drift ${id}`,
      );
    const {
      from,
      to,
      recentFrom,
      columns,
      faults,
      concepts: _,
      ...rest
    } = record.report as unknown as DriftCheck;
    const label = (period: number): string => periodLabel(project.grid, period);
    return {
      id: record.id,
      at: new Date(record.at).toISOString(),
      from: label(from),
      to: label(to),
      recentFrom: label(recentFrom),
      recentTo: label(from - 1),
      ...rest,
      columns: columns.map((column) => ({ ...column, change: shownChange(column.change ?? null, label) })),
      faults: faults.map((fault) => ({ ...fault, since: label(fault.since) })),
    };
  }
}

function shownChange(
  change: DriftChange | null,
  label: (period: number) => string,
): DriftChange<string> | null {
  if (change === null) return null;
  const { began, beganBetween, ended, wasSoSince } = change;
  const shown = (period: number | null): string | null => (period === null ? null : label(period));
  return {
    ...change,
    began: shown(began),
    beganBetween: beganBetween === null ? null : [label(beganBetween[0]), label(beganBetween[1])],
    ended: shown(ended),
    wasSoSince: shown(wasSoSince),
  };
}

function shownHead(project: Project, { id, at, period, verdict, summary }: DriftReportHead): ShownDriftCheck {
  return {
    id,
    at: new Date(at).toISOString(),
    through: periodLabel(project.grid, period),
    verdict: verdict as DriftCheck['verdict'],
    ...(summary as unknown as DriftSummary),
  };
}
