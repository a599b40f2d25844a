import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng, type TimeGrid } from '../../../core/index.ts';
import { sameSeason, seasonCalendar } from './same-season.ts';
import { type SeasonalFinding, seasonalReport } from './seasonal-report.ts';

const days: TimeGrid = { frequency: 'day', weekStart: 1 };
const dayOf = (date: string): number => Date.parse(date) / 86_400_000;
const start = dayOf('2021-01-01');
const easters = ['2021-04-04', '2022-04-17', '2023-04-09', '2024-03-31'].map(dayOf);
const eventOf = (day: number): string | null => {
  if (easters.includes(day)) return 'Easter Sunday';
  return new Date(day * 86_400_000).toISOString().slice(5, 10) === '12-25' ? 'Christmas Day' : null;
};
const calendar = seasonCalendar(days, eventOf);

/** Weeks, noise with a memory, some growth, and what else a day has. */
function demand(until: string, extra: (day: number) => number, seed = 7): Float64Array {
  const rng = new Rng(seed);
  let state = 0;
  return Float64Array.from({ length: dayOf(until) - start + 1 }, (_, i) => {
    state = 0.5 * state + rng.normal();
    const week = [0.6, 1.2, 1, 1, 1, 1.3, 0.9][i % 7] as number;
    return (100 + 0.02 * i + 4 * state) * week * extra(start + i);
  });
}

function found(until: string, extra: (day: number) => number, seed?: number): SeasonalFinding {
  const to = dayOf(until);
  const values = demand(until, extra, seed);
  const column = { name: 'demand', kind: 'number', start, values, compare: 'ratio', matters: 0.2 } as const;
  const [finding] = seasonalReport([column], { from: to - 13, to, recentPeriods: 364, calendar }).columns;
  return finding as SeasonalFinding;
}

const peak = (day: number): number => {
  const date = new Date(day * 86_400_000).toISOString().slice(5, 10);
  return date >= '12-08' && date <= '12-24' ? 1.8 : 1;
};

test('a Christmas peak that comes back is expected; a year without it is not', () => {
  const usual = found('2023-12-22', peak);
  assert.deepEqual(
    [usual.recent.verdict, usual.season?.verdict, usual.verdict],
    ['drift', 'none', 'expected'],
  );
  assert.match(usual.because, /as in the same season of last year/);
  const absent = found('2023-12-22', (day) => (day < dayOf('2023-12-01') ? peak(day) : 1));
  assert.equal(absent.verdict, 'drift');
});

test('the same lift in March is drift', () => {
  const lifted = found('2023-03-20', (day) => (day > dayOf('2023-03-06') ? 1.8 : peak(day)));
  assert.deepEqual([lifted.verdict, lifted.decidedBy], ['drift', 'season']);
  assert.match(lifted.because, /beside the same season of last year: values grew/);
});

test('an ordinary fortnight says nothing, in whichever season it lies', () => {
  const verdicts = ['2023-02-14', '2023-05-20', '2023-08-02', '2023-11-10'].flatMap((date) =>
    [1, 2, 3].map((seed) => found(date, peak, seed).verdict),
  );
  assert.ok(verdicts.filter((verdict) => verdict === 'drift').length <= 1, verdicts.join(' '));
  assert.ok(verdicts.filter((verdict) => verdict === 'unknown').length <= 2, verdicts.join(' '));
});

test('the weeks before Easter are compared with the weeks before Easter, wherever it lies', () => {
  const shop = (day: number): number =>
    easters.some((easter) => easter - day > 0 && easter - day <= 10) ? 2 : 1;
  assert.equal(found('2023-04-08', shop).verdict, 'expected');
  const blind = seasonCalendar(days);
  assert.notDeepEqual(sameSeason(dayOf('2023-04-07'), blind as never)[0], dayOf('2022-04-15'));
  assert.equal(sameSeason(dayOf('2023-04-07'), calendar as never)[0], dayOf('2022-04-15'));
});

test('a holiday is like itself, other days keep their weekday and are like no holiday', () => {
  const like = (date: string): number[] => sameSeason(dayOf(date), calendar as never);
  assert.deepEqual(like('2023-12-25'), [dayOf('2022-12-25')]);
  assert.equal(like('2023-06-14')[0], dayOf('2022-06-15'));
  // A year before, that Sunday was Christmas Day: the weeks beside it stand in.
  assert.deepEqual(like('2023-12-24'), [dayOf('2022-12-18'), dayOf('2023-01-01')]);
});

test('promotions that lie in other weeks than last year are no drift, and hide none', () => {
  const to = dayOf('2023-03-20');
  const rng = new Rng(11);
  const weeks = Array.from({ length: 200 }, () => Number(rng.uniform() < 0.4));
  const promo = Float64Array.from({ length: to - start + 1 }, (_, i) => weeks[Math.floor(i / 7)] as number);
  const verdictOf = (level: number, explainedBy: readonly string[]) => {
    const values = demand(
      '2023-03-20',
      (day) => (promo[day - start] === 1 ? 1.6 : 1) * (day > to - 14 ? level : 1),
    );
    const columns = [
      { name: 'demand', kind: 'number', start, values, compare: 'ratio', matters: 0.2, explainedBy },
      { name: 'promo', kind: 'number', start, values: promo, compare: 'difference' },
    ] as const;
    return seasonalReport(columns, { from: to - 13, to, recentPeriods: 364, calendar }).columns[0]?.verdict;
  };
  assert.equal(verdictOf(0.8, []), 'unknown', 'in the noise of promotions nothing is seen');
  assert.deepEqual([verdictOf(1, ['promo']), verdictOf(0.8, ['promo'])], ['none', 'drift']);
});

test('without a year before, the recent periods decide and the answer says so', () => {
  const to = dayOf('2021-07-10');
  const values = demand('2021-07-10', (day) => (day > to - 14 ? 2 : 1));
  const column = { name: 'demand', kind: 'number', start, values, compare: 'ratio', matters: 0.2 } as const;
  const [finding] = seasonalReport([column], { from: to - 13, to, recentPeriods: 364, calendar }).columns;
  assert.deepEqual([finding?.verdict, finding?.decidedBy, finding?.season], ['drift', 'recent', null]);
  assert.match(finding?.because ?? '', /no year before/);
});

test('levels that the same weeks of last year had are expected, others are not', () => {
  const rng = new Rng(3);
  const column = (summer: string) => {
    const periods = Array.from({ length: 900 }, (_, i) => start + i).flatMap((day) =>
      Array.from({ length: 20 }, () => day),
    );
    const levels = periods.map((day) => {
      const isSummer = new Date(day * 86_400_000).getUTCMonth() === 5;
      const isNow = day > start + 800;
      const name = isSummer ? (isNow ? summer : 'ice') : 'bread';
      return rng.uniform() < 0.3 ? name : 'other';
    });
    return { name: 'kind', kind: 'category', periods, levels } as const;
  };
  const to = dayOf('2023-06-16');
  const verdicts = ['ice', 'lava'].map(
    (summer) =>
      seasonalReport([column(summer)], { from: to - 13, to, recentPeriods: 180, calendar }).columns[0]
        ?.verdict,
  );
  assert.deepEqual(verdicts, ['expected', 'drift']);
});
