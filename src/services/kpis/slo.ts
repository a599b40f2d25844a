// Arithmetic of a service level objective: availability, error budget, burn rates over pairs of windows.
// Source: Beyer et al. 2018, The Site Reliability Workbook (O'Reilly), chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".

/** What was promised. */
export interface Objective {
  /** Share of requests that must succeed, in (0, 1). */
  readonly availability: number;
  /** Days over which the promise is kept. */
  readonly windowDays: number;
}

/** What was seen in a window. */
export interface Outcomes {
  readonly n: number;
  /** Of `n`: those that failed through no fault of their sender. */
  readonly failed: number;
}

/** One burn-rate rule: both windows must burn faster than `rate`, the short one so that it ends soon after the trouble. */
export interface BurnRule {
  readonly name: 'page-fast' | 'page-slow' | 'ticket';
  readonly longMinutes: number;
  readonly shortMinutes: number;
  /** Times the rate that would spend the budget exactly at the end of the objective's window. */
  readonly rate: number;
}

/** A rule with what was found; `burning` is null where too little came to tell. */
export interface BurnState extends BurnRule {
  readonly long: Burn;
  readonly short: Burn;
  readonly burning: boolean | null;
}

export interface Burn extends Outcomes {
  readonly rate: number | null;
}

/** With fewer failures than this in the long window nothing burns: they may be chance. */
export const failuresMin = 3;

/** Share of requests that succeeded; null without any. */
export function availabilityOf({ n, failed }: Outcomes): number | null {
  return n === 0 ? null : (n - failed) / n;
}

/**
 * Share of the error budget that is left: 1 = nothing failed, 0 = as much as was allowed, below 0 = promise broken.
 * @returns null without any request: there is no budget to spend from
 */
export function budgetLeft(objective: Objective, outcomes: Outcomes): number | null {
  const rate = burnRate(objective, outcomes);
  return rate === null ? null : 1 - rate;
}

/** How many times faster than allowed failures come: failed share ÷ allowed share; null without any request. */
export function burnRate({ availability }: Objective, { n, failed }: Outcomes): number | null {
  return n === 0 ? null : failed / n / (1 - availability);
}

const hour = 60;
const dayHours = 24;
/** Hours of the long window, share of the budget that it may spend, and how much shorter the short window is. */
const rules = [
  { name: 'page-fast', longHours: 1, budgetShare: 0.02 },
  { name: 'page-slow', longHours: 6, budgetShare: 0.05 },
  { name: 'ticket', longHours: 72, budgetShare: 0.1 },
] as const;
const shortPart = 12;

/**
 * The rules for an objective: 2 % of the budget in an hour, 5 % in six, 10 % in three days, as the workbook has them. For 30 days
 * these are the rates 14.4, 6 and 1. A rule whose window is not shorter than the objective's is left out.
 */
export function burnRules({ windowDays }: Objective): BurnRule[] {
  const windowHours = windowDays * dayHours;
  return rules
    .filter(({ longHours }) => longHours < windowHours)
    .map(({ name, longHours, budgetShare }) => ({
      name,
      longMinutes: longHours * hour,
      shortMinutes: (longHours * hour) / shortPart,
      rate: (budgetShare * windowHours) / longHours,
    }));
}

/** Judges one rule on what both windows saw. */
export function burnState(
  objective: Objective,
  rule: BurnRule,
  seen: { long: Outcomes; short: Outcomes },
): BurnState {
  const long = { ...seen.long, rate: burnRate(objective, seen.long) };
  const short = { ...seen.short, rate: burnRate(objective, seen.short) };
  const burns = (rate: number | null): boolean => rate !== null && rate >= rule.rate;
  const burning =
    long.rate === null ? null : burns(long.rate) && burns(short.rate) && long.failed >= failuresMin;
  return { ...rule, long, short, burning };
}
