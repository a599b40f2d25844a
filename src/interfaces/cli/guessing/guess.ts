// Guessing a project from a sample of the user's file: which columns, which frequency, which rules. Pure; every guess
// carries its reason, because the user has to check it.

import { AppError, type LeaveOutRule } from '../../../core/index.ts';
import { meets, TimeZone } from '../../../services/data/index.ts';
import type { ProjectConfig } from '../../config/index.ts';
import type { Sample } from '../sample.ts';
import {
  columnNamed,
  noTime,
  otherDemands,
  targetColumn,
  targetReason,
  timeColumn,
} from './chosen-columns.ts';
import { areWrittenTwice, type Copies, copiesIn, copiesNote } from './copies.ts';
import { guessCovariates } from './guess-covariates.ts';
import { bothWords, dialectSaid, nullsOf } from './guess-dialect.ts';
import { guessGrid } from './guess-grid.ts';
import { guessRules, stepsOf } from './guess-rules.ts';
import { type Guess, type Hints, noHints, type Said } from './guessed-setting.ts';
import { type LocalZone, localMidnights, offsetsNote, writtenZone } from './local-midnights.ts';
import { returnsNote, withUnits } from './meaning-of-rows.ts';
import { refuseManyColumns, refuseNoHistory, refuseSplitTime } from './no-history.ts';
import { columnProfiles, type Profile } from './profile.ts';
import { type SeriesColumns, seriesColumns } from './series-columns.ts';
import { coverage, groupTimes, type Spacing, spacingOf } from './spacing.ts';
import { stockoutColumn } from './stockout-column.ts';
import { instantsOf, looksLikeTime, refuseDoubt } from './time-form.ts';
import { findTotals } from './totals.ts';

export interface GuessedProject {
  readonly project: ProjectConfig;
  readonly guesses: readonly Guess[];
  readonly seriesCount: number;
  /** What else was seen and should be looked at. */
  readonly notes: readonly string[];
}

type About = Omit<Hints, 'dayFirst'>;

/**
 * The project that fits the sample.
 * @param said what the user said of it: taken as it is, not guessed
 * @param about the file and the moment, which may tell how its dates are to be read
 * @throws AppError `cli/no-guess` when no column can be the time, or none the demand
 */
export function guessProject(sample: Sample, said: Said = {}, about: About = noHints): GuessedProject {
  refuseValuesAsNames(sample);
  if (said.target === undefined || said.time === undefined) refuseManyColumns(sample);
  const copies = copiesIn(sample);
  const { kept, chosen: all } = withoutCopies(sample, copies, chooseColumns(sample, said, about), (rest) =>
    chooseColumns(rest, said, about),
  );
  const totals = findTotals(kept, { ...all, series: all.keys.series });
  const { rules, notes } = totals;
  const rest = rules.length === 0 ? kept : withoutRows(kept, rules);
  const chosen = rules.length === 0 ? all : chooseColumns(rest, said, about);
  const guess = guessed(rest, chosen, { said, file: about.file, leaveOut: rules, notes });
  return { ...guess, notes: [...copiesNote(copies, guess.project.conflicts === 'sum'), ...guess.notes] };
}

/** Rows that were written twice are no single sales: what names the rows is found without them. */
function withoutCopies(
  sample: Sample,
  copies: Copies,
  chosen: Columns,
  choose: (rest: Sample) => Columns,
): { kept: Sample; chosen: Columns } {
  if (copies.rows === 0) return { kept: sample, chosen };
  const alone = choose(copies.rest);
  const { time, keys } = alone;
  return !keys.repeats && areWrittenTwice(copies, { time, key: keys.series })
    ? { kept: copies.rest, chosen: alone }
    : { kept: sample, chosen };
}

interface Columns {
  readonly profiles: readonly Profile[];
  readonly time: Profile;
  readonly target: Profile;
  readonly keys: SeriesColumns;
}

function chooseColumns(sample: Sample, said: Said, about: About): Columns {
  const { noKeys = [] } = said;
  const profiles = columnProfiles(sample, said.dialect, about).map((profile) =>
    noKeys.includes(profile.name) ? { ...profile, isKey: false } : profile,
  );
  const time = timeColumn(profiles, said.time);
  if (said.series === undefined) refuseNoHistory(sample, profiles, time);
  if (time === null) throw noTime(profiles);
  if (said.frequency === undefined) refuseSplitTime(profiles, time);
  if (time.timeForm !== null) refuseDoubt(time.timeForm);
  const target = targetColumn(profiles, time, said.target);
  if (target.numberForm?.doubt != null) throw new AppError('cli/no-guess', target.numberForm.doubt);
  const all = spacingOf(groupTimes(sample, { time, series: [] }), time, said.frequency);
  if (said.series === undefined)
    return {
      profiles,
      time,
      target,
      keys: withUnits(sample, profiles, {
        keys: seriesColumns(sample, profiles, { time, target, isEvents: all.isEvents }),
        target,
      }),
    };
  const series = said.series.map((name) => columnNamed(profiles, name, '--series'));
  return { profiles, time, target, keys: { series, repeats: all.isEvents, reason: 'as you said' } };
}

