// Which columns a version will be told ahead when it serves: a column that was known in every fold and has no plans now was known
// afterwards only, and what it explains there is a leak.

import { type Covariates, covariateAt, type Panel, type Series } from '../../../core/index.ts';
import type { PanelFolds } from '../fold-scores.ts';

/** Plans ahead may be this much rarer than they were at the folds. */
const shareMin = 0.5;

export interface PlannedColumns {
  readonly planned: ReadonlySet<string>;
  /** Known ahead by the settings, and not planned now as it was then. */
  readonly unplanned: readonly string[];
}

/** Cost: O(columns × folds × horizon). */
export function plannedColumns({ panel, origins, shape }: PanelFolds): PlannedColumns {
  const columns = panel.covariates?.varying.filter(({ role }) => role === 'known') ?? [];
  const unplanned = columns.filter((column) => {
    const shareAfter = (endsOf: (s: number) => readonly number[]): number => {
      let [known, all] = [0, 0];
      for (const [s, one] of panel.series.entries())
        for (const length of endsOf(s))
          for (let k = 0; k < shape.horizon; k++) {
            const period = (one as Series).start + length + k;
            const value = covariateAt(panel.covariates as NonNullable<Panel['covariates']>, column, {
              series: s,
              period,
            });
            if (!Number.isNaN(value)) known++;
            all++;
          }
      return all === 0 ? 0 : known / all;
    };
    const then = shareAfter((s) => origins[s] ?? []);
    const now = shareAfter((s) => [panel.series[s]?.values.length ?? 0]);
    return now < shareMin * then;
  });
  const lost = new Set(unplanned.map(({ name }) => name));
  return {
    planned: new Set(columns.map(({ name }) => name).filter((name) => !lost.has(name))),
    unplanned: [...lost],
  };
}

/**
 * Does something while a forecaster does not know what came of some columns of a series after a period: what it learnt of them is taken
 * out, and put back. Cost: O(rows of the series).
 */
export function withoutLater(
  covariates: Covariates,
  of: { readonly columns: readonly string[]; readonly series: number; readonly after: number },
  work: () => void,
): void {
  const begin = covariates.begins[of.series] as number;
  const end = covariates.begins[of.series + 1] as number;
  const first = Math.min(end, begin + Math.max(0, of.after + 1 - (covariates.starts[of.series] as number)));
  const later = covariates.varying
    .filter(({ name }) => of.columns.includes(name))
    .map(({ values }) => values.subarray(first, end));
  const kept = later.map((values) => values.slice());
  for (const values of later) values.fill(Number.NaN);
  work();
  for (const [i, values] of later.entries()) values.set(kept[i] as Float32Array);
}
