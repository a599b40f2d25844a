// Which models are worth trying on which kind of series, and what is served when the backtest cannot tell.

import type { Frequency, Panel } from '../../core/index.ts';
import type { Candidate } from './backtest-table.ts';
import { isIntermittent } from './demand-class.ts';
import { hasEnded } from './ended.ts';
import { isFading } from './fading.ts';
import type { LossKind } from './losses.ts';

/** A group of demand classes that shares models, loss and default. */
export interface CandidateGroup {
  readonly name: string;
  readonly loss: LossKind;
  /** Ascending by number of members. */
  readonly candidates: readonly Candidate[];
  /** Index of the candidate that is served without evidence to the contrary. */
  readonly fallback: number;
  /** Whether each of the plan's models is tried on this group. */
  readonly active: readonly boolean[];
  /** Index of the candidate that serves demand running out along a line; absent = chosen like any other. */
  readonly fading?: number;
}

export interface CandidatePlan {
  /** Catalog names of the single models to fit, some with a season of their own (`dotm@168`). */
  readonly models: readonly string[];
  /** Seasons handed to every fit, shortest first; [] = none. */
  readonly seasons: readonly number[];
  /** Of regular (ADI ≤ 1.32) and of intermittent demand. */
  readonly regular: CandidateGroup;
  readonly intermittent: CandidateGroup;
}

/**
 * The group whose models are tried on a series. Demand that has ended is sparse from here on, however steady it was: of the
 * regular models none would ever let go of it.
 * @param history demand per period, NaN = unknown
 * @param season  periods per cycle, 1 = none
 * Cost: O(n).
 */
export function groupOf(plan: CandidatePlan, history: Float64Array, season: number): CandidateGroup {
  return isIntermittent(history, season) || hasEnded(history, season) ? plan.intermittent : plan.regular;
}

/** Pools of more members than this cost more than they gain. */
const membersMax = 3;

/** What the automatic plan looks at besides the seasons. */
export interface PlanHints {
  readonly frequency: Frequency;
  /** Length of a typical history, periods. */
  readonly lengthTypical: number;
  /** Try a model over all series together. Default false. */
  readonly global?: boolean;
  /** Demand of some series is running out along a line: a model that follows it is at hand. Default false. */
  readonly fading?: boolean;
}

/** A model over all series is tried from this many pairs of series and origin on: fewer teach it little. */
const globalPairsMin = 2000;

/** What serves demand that is running out along a line, see `isFading`. */
const followsLines = 'holt';

/** Whole weeks of a year, so that a Monday is compared with a Monday. */
const yearOfWeeksDays = 364;

/**
 * The automatic plan. Regular demand: dynamic optimised theta, ETS, seasonal naive and averages, and every mean of up to
 * three of them; the default is the mean of theta and ETS. With several seasons each copy and theta is tried on each of
 * them; days with two years of history are also compared with the same weekday of last year. Intermittent demand:
 * smoothing and aggregation methods; the default is the mean of IMAPA and TSB. Boosted trees over all series join both.
 * @param seasons periods per cycle, shortest first; [] = none
 */
export function autoPlan(seasons: readonly number[], hints?: PlanHints): CandidatePlan {
  const cycles = seasons.filter((m) => m > 1);
  const regular = regularModels(cycles);
  if (
    hints?.frequency === 'day' &&
    hints.lengthTypical > 2 * yearOfWeeksDays &&
    !cycles.some((m) => m > 300)
  ) {
    regular.push(`snaive-growth@${yearOfWeeksDays}`);
  }
  const alone = hints?.fading === true && !regular.includes(followsLines) ? [followsLines] : [];
  regular.push(...alone);
  const intermittent = ['imapa', 'tsb', 'ses', 'ma', 'mean-demand'];
  if (cycles.length > 0) intermittent.push('seasonal-average');
  if (hints?.global === true) {
    regular.push('gbdt');
    intermittent.push('gbdt');
  }
  const models = [...new Set([...regular, ...intermittent])];
  return {
    models,
    seasons: cycles,
    regular: group('regular', 'absolute', { models, names: regular, alone, fallback: 'dotm+ets' }),
    intermittent: group('intermittent', 'squared', { models, names: intermittent, fallback: 'imapa+tsb' }),
  };
}

