// The automatic choice: which candidate serves which series, from backtest losses alone. Evidence is pooled over the
// series of a stratum, because a single series' few origins say more about luck than about models.

export interface ChoiceOptions {
  readonly candidateCount: number;
  /** Losses per series and candidate, shape [series × candidates], NaN = no evidence. */
  readonly losses: Float64Array;
  /** Stratum of each series, shape [series]. */
  readonly stratumOf: Int32Array;
  /** What is served when the evidence is thin, per stratum; index of a candidate. */
  readonly defaults: readonly number[];
}

export interface Choice {
  /** Candidate per stratum. */
  readonly ofStratum: readonly number[];
  /** Candidate per series, shape [series]. */
  readonly ofSeries: Int32Array;
}

/** A candidate must beat the default by this many standard errors of the mean paired difference. */
const standardErrors = 1;
/** With fewer series than this a stratum keeps its default unless the gain is far outside chance. */
const seriesMin = 8;

/**
 * Chooses one candidate per stratum: the one whose mean paired gain over the default, less its standard error, is largest
 * and positive; else the default.
 * Cost: O(series × candidates).
 */
export function choose(options: ChoiceOptions): Choice {
  const ofStratum = options.defaults.map((fallback, stratum) => chooseForStratum(options, stratum, fallback));
  const ofSeries = options.stratumOf.map((stratum) => ofStratum[stratum] as number);
  return { ofStratum, ofSeries };
}

function chooseForStratum(options: ChoiceOptions, stratum: number, fallback: number): number {
  let best = fallback;
  let bestGain = 0;
  for (let candidate = 0; candidate < options.candidateCount; candidate++) {
    if (candidate === fallback) continue;
    const { mean, standardError } = pairedGain(options, { stratum, fallback, candidate });
    const sure = mean - standardErrors * standardError;
    if (sure > bestGain) {
      best = candidate;
      bestGain = sure;
    }
  }
  return best;
}

/** Mean gain of a candidate over the fallback and its standard error over series; no gain when there is no evidence. */
function pairedGain(
  options: ChoiceOptions,
  pair: { stratum: number; fallback: number; candidate: number },
): { mean: number; standardError: number } {
  const { losses, stratumOf, candidateCount } = options;
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let s = 0; s < stratumOf.length; s++) {
    if (stratumOf[s] !== pair.stratum) continue;
    const gain =
      (losses[s * candidateCount + pair.fallback] as number) -
      (losses[s * candidateCount + pair.candidate] as number);
    if (Number.isNaN(gain)) continue;
    count++;
    sum += gain;
    squares += gain * gain;
  }
  if (count < 2) return { mean: 0, standardError: Number.POSITIVE_INFINITY };
  const mean = sum / count;
  const variance = Math.max(0, squares - count * mean * mean) / (count - 1);
  const caution = count < seriesMin ? 2 : 1;
  return { mean, standardError: caution * Math.sqrt(variance / count) };
}
