// Guessing what a project expects of its demand: seasons, horizon, sign, what a gap means, what rows of one period mean.

import { type Frequency, naturalSeason } from '../../../core/index.ts';
import { horizonDefault, type ProjectConfig } from '../../config/index.ts';
import type { Sample } from '../sample.ts';
import type { Guess } from './guessed-setting.ts';
import type { Profile } from './profile.ts';
import type { Coverage, Spacing } from './spacing.ts';

/** A smaller share of odd values is taken for slips, not for the nature of the data. */
const slipShare = 0.005;
/** A smaller share of gaps says nothing. */
const gapShareMin = 0.02;
/** Fewer series may well sell nothing at the same time. */
const togetherMin = 3;

/** What steps are, by a name that says so. */
export interface Steps {
  readonly unit: Frequency;
  readonly reason: string;
}

/** Steps of d_1886, of a column named week, or of a file named so. Those named t alone may be anything. */
export function stepsOf(sample: Sample, time: Profile, file: string | null): Steps | null {
  const first = (sample.rows[0]?.[time.index] ?? '').trim();
  const word = /^(\p{L}{1,12})[ _-]?\d+$/u.exec(first)?.[1] ?? (/\d/.test(first) ? time.name : '');
  const named = unitOf(
    word,
    /^(d|day|tag)$/i,
    /^(w|wk|week|woche|kw)$/i,
    /^(m|month|monat)$/i,
    /^(q|quarter)$/i,
    /^hour$/i,
  );
  if (named !== null) return { unit: named, reason: `steps named ${word} are ${named}s` };
  const said = unitOf(
    file ?? '',
    /daily|days/i,
    /weekly|weeks/i,
    /monthly|months/i,
    /quarterly|quarters/i,
    /hourly|hours/i,
  );
  return said === null ? null : { unit: said, reason: `the file is named ${file}: its steps are ${said}s` };
}

/** The one unit that a text names; null where it names none, or several. */
function unitOf(
  text: string,
  day: RegExp,
  week: RegExp,
  month: RegExp,
  quarter: RegExp,
  hour: RegExp,
): Frequency | null {
  const found = Object.entries({ day, week, month, quarter, hour }).filter(([, pattern]) =>
    pattern.test(text),
  );
  return found.length === 1 ? (found[0]?.[0] as Frequency) : null;
}

export function guessRules(
  spacing: Spacing & Coverage,
  target: Profile,
  of: { repeats: boolean; workdays: readonly number[] | undefined; steps: Steps | null },
): { settings: ProjectConfig; guesses: Guess[] } {
  const settings: ProjectConfig = {};
  const guesses: Guess[] = [];
  const say = (setting: string, value: unknown, reason: string): void => {
    guesses.push({ setting, value: typeof value === 'string' ? value : JSON.stringify(value), reason });
  };
  const { lengthMedian, rowsPerPeriod } = spacing;
  const unit = of.steps?.unit ?? spacing.frequency;
  const season = unit === 'hour' ? [24, 168] : [naturalSeason(unit, of.workdays)];
  settings.seasons = season.filter((length) => length > 1 && lengthMedian >= 2 * length);
  say('seasons', settings.seasons, seasonReason(spacing, season, of.steps));
  settings.horizonSteps = Math.max(1, Math.min(horizonDefault[unit], Math.floor(lengthMedian / 4)));
  say(
    'horizonSteps',
    settings.horizonSteps,
    `usual for ${of.steps === null ? 'this frequency' : `${unit}s`}, at most a quarter of the history (${lengthMedian} periods)`,
  );
  settings.nonNegative = target.negativeShare < slipShare;
  say('nonNegative', settings.nonNegative, signReason(target));
  const gaps = gapRule(spacing, target);
  settings.gaps = gaps.rule;
  say('gaps', gaps.rule, gaps.reason);
  // Where rows repeat their key they are single sales, and even a few of them in one period are to be added up.
  if (rowsPerPeriod > (of.repeats || spacing.isEvents ? 1 : 1.2)) {
    settings.conflicts = 'sum';
    say('conflicts', 'sum', sumReason(spacing));
  }
  return { settings, guesses };
}

function sumReason({ rowsPerPeriod, severalShare }: Coverage): string {
  const rows =
    rowsPerPeriod >= 1.2
      ? `about ${rowsPerPeriod.toFixed(1)} rows per series and period`
      : `${(severalShare * 100).toFixed(1)} % of the periods of a series have several rows`;
  return `${rows}: added up, as single sales; are they corrections, 'last' takes the last one`;
}

/**
 * Files of transactions have no rows of zero: there a missing row says that nobody bought. Where a whole week, or a longer period,
 * lacks the rows of all series, and else hardly any is missing, nobody reported. Days are other: shops are closed on Sundays.
 */
function gapRule(
  { frequency, gapShare, gapShareAlone, seriesCount }: Spacing & Coverage,
  target: Profile,
): { rule: 'zero' | 'missing'; reason: string } {
  const percent = `${(gapShare * 100).toFixed(0)} % of the periods between first and last row have none`;
  const areSales = gapShare > gapShareMin && target.zeroShare < slipShare && target.isInteger;
  if (!areSales) return { rule: 'missing', reason: percent };
  const isLong = frequency !== 'hour' && frequency !== 'day';
  if (isLong && seriesCount >= togetherMin && gapShareAlone <= gapShareMin)
    return { rule: 'missing', reason: `${percent}, of all series at once: nobody reported` };
  return { rule: 'zero', reason: `${percent}, and no row is zero: rows are sales` };
}

function signReason(target: Profile): string {
  if (target.negativeShare === 0) return 'no value is below zero';
  const share = `${(target.negativeShare * 100).toFixed(2)} % of the values are below zero`;
  return target.negativeShare < slipShare ? `${share}: taken for mistakes` : share;
}

function seasonReason(spacing: Coverage, wanted: readonly number[], steps: Steps | null): string {
  if (wanted[0] === 1) return 'this frequency has no natural season; add one if you know it';
  const natural = steps === null ? 'natural for this frequency' : `${steps.reason}`;
  return `${natural}, where two full cycles are there (history: ${spacing.lengthMedian} periods)`;
}
