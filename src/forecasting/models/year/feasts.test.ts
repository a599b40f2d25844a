import assert from 'node:assert/strict';
import { test } from 'node:test';
import { weeklyItem, type YearShape } from '../../../../test/fixtures/weekly-retail.ts';
import { modelOf } from '../catalog.ts';
import { feastPlaceOf } from './feasts.ts';

const dayOf = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / 86_400_000;
const [christmas, easter, thanksgiving] = [0, 4, 8];

test('weeks around a feast are known by it, whatever weekday they begin on', () => {
  // Source of the dates: the US Census Bureau’s tables of Easter and of federal holidays.
  const feasts: [string, number][] = [
    ['1998-04-12', easter],
    ['2008-03-23', easter],
    ['2011-04-24', easter],
    ['2024-03-31', easter],
    ['2038-04-25', easter],
    ['2012-11-22', thanksgiving],
    ['2018-11-22', thanksgiving],
    ['2019-11-28', thanksgiving],
    ['2024-11-28', thanksgiving],
    ['1999-12-25', christmas],
    ['2000-12-25', christmas],
  ];
  for (const [date, first] of feasts) {
    for (let into = 0; into < 7; into++) {
      const begin = dayOf(date) - into;
      const places = [-3, -2, -1, 0, 1, 2].map((weeks) => feastPlaceOf(begin + 7 * weeks));
      assert.deepEqual(
        places.slice(1, 5),
        [first, first + 1, first + 2, first + 3],
        `${date}, ${into} days into the week`,
      );
      assert.ok(
        !places
          .slice(0, 1)
          .concat(places.slice(5))
          .some((place) => place >= first && place < first + 4),
      );
    }
  }
});

test('a peak at a feast that moves is forecast where it will be', () => {
  const horizon = 8;
  for (const [shape, bound] of [
    ['easter', 0.6],
    ['thanksgiving', 0.5],
  ] as [YearShape, number][]) {
    let errors = 0;
    let naive = 0;
    for (let i = 0; i < 8; i++) {
      const weekStart = [1, 0, 6, 4][i % 4] as number;
      const { values, peak, grid, start } = weeklyItem({
        shape,
        weekStart,
        years: 7.4,
        noise: 0.05,
        seed: 40 + i,
      });
      for (let origin = values.length - 60; origin + horizon <= values.length; origin += horizon) {
        const out = new Float64Array(horizon);
        const model = modelOf('dotm');
        model.forecast(model.fit(values.subarray(0, origin), { seasons: [52], horizon, grid, start }), out);
        for (let h = 0; h < horizon; h++) {
          const [value, before] = [values[origin + h] as number, values[origin + h - 52] as number];
          if (peak[origin + h] !== 1) continue;
          errors += Math.abs((out[h] as number) - value) / (values[0] as number);
          naive += Math.abs(before - value) / (values[0] as number);
        }
      }
    }
    assert.ok(errors < bound * naive, `${shape}: ${errors / naive} of seasonal naive`);
  }
});
