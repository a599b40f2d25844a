import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ChartData, chartOf, type Shape } from './chart.ts';

/** All shapes with a tag, wherever they lie. */
function all(shape: Shape, tag: string): Shape[] {
  const inside = shape.children.flatMap((child) => (typeof child === 'string' ? [] : all(child, tag)));
  return shape.tag === tag ? [shape, ...inside] : inside;
}

function chartData(change: Partial<ChartData> = {}): ChartData {
  return {
    title: 'bread',
    history: { timestamps: ['d1', 'd2', 'd3', 'd4'], values: [4, Number.NaN, 6, 5] },
    forecast: {
      timestamps: ['d5', 'd6'],
      mean: [5, 7],
      bands: [{ name: '0.1 to 0.9 quantile', low: [3, 4], high: [8, 9] }],
    },
    nonNegative: true,
    ...change,
  };
}

const ofClass = (shape: Shape, name: string): Shape[] =>
  ['path', 'circle'].flatMap((tag) => all(shape, tag)).filter((one) => one.attributes.class === name);

test('an unknown value breaks the line, and a known one between unknown ones is a point', () => {
  const chart = chartOf(chartData());
  const [history] = ofClass(chart, 'history');
  assert.equal(String(history?.attributes.d).split('M').length - 1, 2);
  assert.equal(ofClass(chart, 'point').length, 1);
  assert.equal(ofClass(chart, 'band band-0').length, 1);
});

test('a series without history, and one without anything, are drawn too', () => {
  const none = { timestamps: [], values: [] };
  const chart = chartOf(chartData({ history: none }));
  assert.match(String(ofClass(chart, 'forecast')[0]?.attributes.d), /^M[\d. ]+L[\d. ]+$/);
  const empty = chartOf({
    ...chartData({ history: none }),
    forecast: { timestamps: [], mean: [], bands: [] },
  });
  assert.equal(ofClass(empty, 'forecast')[0]?.attributes.d, '');
});

test('whatever the numbers, every place is finite and inside the picture', () => {
  const value = fc.oneof(fc.double({ min: -1e14, max: 1e14 }), fc.constantFrom(Number.NaN, 0, 1e-300));
  const finite = fc.double({ min: -1e14, max: 1e14, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 40 }),
      fc.array(finite, { minLength: 1, maxLength: 20 }),
      fc.boolean(),
      (values, mean, nonNegative) => {
        const chart = chartOf({
          title: '',
          history: { timestamps: values.map(String), values },
          forecast: { timestamps: mean.map(String), mean, bands: [{ name: '', low: mean, high: mean }] },
          nonNegative,
        });
        for (const path of all(chart, 'path'))
          for (const number of String(path.attributes.d).match(/[^MLZ ]+/g) ?? []) {
            const place = Number(number);
            assert.ok(place >= 0 && place <= 860, `${number} in ${path.attributes.d}`);
          }
      },
    ),
  );
});
