// Drift as every door shows it: the checks that were made, and one in full.

import {
  AppError,
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
    const { from, to, recentFrom, faults, ...rest } = record.report as unknown as DriftCheck;
    const label = (period: number): string => periodLabel(project.grid, period);
    return {
      id: record.id,
      at: new Date(record.at).toISOString(),
      from: label(from),
      to: label(to),
      recentFrom: label(recentFrom),
      recentTo: label(from - 1),
      ...rest,
      faults: faults.map((fault) => ({ ...fault, since: label(fault.since) })),
    };
  }
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
