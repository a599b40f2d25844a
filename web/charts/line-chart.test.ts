// The pictures of these tests lie in snapshots/: open them in a browser. `node --test --test-update-snapshots` draws them anew.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type LineChartData, lineChart, sparkline } from './line-chart.ts';
import { type Shape, shape, svgText } from './shape.ts';

const snapshots = new URL('snapshots/', import.meta.url);
const size = { width: 720, height: 260 };
/** The colours that style.css gives by the same classes. */
const look =
  'svg{background:#fff;font:12px sans-serif}.grid{stroke:#dcdfe2}.label{fill:#59626a}.line{fill:none;stroke-width:1.5}.history{stroke:#3d464e}' +
  '.forecast{stroke:#1b6680}.other{stroke:#8a5a9e}.band{fill:#1b6680;fill-opacity:.18;stroke:none}.cutoff{stroke:#59626a;stroke-dasharray:3 3}' +
  '.mark{fill:none;stroke:#a3281f;stroke-width:2}.key.history{fill:#3d464e}.key.forecast{fill:#1b6680}.key.other{fill:#8a5a9e}.key.band-wide,.key.band-narrow{fill:#1b6680;fill-opacity:.3;stroke:none}';

function picture(of: Shape): string {
  const attributes = { xmlns: 'http://www.w3.org/2000/svg', ...of.attributes };
  return `${svgText({ ...of, attributes, children: [shape('style', {}, [look]), ...of.children] })}\n`;
}

/** A week's rhythm with a trend, the same at every run. */
const demand = Array.from({ length: 84 }, (_, i) =>
  Math.round(60 + 0.4 * i + 18 * Math.sin((i * 2 * Math.PI) / 7) + ((i * 7919) % 13)),
);
const ahead = Array.from({ length: 14 }, (_, k) => 92 + 18 * Math.sin(((84 + k) * 2 * Math.PI) / 7));
const none = (n: number): null[] => Array.from({ length: n }, () => null);

const fan: LineChartData = {
  title: 'north/packing-tape <b>',
  labels: [...demand, ...ahead].map((_, i) => `day ${i + 1}`),
  lines: [
    {
      name: 'demand',
      look: 'history',
      values: [...demand.map((value, i) => (i > 20 && i < 26 && i !== 23 ? null : value)), ...none(14)],
    },
    { name: 'forecast', look: 'forecast', values: [...none(84), ...ahead] },
  ],
  bands: [
    {
      name: '95 %',
      look: 'band-wide',
      low: [...none(84), ...ahead.map((v, k) => v - 24 - k)],
      high: [...none(84), ...ahead.map((v, k) => v + 24 + k)],
    },
    {
      name: '80 %',
      look: 'band-narrow',
      low: [...none(84), ...ahead.map((v) => v - 15)],
      high: [...none(84), ...ahead.map((v) => v + 15)],
    },
  ],
  cutoff: 83,
  marks: [{ index: 40, value: demand[40] as number, name: 'largest miss' }],
  write: String,
  fromZero: true,
};

test('history with a gap, a forecast with two bands, the cutoff and a mark', (t) => {
  t.assert.fileSnapshot(picture(lineChart(fan, size)), new URL('fan.svg', snapshots).pathname, {
    serializers: [String],
  });
});

test('one line has no legend, and a narrow picture fewer labels', (t) => {
  const data = { ...fan, lines: fan.lines.slice(0, 1), bands: [], marks: [] };
  t.assert.fileSnapshot(
    picture(lineChart(data, { width: 320, height: 180 })),
    new URL('narrow.svg', snapshots).pathname,
    {
      serializers: [String],
    },
  );
});

test('a known value between unknown ones is a point', () => {
  const points = lineChart(fan, size).children.filter(
    (one) => typeof one !== 'string' && one.tag === 'circle',
  );
  assert.equal(points.length, 2, 'the day alone in the gap, and the mark');
});

test('what texts hold stays text', () => {
  assert.match(svgText(lineChart(fan, size)), /north\/packing-tape &#60;b&#62;/);
});

test('whatever the numbers, every place is finite and inside the picture', () => {
  const value = fc.oneof(
    fc.double({ min: -1e14, max: 1e14, noNaN: true }),
    fc.constantFrom(null, 0, 1e-300, -0),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 40 }), fc.boolean(), (values, fromZero) => {
      const data = {
        ...fan,
        labels: values.map(String),
        lines: [{ name: '', look: '', values }],
        bands: [],
        marks: [],
        cutoff: 0,
        fromZero,
      };
      for (const drawn of [
        lineChart(data, size),
        sparkline({ title: '', values }, { width: 80, height: 20 }),
      ])
        for (const child of drawn.children) {
          if (typeof child === 'string') continue;
          for (const number of String(child.attributes.d ?? child.attributes.cx ?? '0').match(
            /-?\d[\d.]*/g,
          ) ?? [])
            assert.ok(Number(number) >= 0 && Number(number) <= size.width, `${number} of ${child.tag}`);
        }
    }),
  );
});
