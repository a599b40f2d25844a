// The decision to retrain, as a pure function: what is known goes in, a decision with its evidence comes out.

export interface RetrainSituation {
  /** The project's policy; 0 = only on request. */
  readonly retrainEveryPeriods: number;
  /** First period with an accepted row, and the newest that is closed for the whole project; null = there is none. */
  readonly history: { readonly periodMin: number; readonly periodMax: number } | null;
  /** Periods of history below which a training is refused. */
  readonly trainingPeriodsMin: number;
  /** Last period inside the champion's snapshot; null = no champion. */
  readonly championPeriodMax: number | null;
  /**
   * Last period known at the latest training, whatever became of it; null = there was none. A refused challenger or a
   * failed job must not be tried again with every batch.
   */
  readonly attemptPeriodMax: number | null;
}

export type RetrainDecision =
  | { readonly retrain: false; readonly reason: string }
  | { readonly retrain: true; readonly reason: string; readonly evidence: RetrainEvidence };

/** Stored as the job's input. */
export type RetrainEvidence = {
  readonly trigger: 'periods';
  /** Periods since the champion's data ended, or in the whole history when there is no champion. */
  readonly newPeriods: number;
  readonly retrainEveryPeriods: number;
  readonly latestPeriod: number;
  readonly championPeriodMax: number | null;
};

/** Retrains when enough periods have come since the champion learnt, and since the last try. */
export function decideRetrain(situation: RetrainSituation): RetrainDecision {
  const { retrainEveryPeriods, history, trainingPeriodsMin, championPeriodMax, attemptPeriodMax } = situation;
  if (retrainEveryPeriods <= 0) return { retrain: false, reason: 'the project retrains only on request' };
  if (history === null) return { retrain: false, reason: 'no period is closed yet' };
  const latestPeriod = history.periodMax;
  const known = latestPeriod - history.periodMin + 1;
  if (known < trainingPeriodsMin)
    return { retrain: false, reason: `${known} of the ${trainingPeriodsMin} periods that a training needs` };
  const newPeriods = latestPeriod - (championPeriodMax ?? history.periodMin - 1);
  const since = championPeriodMax === null ? 'in the history' : "since the champion's data ended";
  if (newPeriods < retrainEveryPeriods) {
    return { retrain: false, reason: `${newPeriods} of ${retrainEveryPeriods} periods ${since}` };
  }
  if (attemptPeriodMax !== null && latestPeriod - attemptPeriodMax < retrainEveryPeriods) {
    const waited = latestPeriod - attemptPeriodMax;
    return { retrain: false, reason: `${waited} of ${retrainEveryPeriods} periods since the last try` };
  }
  return {
    retrain: true,
    reason: `${newPeriods} periods ${since}, the project asks for ${retrainEveryPeriods}`,
    evidence: { trigger: 'periods', newPeriods, retrainEveryPeriods, latestPeriod, championPeriodMax },
  };
}