/**
 * The automatic plan for a panel. A model over all series is tried when something is known beside demand, or when enough
 * periods of enough series can teach it.
 * @param of.horizon steps ahead: what comes later than this before the end of a series cannot teach all leads
 * Cost: O(series log series).
 */
export function autoPlanFor(
  panel: Panel,
  of: { readonly seasons: readonly number[]; readonly horizon: number },
): CandidatePlan {
  const lengths = Float64Array.from(panel.series, ({ values }) => values.length).sort();
  const lengthTypical = lengths[Math.floor(lengths.length / 2)] ?? 0;
  const season = of.seasons.find((m) => m > 1) ?? 1;
  const pairs = lengths.reduce((sum, length) => sum + Math.max(0, length - of.horizon - season), 0);
  const { covariates } = panel;
  const known = covariates !== undefined && covariates.varying.length + covariates.fixed.length > 0;
  const { frequency } = panel.grid;
  return autoPlan(of.seasons, {
    frequency,
    lengthTypical,
    global: known || pairs >= globalPairsMin,
    fading: frequency === 'day' && panel.series.some(({ values }) => isFading(values, season)),
  });
}

function regularModels(cycles: readonly number[]): string[] {
  const [first, ...longer] = cycles;
  if (first === undefined) return ['dotm', 'ets', 'naive', 'damped', 'theta', 'drift', 'holt'];
  // Copies of the last cycle take the longest season unless told otherwise.
  const own = longer.length > 0 ? `@${first}` : '';
  const models = ['dotm', 'ets', `snaive${own}`, 'seasonal-average'];
  if (first >= 24) models.push(`snaive-growth${own}`);
  if (longer.length > 0) models.push('multi-season');
  for (const m of longer) models.push(`dotm@${m}`, `snaive@${m}`, `snaive-growth@${m}`);
  return models;
}

/** The plan of a user who names models: each name is a candidate, the first is the default. */
export function namedPlan(names: readonly string[], seasons: readonly number[]): CandidatePlan {
  const models = [...new Set(names.flatMap((name) => name.split('+')))];
  const make = (name: string, loss: LossKind): CandidateGroup => ({
    name,
    loss,
    candidates: names.map((candidate) => ({
      name: candidate,
      members: candidate.split('+').map((part) => models.indexOf(part)),
    })),
    fallback: 0,
    active: models.map(() => true),
  });
  return {
    models,
    seasons,
    regular: make('regular', 'absolute'),
    intermittent: make('intermittent', 'squared'),
  };
}

function group(
  name: string,
  loss: LossKind,
  from: {
    models: readonly string[];
    names: readonly string[];
    /** One of them that is no member of a mean: it serves fading demand. */
    alone?: readonly string[];
    fallback: string;
  },
): CandidateGroup {
  const isWanted = (subset: readonly string[]): boolean =>
    subset.length === 1 || !subset.some((model) => from.alone?.includes(model));
  const candidates = subsets(from.names, membersMax)
    .filter(isWanted)
    .map((subset) => ({
      name: subset.join('+'),
      members: subset.map((model) => from.models.indexOf(model)),
    }));
  const fading = candidates.findIndex((candidate) => from.alone?.includes(candidate.name));
  return {
    name,
    loss,
    candidates,
    ...(fading < 0 ? {} : { fading }),
    fallback: Math.max(
      0,
      candidates.findIndex((candidate) => candidate.name === from.fallback),
    ),
    active: from.models.map((model) => from.names.includes(model)),
  };
}

/** All subsets of 1 … size names, smaller ones first, each in the given order. */
function subsets(names: readonly string[], size: number): string[][] {
  let level: string[][] = [[]];
  const all: string[][] = [];
  for (let k = 0; k < size; k++) {
    level = level.flatMap((head) => {
      const last = head.at(-1);
      const from = last === undefined ? 0 : names.indexOf(last) + 1;
      return names.slice(from).map((name) => [...head, name]);
    });
    all.push(...level);
  }
  return all;
}
