// What a search leaves: what was tried, what was best, and how the best did beside the defaults where neither was chosen.

import type { Json, JsonObject } from '../../storage/ports/index.ts';
import type { SearchEnd, Spent } from './engine.ts';
import type { Fidelity } from './halving.ts';
import type { PairedDifference } from './paired.ts';
import type { Params } from './space.ts';

/**
 * `better` and `worse`: the whole 95 % interval of the paired difference on the last window is on that side of zero.
 * `undecided`: zero is inside. `defaults`: nothing tried was better than the defaults where the choice was made.
 */
export type Verdict = 'better' | 'worse' | 'undecided' | 'defaults';

export interface SearchReport {
  readonly project: string;
  readonly snapshotId: string;
  /** Run of the search; that of trial i at rung r is called `<runId>_t<i>_r<r>`. */
  readonly runId: string;
  readonly request: JsonObject;
  readonly fidelities: readonly Fidelity[];
  readonly endedBy: SearchEnd['endedBy'];
  readonly spent: Spent;
  readonly defaults: Params;
  /** By trial in the order they were started; losses by rung, null = failed there. */
  readonly trials: readonly {
    readonly trial: number;
    readonly params: Params;
    readonly losses: readonly (number | null)[];
  }[];
  /** Chosen on the windows before the last, at full fidelity. */
  readonly best: {
    readonly trial: number;
    readonly params: Params;
    readonly loss: number;
    readonly defaultsLoss: number;
  };
  readonly verdict: Verdict;
  /** Best beside the defaults on the last window, which nothing was chosen on; null when the best is the defaults. */
  readonly difference: PairedDifference | null;
}

/** The trials of a search as they are stored. */
export function trialRows(end: SearchEnd): SearchReport['trials'] {
  return end.trials.map(({ index, params, losses }) => ({
    trial: index,
    params,
    losses: losses.map((loss) => (Number.isFinite(loss) ? loss : null)),
  }));
}

/** What the interval of the difference says. */
export function verdictOf(difference: PairedDifference | null): Verdict {
  if (difference === null) return 'undecided';
  if (difference.high < 0) return 'better';
  return difference.low > 0 ? 'worse' : 'undecided';
}

/** Figures of the search's run, by flat name. */
export function reportMetrics({ best, difference, spent }: SearchReport): Record<string, number | null> {
  return {
    'best.trial': best.trial,
    'best.loss': best.loss,
    'defaults.loss': best.defaultsLoss,
    'report.loss': difference?.loss ?? null,
    'report.defaults-loss': difference?.referenceLoss ?? null,
    'report.difference': difference?.difference ?? null,
    'report.low': difference?.low ?? null,
    'report.high': difference?.high ?? null,
    trials: spent.trials,
    seconds: spent.seconds,
    cpuSeconds: spent.cpuSeconds,
  };
}

/** What the job keeps: small. */
export function reportSummary({ runId, best, verdict, spent }: SearchReport): Json {
  return { runId, bestTrial: best.trial, params: best.params, verdict, trials: spent.trials };
}
