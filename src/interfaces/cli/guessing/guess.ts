// Guessing a project from a sample of the user's file: which columns, which frequency, which rules. Pure; every guess
// carries its reason, because the user has to check it.

import { AppError, naturalSeason } from '../../../core/index.ts';
import { horizonDefault, type ProjectConfig } from '../../config/index.ts';
import type { Sample } from '../sample.ts';
import { guessCovariates } from './guess-covariates.ts';
import type { Guess } from './guessed-setting.ts';
import { columnProfiles, type Profile } from './profile.ts';
import { groupTimes, type Spacing, spacingOf } from './spacing.ts';

export interface GuessedProject {
  readonly project: ProjectConfig;
  readonly guesses: readonly Guess[];
  readonly seriesCount: number;
}

/**
 * The project that fits the sample.
 * @throws AppError `cli/no-guess` when no column can be the time, or none the demand
 */
export function guessProject(sample: Sample): GuessedProject {
  const profiles = columnProfiles(sample);
  const time = bestTime(profiles);
  const target = bestTarget(profiles, time);
  const series = seriesColumns(sample, profiles, { time, target });
  const stockout = profiles.find((profile) => /(stock.?out|out.?of.?stock|^oos$)/i.test(profile.name));
  const groups = groupTimes(sample, { time, series });
  const spacing = spacingOf(groups, time);
  const guesses: Guess[] = [
    { setting: 'columns.time', value: time.name, reason: time.timeReason },
    { setting: 'columns.target', value: target.name, reason: targetReason(target) },
    seriesGuess(series, groups.length),
  ];
  if (stockout !== undefined)
    guesses.push({ setting: 'columns.stockout', value: stockout.name, reason: 'its name says so' });
  const others = [time, target, ...(stockout === undefined ? [] : [stockout])];
  const covariates = guessCovariates(sample, profiles, { series, others });
  guesses.push(...covariates.guesses);
  guesses.push({ setting: 'frequency', value: spacing.frequency, reason: spacing.reason });
  const rules = guessRules(spacing, target);
  guesses.push(...rules.guesses);
  const project: ProjectConfig = {
    columns: {
      series: series.length === 1 ? (series[0] as Profile).name : series.map((profile) => profile.name),
      time: time.name,
      target: target.name,
      ...(stockout === undefined ? {} : { stockout: stockout.name }),
      ...covariates.columns,
    },
    frequency: spacing.frequency,
    ...(spacing.weekStart === null ? {} : { weekStart: spacing.weekStart }),
    ...rules.settings,
  };
  return { project, guesses, seriesCount: groups.length };
}

function bestTime(profiles: readonly Profile[]): Profile {
  const dated = profiles.filter((profile) => profile.isTime);
  const named = dated.find((profile) =>
    /date|time|day|week|month|quarter|year|period|^ds$/i.test(profile.name),
  );
  const stepped = profiles.find(
    (profile) => profile.isInteger && /^(t|step|period|d|index|time)$/i.test(profile.name),
  );
  const time = named ?? dated[0] ?? stepped;
  if (time !== undefined) return time;
  throw new AppError(
    'cli/no-guess',
    `no column holds dates as 2024-03-31 (or steps named t); columns: ${profiles.map((p) => p.name).join(', ')}`,
  );
}

/** A smaller share of odd values is taken for slips, not for the nature of the data. */
const slipShare = 0.005;

const targetNames =
  /^(y|value|units?|units_sold|unit_sales|sales|demand|qty|quantity|volume|target|orders|count|amount|consumption|scripts|users|visitors|weekly_sales|item_cnt.*)$/i;
const notTarget =
  /price|cost|promo|flag|discount|holiday|temp|cpi|unemployment|fuel|event|_id$|^id$|year|month|week|day|hour|lat|lon|population|income|humidity|^hum$|wind|rate|stock/i;

function bestTarget(profiles: readonly Profile[], time: Profile): Profile {
  const numeric = profiles.filter((profile) => profile.isNumber && profile !== time);
  const score = (profile: Profile): number =>
    (targetNames.test(profile.name) ? 4 : 0) -
    (notTarget.test(profile.name) ? 4 : 0) +
    (/sales|demand|units|quantity|volume/i.test(profile.name) ? 1 : 0) +
    Math.min(1, profile.distinct / 50) +
    // Of equals, the later column: keys come first, measures after.
    profile.index / 1000;
  const best = numeric.sort((a, b) => score(b) - score(a))[0];
  if (best !== undefined) return best;
  throw new AppError(
    'cli/no-guess',
    `no column besides ${time.name} holds numbers; columns: ${profiles.map((p) => p.name).join(', ')}`,
  );
}

function targetReason(target: Profile): string {
  const range = `numbers from ${target.min} to ${target.max}`;
  return targetNames.test(target.name) ? `${range}, and its name` : range;
}

