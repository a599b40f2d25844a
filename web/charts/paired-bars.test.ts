import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PairedBarsData, pairedBars } from './paired-bars.ts';
import { type Shape, shape, svgText } from './shape.ts';

const size = { width: 720, height: 260 };
const look =
  'svg{background:#fff;font:12px sans-serif}.grid{stroke:#dcdfe2}.label{fill:#59626a}.reference{fill:#8fa3ad}.current{fill:#1b6680}';
const data: PairedBarsData = {
  title: 'units beside last year',
  labels: ['below 0.8', '0.8', '0.9', '1', '1.1'],
  sides: [
    { name: 'last year', look: 'reference', values: [0.1, 0.2, 0.4, 0.2, 0.1] },
    { name: 'now', look: 'current', values: [0.5, 0.4, 0.1, 0, Number.NaN] },
  ],
  write: (value) => `${(100 * value).toFixed(0)} %`,
};
const bars = (drawn: Shape): Shape[] =>
  drawn.children.filter(
    (one): one is Shape => typeof one !== 'string' && String(one.attributes.class).startsWith('part'),
  );

test('two distributions side by side', (t) => {
  const drawn = pairedBars(data, size);
  const picture = svgText({
    ...drawn,
    attributes: { xmlns: 'http://www.w3.org/2000/svg', ...drawn.attributes },
    children: [shape('style', {}, [look]), ...drawn.children],
  });
  t.assert.fileSnapshot(`${picture}\n`, new URL('snapshots/paired-bars.svg', import.meta.url).pathname, {
    serializers: [String],
  });
});

test('a pair stands side by side at its label, as high as it is; what is nothing has no bar', () => {
  const found = bars(pairedBars(data, size)).map(({ attributes }) => attributes as Record<string, number>);
  assert.equal(found.length, 8);
  const [first] = found;
  const beside = found[5];
  assert.ok(Math.abs((first?.x ?? 0) + (first?.width ?? 0) - (beside?.x ?? 0)) < 0.2);
  assert.ok(Math.abs((beside?.height ?? 0) / (first?.height ?? 1) - 5) < 0.1);
  assert.deepEqual(bars(pairedBars({ ...data, labels: [] }, size)), []);
});
