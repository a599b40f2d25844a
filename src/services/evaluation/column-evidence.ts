// What the backtest said about columns beside demand: only the model over all series looks at them, so its errors against those of
// what was chosen are the whole evidence.

import { type Candidate, candidateErrors, isIntermittent, lossOf } from '../../forecasting/evaluate/index.ts';
import type { PanelFit } from '../fitting/index.ts';
import type { HoldBackResult } from './hold-back.ts';

export interface ColumnEvidence {
  /** Series and windows of the backtest in which the model was tried; 0 = nowhere. */
  readonly series: number;
  readonly windows: number;
  /** Sum of its losses there, and of what serves those series. */
  readonly loss: number;
  readonly chosenLoss: number;
}

export const noEvidence: ColumnEvidence = { series: 0, windows: 0, loss: 0, chosenLoss: 0 };

/** The evidence of one fold added to that of others. Cost: O(series × origins × horizon). */
export function addEvidence(
  before: ColumnEvidence,
  of: { readonly fit: PanelFit; readonly held: HoldBackResult; readonly season: number },
): ColumnEvidence {
  const { fit, held, season } = of;
  const { table, chosen } = fit;
  if (table.own === undefined) return before;
  const model: Candidate = { name: '', members: [table.own.model] };
  const errors = new Float64Array(table.horizon);
  let { series, windows, loss, chosenLoss } = before;
  for (const [s, { values }] of held.panel.series.entries()) {
    const isSparse = isIntermittent(values, season);
    const scales = isSparse ? table.squaredScales : table.scales;
    const lossAt = (candidate: Candidate, origin: number): number => {
      candidateErrors(table, { candidate, series: s, origin }, errors);
      const scale = scales[s * table.originsMax + origin] as number;
      return lossOf(errors, isSparse ? 'squared' : 'absolute') / scale;
    };
    let tried = 0;
    for (let origin = 0; origin < (table.origins[s] as number); origin++) {
      const [mine, theirs] = [lossAt(model, origin), lossAt(chosen[s] as Candidate, origin)];
      if (!Number.isFinite(mine + theirs)) continue;
      tried++;
      loss += mine;
      chosenLoss += theirs;
    }
    windows += tried;
    if (tried > 0) series++;
  }
  return { series, windows, loss, chosenLoss };
}

/** Why columns were not used, in a sentence. */
export function unusedNote(
  columns: readonly string[],
  of: { model: string; evidence: ColumnEvidence },
): string {
  const { evidence, model } = of;
  const names = columns.join(', ');
  if (evidence.windows === 0)
    return `Nothing was learnt about ${names}: ${model}, which looks at such columns, had too little history to be tried.`;
  const worse = 100 * (evidence.loss / evidence.chosenLoss - 1);
  const measured =
    worse >= 0 ? `${worse.toFixed(0)} % worse than` : `${(-worse).toFixed(0)} % better, but not surely, than`;
  return (
    `Not used: ${names}. ${model}, which looks at them, was ${measured} what was chosen, ` +
    `in ${evidence.windows} past windows of ${evidence.series} series.`
  );
}
