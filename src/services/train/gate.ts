// How a new version does beside the champion on the same folds; the first version beside seasonal naive. One of the gates: see `gates/decide.ts`.

import type { JsonObject } from '../../storage/ports/index.ts';
import type { FoldScores } from './fold-scores.ts';

/** A challenger this much worse than the champion still passes: folds are few, and it knows the newest demand. */
export const championMargin = 0.02;
/** Of the unit of a series' own variation: a loss so much larger is none that anybody would notice, as where both are near zero. */
export const lossFree = 0.05;

/** Over the folds that both contenders have. */
export interface GateFigures {
  /** Mean loss in units of each series' scale. */
  readonly loss: number;
  /** Mean over the folds that have one. */
  readonly rmsse: number | null;
  /** Σ|error| ÷ Σ|demand|; null without demand. */
  readonly wape: number | null;
  /** Σ(forecast − actual) ÷ Σ|demand|; null without demand. */
  readonly bias: number | null;
}

export interface GateResult {
  readonly passed: boolean;
  readonly reason: string;
  readonly against: 'champion' | 'seasonal-naive';
  /** Id of the version compared with; null against seasonal naive. */
  readonly againstVersionId: string | null;
  /** Share by which the challenger's loss may exceed the other's. */
  readonly margin: number;
  /** Folds compared: one per series and origin. */
  readonly folds: number;
  readonly challenger: GateFigures | null;
  readonly opponent: GateFigures | null;
}

export interface GateQuestion {
  readonly challenger: FoldScores;
  readonly seasonalNaive: FoldScores;
  /** Null before the first promotion. */
  readonly champion: { readonly versionId: string; readonly scores: FoldScores } | null;
}

/** Passes a challenger that is finite and not worse than its opponent by more than the margin. Pure. */
export function compareLosses(question: GateQuestion): GateResult {
  const { challenger, seasonalNaive, champion } = question;
  const shared = champion === null ? 0 : sharedCells(challenger, champion.scores).length;
  // A champion that knows none of the series (all were replaced) has nothing to say about them.
  const opponent =
    champion !== null && shared > 0
      ? {
          against: 'champion' as const,
          id: champion.versionId,
          scores: champion.scores,
          margin: championMargin,
        }
      : { against: 'seasonal-naive' as const, id: null, scores: seasonalNaive, margin: 0 };
  const cells = sharedCells(challenger, opponent.scores);
  const base = {
    against: opponent.against,
    againstVersionId: opponent.id,
    margin: opponent.margin,
    folds: cells.length,
  };
  if (cells.length === 0) {
    const reason = 'no fold could be compared: its scores are not finite numbers';
    return { ...base, passed: false, reason, challenger: null, opponent: null };
  }
  const mine = figures(challenger, cells);
  const theirs = figures(opponent.scores, cells);
  const finite = [mine.loss, theirs.loss].every(Number.isFinite);
  const bound = Math.max(theirs.loss * (1 + opponent.margin), lossFree);
  const passed = finite && mine.loss <= bound;
  const reason = !finite
    ? 'its loss is not a finite number'
    : `loss ${mine.loss.toFixed(4)} against ${theirs.loss.toFixed(4)} of ${opponent.against} on ${cells.length} folds, ${passed ? 'within' : 'beyond'} the margin of ${100 * opponent.margin} %`;
  return { ...base, passed, reason, challenger: mine, opponent: theirs };
}

/** The result as it is stored with the version. */
export function gateJson(result: object): JsonObject {
  return JSON.parse(JSON.stringify(result)) as JsonObject;
}

/** Mean loss, WAPE and bias over the given folds. */
export function figures(scores: FoldScores, cells: readonly number[]): GateFigures {
  let loss = 0;
  let rmsse = 0;
  let rmsses = 0;
  let absolute = 0;
  let bias = 0;
  let demand = 0;
  for (const at of cells) {
    loss += scores.losses[at] as number;
    if (Number.isFinite(scores.rmsses[at])) {
      rmsse += scores.rmsses[at] as number;
      rmsses++;
    }
    absolute += scores.absoluteErrors[at] as number;
    bias += scores.biases[at] as number;
    demand += scores.demands[at] as number;
  }
  return {
    loss: loss / cells.length,
    rmsse: rmsses > 0 ? rmsse / rmsses : null,
    wape: demand > 0 ? absolute / demand : null,
    bias: demand > 0 ? bias / demand : null,
  };
}

/** Folds on which a contender has a finite loss. */
export function scoredCells(scores: FoldScores): number[] {
  const cells: number[] = [];
  for (const [at, loss] of scores.losses.entries()) if (Number.isFinite(loss)) cells.push(at);
  return cells;
}

function sharedCells(a: FoldScores, b: FoldScores): number[] {
  return scoredCells(a).filter((at) => Number.isFinite(b.losses[at]));
}
