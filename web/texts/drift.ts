// Texts of the page Drift.

import { plural } from './plural.ts';

const verdicts = { drift: 'drift', none: 'unchanged', expected: 'expected', unknown: 'unknown' };

export const driftTexts = {
  drift: {
    none: 'Nothing has been checked for drift yet',
    noneHint:
      'A check compares the newest closed periods with those before, and with the same season of last year. Make one here, with almanac drift, or let them come by themselves: drift.everyPeriods.',
    check: 'Check now',
    checking: 'Checking …',
    asked: 'A check has begun',
    verdicts,
    map: 'Columns and checks',
    mapHint:
      'Each cell is one column in one check: above beside the periods before, below beside the same season of last year. Open one to see both distributions.',
    column: 'Column',
    through: 'Through',
    cell: (name: string, through: string, verdict: string, recent: string, season: string) =>
      `${name}, through ${through}: ${verdict} (periods before: ${recent}; same season: ${season})`,
    noSeason: 'no year before',
    faults: 'Faults of the data',
    notes: 'Left out',
    window: (from: string, to: string) => `${from} to ${to}`,
    looked: 'Looked at',
    beside: 'Beside',
    besideBoth: (from: string, to: string) => `${from} to ${to}, and the same season of last year`,
    rests: (columns: string, share: string) =>
      `${plural(columns, 'column', 'columns')} weighed together; at most ${share} of such checks alarm without a change`,
    bounds: 'False alarms',
    these: { drift: 'Drifted', expected: 'As the season has it', unknown: 'Unknown' },
    verdict: 'Verdict',
    why: 'Why',
    coverage: 'Coverage',
    coverageMeaning: (share: string) => `${share} of series and periods say something`,
    confirmed: 'found again by a second check',
    unconfirmed: 'a second check may confirm it',
    findings: 'Drifts, what may cost most first',
    kind: 'Kind',
    kinds: {
      sudden: 'sudden',
      gradual: 'gradual',
      incremental: 'incremental',
      recurring: 'recurring',
      unknown: 'unknown',
    },
    kindUnknown: (because: string) => `unknown: ${because}`,
    began: 'Since',
    since: (period: string) => `since ${period}`,
    sinceBetween: (period: string, first: string, last: string) =>
      `since ${period} (with 95 % between ${first} and ${last})`,
    complete: (period: string) => `complete by ${period}`,
    again: (period: string) => `as it was since ${period}`,
    sought: (periods: string) => `${plural(periods, 'period', 'periods')} looked at`,
    drivers: 'Driven by',
    segment: (name: string, ofChange: string, ofAll: string, series: string) =>
      `${name}: ${ofChange} of the change, ${ofAll} of all (${series})`,
    seriesOf: (some: string, all: string) => `${some} of ${all} series`,
    valueUnknown: '(not known)',
    allAlike: 'all alike',
    cost: 'May cost',
    costs: (amount: string, between: string, over: string, of: string) =>
      `${amount} ${over} (${between}), ${of}`,
    between: (low: string, high: string) => `95 %: ${low} to ${high}`,
    over: (periods: string, series: string) =>
      `over ${plural(periods, 'period', 'periods')} of ${plural(series, 'series', 'series')}`,
    ofForecasts: 'by errors of forecasts × price',
    ofUsual: 'by errors of repeating what was usual × price',
    costUnknown: (because: string) => `unknown: ${because}`,
    recent: 'Beside the periods before',
    season: 'Beside the same season of last year',
    decides: (name: string) => `${name}: this one decides`,
    basis: (reference: string, current: string, effect: string) =>
      `${current} now, ${reference} before; ${effect}`,
    sees: (effect: string) => `a change of ${effect} would be seen`,
    seesNone: 'no change would be seen',
    level: (share: string) => `${share} of the level`,
    sd: (value: string) => `${value} standard deviations`,
    rows: (share: string) => `${share} of rows`,
    reference: 'before',
    current: 'now',
    below: (edge: string) => `below ${edge}`,
    from: (edge: string) => `from ${edge}`,
    usual: 'in multiples of what is usual for each series',
    usualSeason: 'as differences of logarithms from the year before, without what is known ahead',
    mean: 'means over series',
    meanSeason: 'as differences from the year before',
    levels: 'shares of rows',
    noShares: 'One side has nothing to show.',
    share: 'Share',
    bin: 'Values',
    gone: 'This column is not in that check.',
  },
};
