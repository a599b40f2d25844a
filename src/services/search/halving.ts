// Early stopping: every trial starts cheap, and only the best share of each fidelity goes on to the next.

/** How much of the work an evaluation does. */
export interface Fidelity {
  /** Share of the training rows, in (0, 1]. */
  readonly share: number;
  /** Folds that are scored, ≥ 1. */
  readonly folds: number;
}

/** What halving looks at: losses by rung so far; Infinity = it failed there. */
export interface Contestant {
  readonly losses: readonly number[];
}

export interface HalvingState {
  /** By trial; the first is the reference and goes all the way up whatever its losses. */
  readonly trials: readonly Contestant[];
  readonly rungs: number;
  /** One trial in so many is promoted, ≥ 2. */
  readonly eta: number;
  /** More trials may be started. */
  readonly open: boolean;
}

/** Fidelities from cheap to whole: each `eta` times the one before, the last one everything. */
export function fidelities(options: { rungs: number; eta: number; folds: number }): Fidelity[] {
  const { rungs, eta, folds } = options;
  return Array.from({ length: rungs }, (_, rung) => {
    const share = eta ** (rung - rungs + 1);
    return { share, folds: Math.max(1, Math.round(folds * share)) };
  });
}

/**
 * What to do next: take a trial to its next rung, start a `new` one, or null = nothing is left. Promotes a trial among the
 * best `1/eta` of its rung; when no more are started, the best of every rung goes up.
 * Source: Li, Jamieson et al. 2020, MLSys, algorithm 2 (ASHA), with one worker. Unlike there no more than `1/eta` of a rung
 * are ever promoted: a sampler that learns would else send up nearly everything, each new trial being among the best so far.
 * Cost: O(trials × log trials × rungs).
 */
export function nextMove(state: HalvingState): { readonly trial: number } | 'new' | null {
  const { trials, rungs, eta, open } = state;
  const [reference] = trials;
  if (reference !== undefined && reference.losses.length < rungs && !hasFailed(reference))
    return { trial: 0 };
  for (let rung = rungs - 2; rung >= 0; rung--) {
    const ranked = [...trials.keys()]
      .filter((trial) => lossAt(trials, trial, rung) < Number.POSITIVE_INFINITY)
      .sort((a, b) => lossAt(trials, a, rung) - lossAt(trials, b, rung) || a - b);
    const places = Math.floor(countPast(trials, rung) / eta);
    const next = ranked.slice(0, places).find((trial) => trials[trial]?.losses.length === rung + 1);
    if (next !== undefined && countPast(trials.slice(1), rung + 1) < places) return { trial: next };
    const [best] = ranked;
    if (!open && best !== undefined && trials[best]?.losses.length === rung + 1) return { trial: best };
  }
  return open ? 'new' : null;
}

/** Trials that were evaluated at a rung. */
function countPast(trials: readonly Contestant[], rung: number): number {
  return trials.filter(({ losses }) => losses.length > rung).length;
}

function hasFailed({ losses }: Contestant): boolean {
  return losses.includes(Number.POSITIVE_INFINITY);
}

function lossAt(trials: readonly Contestant[], trial: number, rung: number): number {
  return trials[trial]?.losses[rung] ?? Number.POSITIVE_INFINITY;
}
