// The matrix of a training set, through the writer that serving uses.

import type { Panel } from '../../core/index.ts';
import type { FeaturePlan } from './feature-plan.ts';
import type { Triples } from './triples.ts';
import { windowOf } from './window.ts';
import { featureWriter } from './writer.ts';

/** Features and targets of sampled rows. */
export interface TrainingRows {
  readonly rows: number;
  /** Shape [columns × rows], column by column; NaN = missing. */
  readonly values: Float32Array;
  /** Demand ÷ trailing level, shape [rows]; always known. */
  readonly targets: Float32Array;
  /** Trailing level of each row, in the user's unit, above 0; shape [rows]. */
  readonly levels: Float64Array;
}

/**
 * Computes the rows of a sample.
 * @param given.values       where to write, shape [columns × rows]; may lie in a SharedArrayBuffer; absent = allocated
 * @param given.launchLevels of each series, for rows that hide their history: see `launchLevelsByOthers`. Rows that show it are
 *                           told what the plan learnt, as a forecast will be; absent = all are
 * Cost: see `featureWriter`; rows of one origin share its work.
 */
export function trainingRows(
  plan: FeaturePlan,
  panel: Panel,
  triples: Triples,
  given: { readonly values?: Float32Array; readonly launchLevels?: Float64Array } = {},
): TrainingRows {
  const rows = triples.leads.length;
  const { values = new Float32Array(plan.columns.length * rows), launchLevels } = given;
  const write = featureWriter(plan);
  const targets = new Float32Array(rows);
  const levels = new Float64Array(rows);
  for (let at = 0; at < rows; ) {
    const series = triples.series[at]!;
    const origin = triples.origins[at]!;
    const cold = triples.cold[at] === 1;
    let end = at + 1;
    while (end < rows && sameOrigin(triples, at, end)) end++;
    const seen = windowOf(panel, { series, origin, cold });
    const window =
      launchLevels === undefined || !cold ? seen : { ...seen, launchLevel: launchLevels[series]! };
    write(window, triples.leads.subarray(at, end), { values, rows, at, units: levels });
    for (let i = at; i < end; i++) {
      targets[i] = window.values[origin + triples.leads[i]!]! / levels[i]!;
    }
    at = end;
  }
  return { rows, values, targets, levels };
}

function sameOrigin({ series, origins, cold }: Triples, a: number, b: number): boolean {
  return series[a] === series[b] && origins[a] === origins[b] && cold[a] === cold[b];
}