/** The fewest key columns that, with the time, name each row once; [] = the file is one series. */
function seriesColumns(
  sample: Sample,
  profiles: readonly Profile[],
  known: { time: Profile; target: Profile },
): Profile[] {
  const candidates = profiles
    .filter((profile) => profile !== known.time && profile !== known.target && profile.isKey)
    .sort((a, b) => keyScore(b) - keyScore(a));
  if (uniqueShare(sample, [known.time]) > 0.99) {
    // A sample of one shop still names the shop; the next file will name others.
    const only = candidates.find((candidate) => candidate.distinct === 1 && keyScore(candidate) > 2);
    return only === undefined ? [] : [only];
  }
  for (const candidate of candidates)
    if (uniqueShare(sample, [known.time, candidate]) > 0.97) return [candidate];
  const chosen: Profile[] = [];
  let share = uniqueShare(sample, [known.time]);
  while (share < 0.97 && chosen.length < 4) {
    let best: Profile | undefined;
    for (const candidate of candidates) {
      if (chosen.includes(candidate)) continue;
      const next = uniqueShare(sample, [known.time, ...chosen, candidate]);
      if (next <= share + 0.001) continue;
      best = candidate;
      share = next;
      break;
    }
    if (best === undefined) break;
    chosen.push(best);
  }
  return chosen.sort((a, b) => a.index - b.index);
}

function keyScore(profile: Profile): number {
  return (
    (/^(series|series_id|unique_id)$/i.test(profile.name) ? 5 : 0) +
    (/_id$|^id$|sku|item|product|store|shop|site|agency|region|article|code|depart/i.test(profile.name)
      ? 2
      : 0) +
    (profile.isNumber ? 0 : 1) -
    profile.index / 1000
  );
}

/** Share of rows whose combination of these columns is new. */
function uniqueShare(sample: Sample, columns: readonly Profile[]): number {
  const seen = new Set<string>();
  for (const row of sample.rows) seen.add(columns.map((column) => row[column.index]).join('\u0000'));
  return seen.size / sample.rows.length;
}

function seriesGuess(series: readonly Profile[], count: number): Guess {
  const value = series.map((profile) => profile.name).join(' + ') || 'none';
  const reason =
    series.length === 0
      ? 'every time stands once: the file is one series'
      : `with the time, names each row once; ${count} series in the sample`;
  return { setting: 'columns.series', value, reason };
}

function guessRules(spacing: Spacing, target: Profile): { settings: ProjectConfig; guesses: Guess[] } {
  const settings: ProjectConfig = {};
  const guesses: Guess[] = [];
  const say = (setting: string, value: unknown, reason: string): void => {
    guesses.push({ setting, value: typeof value === 'string' ? value : JSON.stringify(value), reason });
  };
  const season = spacing.frequency === 'hour' ? [24, 168] : [naturalSeason(spacing.frequency)];
  const seasons = season.filter((length) => length > 1 && spacing.lengthMedian >= 2 * length);
  settings.seasons = seasons;
  say('seasons', seasons, seasonReason(spacing, season));
  settings.horizonSteps = Math.max(
    1,
    Math.min(horizonDefault[spacing.frequency], Math.floor(spacing.lengthMedian / 4)),
  );
  say(
    'horizonSteps',
    settings.horizonSteps,
    `usual for this frequency, at most a quarter of the history (${spacing.lengthMedian} periods)`,
  );
  settings.nonNegative = target.negativeShare < slipShare;
  say('nonNegative', settings.nonNegative, signReason(target));
  const gapPercent = `${(spacing.gapShare * 100).toFixed(0)} % of the periods between first and last row have none`;
  // Files of transactions have no rows of zero: there a missing row says that nobody bought.
  settings.gaps =
    spacing.gapShare > 0.02 && target.zeroShare < slipShare && target.isInteger ? 'zero' : 'missing';
  say(
    'gaps',
    settings.gaps,
    settings.gaps === 'zero' ? `${gapPercent}, and no row is zero: rows are sales` : gapPercent,
  );
  if (spacing.rowsPerPeriod > 1.2) {
    settings.conflicts = 'sum';
    say('conflicts', 'sum', `about ${spacing.rowsPerPeriod.toFixed(1)} rows per series and period: added up`);
  }
  return { settings, guesses };
}

function signReason(target: Profile): string {
  if (target.negativeShare === 0) return 'no value is below zero';
  const share = `${(target.negativeShare * 100).toFixed(2)} % of the values are below zero`;
  return target.negativeShare < slipShare ? `${share}: taken for mistakes` : share;
}

function seasonReason(spacing: Spacing, wanted: readonly number[]): string {
  if (wanted[0] === 1) return 'this frequency has no natural season; add one if you know it';
  return `natural for this frequency, where two full cycles are there (history: ${spacing.lengthMedian} periods)`;
}
