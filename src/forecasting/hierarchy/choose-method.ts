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
    for (const method of methods) {
      const coherent = reconcileWindow(hierarchy, windows, { window: w, methods: [method], ...options });
      add(method, windowLoss(hierarchy, window, coherent));
    }
  }
  if (windows.length === 0) return { methods: [methodDefault], losses: {} };
  const lossOf = (method: ReconcileMethod): number => sums[method] ?? Number.POSITIVE_INFINITY;
  const least = Math.min(...methods.map(lossOf));
  const chosen = methods.filter((method) => lossOf(method) <= (1 + tieShare) * least);
  return { methods: chosen.length > 0 ? chosen : [methodDefault], losses: sums };
}

/** The forecasts of one window, made to add up with errors from the other windows. Shape as `base`. */
function reconcileWindow(
  hierarchy: Hierarchy,
  windows: readonly PastWindow[],
  by: {
    readonly window: number;
    readonly methods: readonly ReconcileMethod[];
    readonly nonNegative: boolean;
  },
): Float64Array {
  const { nodeCount } = hierarchy;
  const { base, horizon } = windows[by.window] as PastWindow;
  const others = windows.filter((_, i) => i !== by.window);
  const reconciler = makeReconciler(hierarchy, {
    methods: by.methods,
    nonNegative: by.nonNegative,
    ...(others.length > 0 ? { errors: nodeErrors(hierarchy, others) } : {}),
  });
  const coherent = new Float64Array(base.length);
  for (let k = 0; k < horizon; k++) {
    const [from, to] = [k * nodeCount, (k + 1) * nodeCount];
    reconciler.reconcile(base.subarray(from, to), coherent.subarray(from, to));
  }
  return coherent;
}

/** How good the nodes of a level were on past windows; NaN = nothing to score. */
export interface LevelErrors {
  readonly level: string;
  /** Mean over nodes and windows. */
  readonly rmsse: number;
  /** Σ|error| ÷ Σ|demand| over nodes and windows. */
  readonly wape: number;
  /** Σ(forecast − demand) ÷ Σ|demand| over nodes and windows: above 0 = too much. */
  readonly bias: number;
}

/**
 * Scores past windows level by level.
 * @param options.methods what the forecasts are made to add up by, with errors from the other windows; [] = as they came
 * Cost: windows × leads × methods × one reconciliation.
 */
export function scoreLevels(
  hierarchy: Hierarchy,
  windows: readonly PastWindow[],
  options: { readonly methods: readonly ReconcileMethod[]; readonly nonNegative: boolean },
): LevelErrors[] {
  const { methods, nonNegative } = options;
  const forecasts = windows.map(({ base }, window) =>
    methods.length === 0 ? base : reconcileWindow(hierarchy, windows, { window, methods, nonNegative }),
  );
  return hierarchy.levels.map(({ name, first, count }) => {
    const sums = { rmsse: 0, scored: 0, absolute: 0, signed: 0, demand: 0 };
    for (const [w, window] of windows.entries()) {
      for (let node = first; node < first + count; node++)
        addNode(sums, window, {
          node,
          nodeCount: hierarchy.nodeCount,
          forecasts: forecasts[w] as Float64Array,
        });
    }
    const { rmsse, scored, absolute, signed, demand } = sums;
    return { level: name, rmsse: rmsse / scored, wape: absolute / demand, bias: signed / demand };
  });
}

/** Adds one node's errors in one window; unknown periods are skipped, a node without a scale counts in the sums alone. */
function addNode(
  sums: { rmsse: number; scored: number; absolute: number; signed: number; demand: number },
  window: PastWindow,
  of: { readonly node: number; readonly nodeCount: number; readonly forecasts: Float64Array },
): void {
  let squares = 0;
  let known = 0;
  for (let at = of.node; at < of.forecasts.length; at += of.nodeCount) {
    const actual = window.actual[at]!;
    const error = actual - of.forecasts[at]!;
    if (Number.isNaN(error)) continue;
    squares += error * error;
    known++;
    sums.absolute += Math.abs(error);
    sums.signed -= error;
    sums.demand += Math.abs(actual);
  }
  const rmsse = Math.sqrt(squares / known) / window.units[of.node]!;
  if (!Number.isFinite(rmsse)) return;
  sums.rmsse += rmsse;
  sums.scored++;
}

/** Whether a method weighs nodes by errors of past windows, and cannot be used without one. */
export function needsErrors(method: ReconcileMethod): boolean {
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
    const sums = { rmsse: 0, scored: 0, absolute: 0, signed: 0, demand: 0 };
    for (let node = first; node < first + count; node++)
      addNode(sums, window, { node, nodeCount, forecasts });
    if (sums.scored === 0) continue;
    total += sums.rmsse / sums.scored;
    levelsScored++;
  }
  return levelsScored > 0 ? total / levelsScored : Number.NaN;
}
