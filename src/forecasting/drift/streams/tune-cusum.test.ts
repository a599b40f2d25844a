// Thresholds beside what happens: false alarms counted in long streams.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../../core/index.ts';
import { cusum } from './cusum.ts';
import { driftsIn } from './stream.ts';
import { type CusumAim, tuneCusum } from './tune-cusum.ts';

const fifths = Array.from({ length: 100_000 }, (_, i) => Number(i % 5 === 0));
const aim: CusumAim = {
  of: 'shares',
  reference: fifths,
  change: 0.1,
  expectedFalseAlarmEvery: 2000,
  seed: 1,
};

function tuned(of: Partial<CusumAim>) {
  const found = tuneCusum({ ...aim, ...of });
  assert.equal(found.status, 'ok', JSON.stringify(found));
  assert.ok(found.status === 'ok');
  return found;
}

test('a threshold keeps to its false alarms: shares of a level that is known', () => {
  const { options } = tuned({});
  const rng = new Rng(7);
  const stream = Array.from({ length: 1_000_000 }, () => Number(rng.uniform() < 0.2));
  const every = stream.length / driftsIn(cusum, options, stream).length;
  assert.ok(every > 1900 && every < 2600, String(every));
});

test('a threshold keeps to its false alarms: numbers of a skewed law, looked at both ways', () => {
  const rng = new Rng(9);
  const skewed = () => -Math.log(1 - rng.uniform());
  const reference = Array.from({ length: 20_000 }, skewed);
  const { options } = tuned({
    of: 'numbers',
    reference,
    change: 0.5,
    both: true,
    expectedFalseAlarmEvery: 1000,
  });
  const stream = Array.from({ length: 400_000 }, skewed);
  const every = stream.length / driftsIn(cusum, options, stream).length;
  assert.ok(every > 900 && every < 1300, String(every));
});

test('a short reference raises the threshold, so that the mean over what it leaves open still holds', () => {
  const long = tuned({ expectedFalseAlarmEvery: 20_000 });
  const rng = new Rng(21);
  const referenceSize = 400;
  let alarms = 0;
  let values = 0;
  let higher = 0;
  for (let run = 0; run < 16; run++) {
    const bits = (length: number) => Array.from({ length }, () => Number(rng.uniform() < 0.2));
    const found = tuneCusum({ ...aim, reference: bits(referenceSize), expectedFalseAlarmEvery: 20_000 });
    if (found.status !== 'ok') continue;
    if (found.options.threshold > long.options.threshold) higher += 1;
    alarms += driftsIn(cusum, found.options, bits(60_000)).length;
    values += 60_000;
  }
  assert.ok(higher >= 14, String(higher));
  assert.ok(values / alarms > 15_000, String(values / alarms));
});

test('says how long it takes to find the change, and finds it so', () => {
  const { options, delay } = tuned({});
  const rng = new Rng(3);
  let total = 0;
  for (let run = 0; run < 400; run++) {
    const [first = 3000] = driftsIn(
      cusum,
      options,
      Array.from({ length: 3000 }, () => Number(rng.uniform() < 0.3)),
    );
    total += first + 1;
  }
  assert.ok(Math.abs(total / 400 / delay - 1) < 0.15, `${total / 400} beside ${delay}`);
});

test('a reference that leaves the level too open is told, with how long it would have to be', () => {
  const found = tuneCusum({ ...aim, reference: fifths.slice(0, 60), expectedFalseAlarmEvery: 1e6 });
  assert.ok(found.status === 'unknown');
  assert.ok(found.needs !== null && found.needs >= 240 && found.needs <= 2000, String(found.needs));
  const long = tuneCusum({
    ...aim,
    reference: fifths.slice(0, found.needs),
    expectedFalseAlarmEvery: 1e6,
  });
  assert.equal(long.status, 'ok');
  assert.deepEqual(tuneCusum({ ...aim, reference: [0, 1, Number.NaN] }).status, 'unknown');
  assert.deepEqual(tuneCusum({ ...aim, of: 'numbers', reference: new Array(50).fill(3) }).status, 'unknown');
});

test('the same aim gives the same threshold', () => {
  assert.deepEqual(tuneCusum(aim), tuneCusum(aim));
});
