// Which method to reconcile with: the one that would have done best on past windows, each with weights from the others.

import type { Hierarchy } from './hierarchy.ts';
import { makeReconciler, type ReconcileMethod, reconcileMethods } from './reconcile.ts';
import type { NodeErrors } from './weights.ts';

/** One past window, forecast by every node. */
export interface PastWindow {
  readonly horizon: number;
  /** Forecasts made before it, shape [horizon × nodes], row per lead; finite. */
  readonly base: Float64Array;
  /** What came, same shape; NaN = unknown. */
  readonly actual: Float64Array;
  /** Unit of each node's squared errors (RMSSE's denominator, its root), shape [nodes]; NaN or 0 = not scored. */
  readonly units: Float64Array;
}

export interface MethodChoice {
  /** Of several the mean serves. */
  readonly methods: readonly ReconcileMethod[];
  /** Mean over windows and levels of the mean RMSSE of a level's nodes, by method tried, and `base` as it came. */
  readonly losses: Readonly<Partial<Record<ReconcileMethod | 'base', number>>>;
}

/** What is done where there is no past window. */
const methodDefault: ReconcileMethod = 'wls-struct';
/** Methods within this share of the best loss are as good as it: few windows cannot tell them apart. */
const tieShare = 0.01;

/**
 * Chooses the best method on past windows, and the mean of all that come within a hundredth of it. Every level counts the
 * same, as in the M5 competition, so that the many series do not outvote the totals.
 * `wls-var` and `mint-shrink` take part when there are two windows or more.
 * Cost: windows × leads × methods × one reconciliation.
 */
export function chooseMethod(
  hierarchy: Hierarchy,
  windows: readonly PastWindow[],
  options: { readonly nonNegative: boolean },
): MethodChoice {
  const methods = reconcileMethods.filter((method) => windows.length > 1 || !needsErrors(method));
  const sums: Partial<Record<ReconcileMethod | 'base', number>> = {};
  const add = (name: ReconcileMethod | 'base', loss: number): void => {
    sums[name] = (sums[name] ?? 0) + loss / windows.length;
  };
  for (const [w, window] of windows.entries()) {
    add('base', windowLoss(hierarchy, window, window.base));
    const others = windows.filter((_, i) => i !== w);
    const errors = others.length > 0 ? nodeErrors(hierarchy, others) : undefined;
    for (const method of methods) {
      const reconciler = makeReconciler(hierarchy, {
        methods: [method],
        nonNegative: options.nonNegative,
        ...(errors === undefined ? {} : { errors }),
      });
      const coherent = new Float64Array(window.base.length);
      for (let k = 0; k < window.horizon; k++) {
        const [from, to] = [k * hierarchy.nodeCount, (k + 1) * hierarchy.nodeCount];
        reconciler.reconcile(window.base.subarray(from, to), coherent.subarray(from, to));
      }
      add(method, windowLoss(hierarchy, window, coherent));
    }
  }
  if (windows.length === 0) return { methods: [methodDefault], losses: {} };
  const lossOf = (method: ReconcileMethod): number => sums[method] ?? Number.POSITIVE_INFINITY;
  const least = Math.min(...methods.map(lossOf));
  const chosen = methods.filter((method) => lossOf(method) <= (1 + tieShare) * least);
  return { methods: chosen.length > 0 ? chosen : [methodDefault], losses: sums };
}

function needsErrors(method: ReconcileMethod): boolean {
  return method === 'wls-var' || method === 'mint-shrink';
}

/** The errors of past windows side by side: one column per window and lead. Cost: O(nodes × windows × horizon). */
export function nodeErrors(hierarchy: Hierarchy, windows: readonly PastWindow[]): NodeErrors {
  const { nodeCount } = hierarchy;
  const count = windows.reduce((sum, { horizon }) => sum + horizon, 0);
  const values = new Float64Array(nodeCount * count);
  let column = 0;
  for (const { horizon, base, actual } of windows) {
    for (let k = 0; k < horizon; k++, column++) {
      for (let i = 0; i < nodeCount; i++) {
        values[i * count + column] = actual[k * nodeCount + i]! - base[k * nodeCount + i]!;
      }
    }
  }
  return { count, values };
}

/** Mean over levels of the mean RMSSE of their nodes; NaN when nothing can be scored. */
function windowLoss(hierarchy: Hierarchy, window: PastWindow, forecasts: Float64Array): number {
  const { nodeCount, levels } = hierarchy;
  let total = 0;
  let levelsScored = 0;
  for (const { first, count } of levels) {
    let sum = 0;
    let scored = 0;
    for (let i = first; i < first + count; i++) {
      let squares = 0;
      let known = 0;
      for (let k = 0; k < window.horizon; k++) {
        const error = window.actual[k * nodeCount + i]! - forecasts[k * nodeCount + i]!;
        if (Number.isNaN(error)) continue;
        squares += error * error;
        known++;
      }
      const loss = Math.sqrt(squares / known) / window.units[i]!;
      if (!Number.isFinite(loss)) continue;
      sum += loss;
      scored++;
    }
    if (scored === 0) continue;
    total += sum / scored;
    levelsScored++;
  }
  return levelsScored > 0 ? total / levelsScored : Number.NaN;
}