function guessed(
  sample: Sample,
  { profiles, time, target, keys }: Columns,
  given: {
    said: Said;
    file: string | null;
    leaveOut: readonly (LeaveOutRule & { reason: string })[];
    notes: readonly string[];
  },
): GuessedProject {
  const { series } = keys;
  const flag = stockoutColumn(sample, profiles, [time, target, ...series]);
  const stockout = flag?.profile;
  const groups = groupTimes(sample, { time, series });
  const seriesCount = new Set(sample.rows.map((row) => series.map(({ index }) => row[index]).join('\u0000')))
    .size;
  const spacing = spacingOf(groups, time, given.said.frequency);
  const zone = zoneOf(sample, time, spacing);
  const local = zone === null ? groups : groups.map(localTimes(zone.timezone));
  const { grid, guesses: gridGuesses } = guessGrid(spacing.frequency, local.flat(), {
    name: time.name,
    isEvents: spacing.isEvents,
    isWhole: sample.whole,
  });
  const guesses: Guess[] = [
    { setting: 'columns.time', value: time.name, reason: time.timeReason },
    { setting: 'columns.target', value: target.name, reason: targetReason(target) },
    seriesGuess(keys, seriesCount),
  ];
  if (stockout !== undefined)
    guesses.push({
      setting: 'columns.stockout',
      value: stockout.name,
      reason: 'its name says so, and it holds yes and no',
    });
  const { otherTargets = [] } = given.said;
  const measured = profiles.filter(({ name }) => otherTargets.includes(name));
  const others = [time, target, ...(stockout === undefined ? [] : [stockout]), ...measured];
  const covariates = guessCovariates(sample, profiles, { series, others, repeats: keys.repeats });
  guesses.push(...covariates.guesses);
  guesses.push({ setting: 'frequency', value: spacing.frequency, reason: spacing.reason });
  guesses.push(...gridGuesses);
  if (zone !== null) guesses.push({ setting: 'timezone', value: zone.timezone, reason: zone.reason });
  const dialect = dialectSaid(time, target, {
    leaveOut: given.leaveOut,
    words: bothWords(covariates.words, flag?.words ?? {}),
    nulls: nullsOf(profiles, [target.name, ...Object.values(covariates.columns).flat()]),
  });
  guesses.push(...dialect.guesses);
  const rules = guessRules({ ...spacing, ...coverage(local, grid) }, target, {
    repeats: keys.repeats,
    workdays: grid.workdays,
    steps: spacing.frequency === 'step' ? stepsOf(sample, time, given.file) : null,
  });
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
    ...(spacing.frequency === 'week' ? { weekStart: grid.weekStart } : {}),
    ...(grid.workdays === undefined ? {} : { workdays: [...grid.workdays] }),
    ...(grid.fiscalYear === undefined ? {} : { fiscalYear: grid.fiscalYear }),
    ...(dialect.guesses.length === 0 ? {} : { dialect: dialect.settings }),
    ...(covariates.gbdt === undefined ? {} : { gbdt: covariates.gbdt }),
    ...rules.settings,
  };
  return {
    project,
    guesses,
    seriesCount,
    notes: [
      ...given.notes,
      ...returnsNote(sample, profiles, { target, series }),
      ...(zone === null && spacing.frequency !== 'hour' ? offsetsNote(time.name, textsOf(sample, time)) : []),
      ...covariates.notes,
      ...otherNote(profiles, { time, target, series }, given.said),
    ],
  };
}

function localTimes(timezone: string): (times: readonly number[]) => number[] {
  const zone = new TimeZone(timezone);
  return (times) => times.map((time) => zone.toLocal(time));
}

/** Of a file with several demands one was taken; nothing is said where it was named. */
function otherNote(
  profiles: readonly Profile[],
  of: { time: Profile; target: Profile; series: readonly Profile[] },
  { target }: Said,
): string[] {
  const others = target === undefined ? otherDemands(profiles, of) : [];
  if (others.length === 0) return [];
  const all = [of.target.name, ...others].join(',');
  return [
    `The demand could also be ${others.join(', ')}: --target says which, and --target ${all} makes a project of each.`,
  ];
}

/** The rows that no rule leaves out. */
function withoutRows(sample: Sample, rules: readonly LeaveOutRule[]): Sample {
  const placed = rules.map((rule) => ({ rule, at: sample.columns.indexOf(rule.column) }));
  const isLeftOut = (row: readonly string[]): boolean =>
    placed.some(({ rule, at }) => meets((row[at] ?? '').trim(), rule));
  return { ...sample, rows: sample.rows.filter((row) => !isLeftOut(row)) };
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
      namesFor(columns).join(','),
  );
}

/** Names for these values, each once: the last number is the demand. */
function namesFor(values: readonly string[]): string[] {
  const target = values.findLastIndex((value) => !looksLikeTime(value) && Number.isFinite(Number(value)));
  const keys = ['sku', 'store', 'region'];
  return values.map((value, i) =>
    looksLikeTime(value) ? 'date' : i === target ? 'units' : (keys.shift() ?? `column${i + 1}`),
  );
}

/** The zone that instants are written for: by their offsets, or as midnights of another one than UTC. */
function zoneOf(sample: Sample, time: Profile, { frequency, isEvents }: Spacing): LocalZone | null {
  if (time.timeForm === null || frequency === 'hour') return null;
  const texts = textsOf(sample, time);
  const instantOf = instantsOf(time.timeForm);
  return writtenZone(texts, instantOf) ?? (isEvents ? null : localMidnights(texts, instantOf));
}

function textsOf({ rows }: Sample, { index }: Profile): string[] {
  return rows
    .slice(0, 20_000)
    .map((row) => row[index] ?? '')
    .filter((text) => text !== '');
}

function seriesGuess({ series, reason }: SeriesColumns, count: number): Guess {
  const value = series.map((profile) => profile.name).join(' + ') || 'none';
  return {
    setting: 'columns.series',
    value,
    reason: series.length === 0 ? reason : `${reason}; ${count} series in the sample`,
  };
}
