import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Shape, shape, svgText } from './shape.ts';
import { type StackedBarsData, stackedBars } from './stacked-bars.ts';

const size = { width: 720, height: 260 };
const look =
  'svg{background:#fff;font:12px sans-serif}.grid{stroke:#dcdfe2}.label{fill:#59626a}.driver-level{fill:#8fa3ad}.driver-season{fill:#1b6680}' +
  '.driver-price{fill:#b3542f}.whole{stroke:#1d2124;stroke-width:2}.key.mean{fill:#1d2124}';
const data: StackedBarsData = {
  title: 'Why this number',
  labels: Array.from({ length: 14 }, (_, i) => `day ${i + 1}`),
  parts: [
    { name: 'level', look: 'driver-level', values: Array.from({ length: 14 }, () => 100) },
    {
      name: 'season',
      look: 'driver-season',
      values: Array.from({ length: 14 }, (_, i) => 30 * Math.sin((i * 2 * Math.PI) / 7)),
    },
    { name: 'price', look: 'driver-price', values: Array.from({ length: 14 }, (_, i) => (i > 8 ? -12 : 0)) },
  ],
  whole: {
    name: 'forecast',
    look: 'mean',
    values: Array.from(
      { length: 14 },
      (_, i) => 100 + 30 * Math.sin((i * 2 * Math.PI) / 7) - (i > 8 ? 12 : 0),
    ),
  },
  write: (value) => value.toFixed(0),
};

const rects = (drawn: Shape): Shape[] =>
  drawn.children.filter(
    (one): one is Shape => typeof one !== 'string' && String(one.attributes.class).startsWith('part'),
  );

test('parts above and below zero, and the whole over them', (t) => {
  const drawn = stackedBars(data, size);
  const picture = svgText({
    ...drawn,
    attributes: { xmlns: 'http://www.w3.org/2000/svg', ...drawn.attributes },
    children: [shape('style', {}, [look]), ...drawn.children],
  });
  t.assert.fileSnapshot(`${picture}\n`, new URL('snapshots/drivers.svg', import.meta.url).pathname, {
    serializers: [String],
  });
});

test('the heights of the parts of a period are what they are of the whole', () => {
  const one = {
    ...data,
    labels: ['a'],
    parts: data.parts.map((part, i) => ({ ...part, values: [[60, 30, -10][i] as number] })),
    whole: { ...data.whole, values: [80] },
  };
  const [level, season, price] = rects(stackedBars(one, size)).map(
    ({ attributes }) => attributes.height as number,
  );
  assert.ok(Math.abs((level as number) / (season as number) - 2) < 0.02);
  assert.ok(Math.abs((level as number) / (price as number) - 6) < 0.1);
});

test('whatever the parts, every bar is inside the picture', () => {
  const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { maxLength: 30 }), (pairs) => {
      const parts = [0, 1].map((k) => ({
        name: '',
        look: '',
        values: pairs.map((pair) => pair[k as 0 | 1]),
      }));
      const whole = { name: '', look: '', values: pairs.map(([a, b]) => a + b) };
      for (const { attributes } of rects(
        stackedBars({ ...data, labels: pairs.map(String), parts, whole }, size),
      )) {
        const { x, y, width, height } = attributes as Record<string, number>;
        assert.ok((x as number) >= 0 && (x as number) + (width as number) <= size.width);
        assert.ok(
          (y as number) >= 0 &&
            (y as number) + (height as number) <= size.height + 0.2 &&
            (height as number) >= 0,
        );
      }
    }),
  );
});
