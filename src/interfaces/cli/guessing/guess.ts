// Guessing a project from a sample of the user's file: which columns, which frequency, which rules. Pure; every guess
// carries its reason, because the user has to check it.

import { AppError, type Dialect, naturalSeason } from '../../../core/index.ts';
import { horizonDefault, type ProjectConfig } from '../../config/index.ts';
import type { Sample } from '../sample.ts';
import { guessCovariates } from './guess-covariates.ts';
import type { Guess } from './guessed-setting.ts';
import { type LocalMidnights, localMidnights } from './local-midnights.ts';
import { columnProfiles, type Profile } from './profile.ts';
import { type SeriesColumns, seriesColumns } from './series-columns.ts';
import { groupTimes, type Spacing, spacingOf } from './spacing.ts';
import { instantsOf, looksLikeTime, refuseDoubt } from './time-form.ts';

export interface GuessedProject {
  readonly project: ProjectConfig;
  readonly guesses: readonly Guess[];
  readonly seriesCount: number;
}

/**
 * The project that fits the sample.
 * @param said what the user said of how the file is written: taken as it is, not guessed
 * @throws AppError `cli/no-guess` when no column can be the time, or none the demand
 */
export function guessProject(sample: Sample, said: Partial<Dialect> = {}): GuessedProject {
  refuseValuesAsNames(sample);
  const profiles = columnProfiles(sample, said);
  const time = bestTime(profiles);
  if (time.timeForm !== null) refuseDoubt(time.timeForm);
  const target = bestTarget(profiles, time);
  if (target.numberForm?.doubt != null) throw new AppError('cli/no-guess', target.numberForm.doubt);
  const all = spacingOf(groupTimes(sample, { time, series: [] }), time);
  const keys = seriesColumns(sample, profiles, { time, target, isEvents: all.isEvents });
  const { series } = keys;
  const stockout = profiles.find((profile) => /(stock.?out|out.?of.?stock|^oos$)/i.test(profile.name));
  const groups = groupTimes(sample, { time, series });
  const spacing = spacingOf(groups, time);
  const zone = zoneOf(sample, time, spacing);
  const guesses: Guess[] = [
    { setting: 'columns.time', value: time.name, reason: time.timeReason },
    { setting: 'columns.target', value: target.name, reason: targetReason(target) },
    seriesGuess(keys, groups.length),
  ];
  if (stockout !== undefined)
    guesses.push({ setting: 'columns.stockout', value: stockout.name, reason: 'its name says so' });
  const others = [time, target, ...(stockout === undefined ? [] : [stockout])];
  const covariates = guessCovariates(sample, profiles, { series, others });
  guesses.push(...covariates.guesses);
  guesses.push({ setting: 'frequency', value: spacing.frequency, reason: spacing.reason });
  if (zone !== null) guesses.push({ setting: 'timezone', value: zone.timezone, reason: zone.reason });
  const dateFormat = time.timeForm?.dateFormat ?? null;
  if (dateFormat !== null)
    guesses.push({ setting: 'dialect.dateFormat', value: dateFormat, reason: time.timeReason });
  const numbers = numbersSaid(target);
  guesses.push(...numbers.guesses);
  const rules = guessRules(spacing, target, keys.repeats);
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
    ...(zone === null ? {} : { timezone: zone.timezone }),
    ...(spacing.weekStart === null ? {} : { weekStart: spacing.weekStart }),
    ...(dateFormat === null && numbers.guesses.length === 0
      ? {}
      : { dialect: { ...(dateFormat === null ? {} : { dateFormat }), ...numbers.dialect } }),
    ...rules.settings,
  };
  return { project, guesses, seriesCount: groups.length };
}

/**
 * @throws AppError `cli/no-guess` when the first line holds values: taken for names, they would be columns that no other file has.
 * Of a wide table many columns are named by a period, which is another trouble.
 */
function refuseValuesAsNames({ columns }: Sample): void {
  const times = columns.filter(looksLikeTime);
  if (times.length === 0) return;
  if (times.length > 1)
    throw new AppError(
      'cli/no-guess',
      `the columns ${times.slice(0, 3).join(', ')}${times.length > 3 ? ', …' : ''} are named by periods: a table with one column per period. ` +
        'Turn it, so that each row has one time and one value',
    );
  throw new AppError(
    'cli/no-guess',
    `the first line holds values (${columns.slice(0, 6).join(', ')}) and no names of columns: put a line of names above it, such as ` +
      columns
        .map((value) => (looksLikeTime(value) ? 'date' : Number.isFinite(Number(value)) ? 'units' : 'sku'))
        .join(','),
  );
}

/** What `dialect` says of numbers, where they are not written plainly. */
function numbersSaid({ numberForm, name }: Profile): {
  dialect: NonNullable<ProjectConfig['dialect']>;
  guesses: Guess[];
} {
  if (numberForm === null || (numberForm.decimal === '.' && numberForm.thousands === ''))
    return { dialect: {}, guesses: [] };
  const { decimal, thousands } = numberForm;
  const dialect = { decimal, ...(thousands === '' ? {} : { thousands }) };
  const guesses = Object.entries(dialect).map(([setting, value]) => ({
    setting: `dialect.${setting}`,
    value,
    reason: `as ${name} writes its numbers`,
  }));
  return { dialect, guesses };
}

/** Instants that are midnights of another zone than UTC. */
function zoneOf(sample: Sample, time: Profile, { frequency, isEvents }: Spacing): LocalMidnights | null {
  if (time.timeForm === null || isEvents || frequency === 'hour') return null;
  const texts = sample.rows.slice(0, 20_000).map((row) => row[time.index] ?? '');
  return localMidnights(
    texts.filter((text) => text !== ''),
    instantsOf(time.timeForm),
  );
}

function bestTime(profiles: readonly Profile[]): Profile {
  const dated = profiles.filter((profile) => profile.isTime);
  const named = dated.find((profile) =>
    /date|time|day|week|month|quarter|year|period|^ds$/i.test(profile.name),
  );
  // Larger numbers of these names are written times of some kind: as steps most of them would be gaps.
  const stepped = profiles.find(
    ({ isInteger, name, max }) =>
      isInteger &&
      ((/^(t|step|d|index)$/i.test(name) && max < 100_000_000) ||
        (/^(period|time|day|week|month)$/i.test(name) && max < 10_000)),
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

function seriesGuess({ series, reason }: SeriesColumns, count: number): Guess {
  const value = series.map((profile) => profile.name).join(' + ') || 'none';
  return {
    setting: 'columns.series',
    value,
    reason: series.length === 0 ? reason : `${reason}; ${count} series in the sample`,
  };
}

function guessRules(
  spacing: Spacing,
  target: Profile,
  repeats: boolean,
): { settings: ProjectConfig; guesses: Guess[] } {
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
  // Where rows repeat their key they are single sales, and even a few of them in one period are to be added up.
  if (spacing.rowsPerPeriod > (repeats || spacing.isEvents ? 1 : 1.2)) {
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
