// How far back to look, by frequency. Round numbers of the natural cycles, so that every mean covers whole weeks or years.

import { type Frequency, naturalSeason, type TimeGrid } from '../../core/index.ts';

/** Lengths in periods. Those that the histories do not reach are left out by the plan. */
export interface FrequencyRules {
  /** Trailing mean that everything is divided by. */
  readonly levelPeriods: number;
  /** Single values counted back from the origin, 1 = the origin itself. */
  readonly lags: readonly number[];
  /** Trailing means. */
  readonly windows: readonly number[];
  /** Half-lives of exponentially weighted means. */
  readonly halfLives: readonly number[];
  /** One year in whole weeks where the week matters; 0 = no yearly comparison. */
  readonly yearPeriods: number;
  /** Half-widths of the means around the same period of last year; 0 = that period alone. */
  readonly yearReaches: readonly number[];
  /** Periods looked back for the effect of a flag. */
  readonly flagPeriods: number;
}

const rules: Record<Exclude<Frequency, 'step'>, FrequencyRules> = {
  hour: {
    levelPeriods: 336,
    lags: [1, 2, 3, 6, 12, 24],
    windows: [6, 24, 72, 168, 672],
    halfLives: [6, 48],
    yearPeriods: 0,
    yearReaches: [],
    flagPeriods: 1344,
  },
  day: {
    levelPeriods: 56,
    lags: [1, 2, 3, 7],
    windows: [7, 14, 28, 112, 364],
    halfLives: [3, 14],
    yearPeriods: 364,
    yearReaches: [0, 3, 14],
    flagPeriods: 182,
  },
  week: {
    levelPeriods: 13,
    lags: [1, 2, 3, 4],
    windows: [4, 8, 26, 52],
    halfLives: [2, 6],
    yearPeriods: 52,
    yearReaches: [0, 1, 3],
    flagPeriods: 52,
  },
  month: {
    levelPeriods: 12,
    lags: [1, 2, 3, 6],
    windows: [3, 6, 24],
    halfLives: [2, 6],
    yearPeriods: 12,
    yearReaches: [0, 1],
    flagPeriods: 36,
  },
  quarter: {
    levelPeriods: 4,
    lags: [1, 2, 3, 4],
    windows: [2, 8, 12],
    halfLives: [1, 4],
    yearPeriods: 4,
    yearReaches: [0],
    flagPeriods: 16,
  },
  year: {
    levelPeriods: 3,
    lags: [1, 2, 3],
    windows: [2, 5, 10],
    halfLives: [1, 3],
    yearPeriods: 0,
    yearReaches: [],
    flagPeriods: 10,
  },
};

/** The rules of a grid; one of bare steps takes its longest season for its cycle, one of workdays counts weeks by them. */
export function rulesOf({ frequency, workdays }: TimeGrid, seasons: readonly number[]): FrequencyRules {
  if (frequency === 'day' && workdays !== undefined) return workdayRules(workdays.length);
  if (frequency !== 'step') return rules[frequency];
  const cycle = Math.max(4, ...seasons);
  return {
    levelPeriods: 2 * cycle,
    lags: [1, 2, 3, 4],
    windows: [4, cycle, 4 * cycle, 8 * cycle],
    halfLives: [2, cycle],
    yearPeriods: 0,
    yearReaches: [],
    flagPeriods: 8 * cycle,
  };
}

/** The same weeks as the rules of days, of fewer days each. */
function workdayRules(week: number): FrequencyRules {
  return {
    levelPeriods: 8 * week,
    lags: [...new Set([1, 2, 3, week])].sort((a, b) => a - b),
    windows: [week, 2 * week, 4 * week, 16 * week, 52 * week],
    halfLives: [3, 2 * week],
    yearPeriods: 52 * week,
    yearReaches: [0, 3, 2 * week],
    flagPeriods: 26 * week,
  };
}

/** A season and how many of its last same phases are averaged. */
export interface PhaseRule {
  readonly season: number;
  readonly counts: readonly number[];
}

/** The seasons compared phase by phase: those given, or the natural one; short ones average more cycles than long ones. */
export function phaseRules({ frequency, workdays }: TimeGrid, seasons: readonly number[]): PhaseRule[] {
  const given = seasons.filter((season) => season > 1);
  const used = given.length > 0 ? given : [naturalSeason(frequency, workdays)].filter((season) => season > 1);
  return [...new Set(used)]
    .sort((a, b) => a - b)
    .map((season) => ({ season, counts: season <= 10 ? [1, 4, 8] : season <= 24 ? [1, 3] : [1, 2] }));
}
