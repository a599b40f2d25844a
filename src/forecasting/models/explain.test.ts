import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallForecaster } from '../../../test/fixtures/small-forecaster.ts';
import { smallModel, smallPanel } from '../../../test/fixtures/small-panel.ts';
import { modelAmong } from './catalog.ts';
import { packPhases } from './closed-phases.ts';
import { explained } from './drivers.ts';
import { type Explanation, explainNewSeries, explainState } from './explain.ts';
import { type Forecaster, forecastNewSeries, forecastState } from './forecaster.ts';
import type { GlobalTraining } from './global/global-training.ts';

const horizon = 9;
const panel = smallPanel({ series: 8, length: 120, ahead: 12 });

function addsUp({ mean, drivers }: Explanation, served: Float64Array): void {
  assert.deepEqual(mean, served);
  for (let h = 0; h < mean.length; h++) {
    const sum = drivers.reduce((total, { units }) => total + units[h]!, 0);
    const size = Math.max(...drivers.map(({ units }) => Math.abs(units[h]!)));
    assert.ok(Math.abs(sum - mean[h]!) <= 1e-9 * size, `step ${h + 1}: ${sum} of ${mean[h]}`);
  }
}

function explainedAll(forecaster: Forecaster): Explanation[] {
  return forecaster.ids.map((_, series) => {
    const state = forecaster.states.at(series) as Float64Array;
    const found = explained(explainState(forecaster, series, { state, horizon }));
    assert.ok(!('none' in found));
    addsUp(found, forecastState(forecaster, series, { state, horizon, levels: [0.1, 0.9] }).mean);
    return found;
  });
}

function forecasterOf(training: Partial<GlobalTraining>): Forecaster {
  const base = smallForecaster(panel);
  const trained = smallModel(panel, training);
  const models = ['gbdt', 'snaive+gbdt'].map((name) => modelAmong(name, new Map([['gbdt', trained]])));
  return { ...base, trained, models };
}

const trainings: Readonly<Record<string, Partial<GlobalTraining>>> = {
  ratio: {},
  logarithm: { form: 'log' },
  'several boosters': { members: 3 },
  'lifts taken out': { lifts: true } as Partial<GlobalTraining>,
};

for (const [name, training] of Object.entries(trainings))
  test(`drivers add up to the mean that is served: ${name}`, () => {
    const all = explainedAll(forecasterOf(training));
    all.forEach(({ drivers }, series) => {
      const units = drivers.find(({ driver }) => driver === 'promotion')?.units as Float64Array;
      const planned = Array.from(
        { length: 7 },
        (_, h) => panel.covariates?.varying[0]?.values[series * 132 + 120 + h],
      );
      // On working days every series sells twice as much under a promotion, and without one a little less than it does on average.
      planned.forEach((on, h) => {
        if ((120 + h) % 7 >= 5) return;
        const part = units[h]!;
        assert.ok(on === 1 ? part > 3 : part < 1, `series ${series}, step ${h + 1}: ${part}`);
      });
    });
    for (const { columns, drivers } of all) {
      const own = columns.filter((column) => column.name === 'promotion');
      assert.deepEqual(
        own.map(({ driver }) => driver),
        ['promotion'],
      );
      assert.ok(
        drivers.some(({ driver, units }) => driver === 'season' && units.some((one) => Math.abs(one) > 1)),
      );
    }
  });

test('a series without history is explained by what is known of its like', () => {
  const forecaster = smallForecaster(panel);
  const of = { attributes: { kind: 'large' }, after: 219 };
  const plans = { horizon, levels: [], future: { promotion: [1, 0, 1, 0, 0, 0, 0, 0, 0] } };
  const found = explained(explainNewSeries(forecaster, of, plans));
  assert.ok(found !== undefined);
  addsUp(found, forecastNewSeries(forecaster, of, plans)?.mean as Float64Array);
});

test('on a day that is closed the season takes all the rest away', () => {
  const forecaster = smallForecaster(panel);
  const closed = packPhases(Uint8Array.of(0, 0, 1, 0, 0, 0, 0), 100);
  const some = { ...forecaster, closed: Float64Array.from({ length: 8 }, () => closed[0] as number) };
  for (const { mean, drivers, closed: steps } of explainedAll(some)) {
    assert.ok(steps.length > 0 && steps.every((k) => mean[k] === 0));
    const season = drivers.find(({ driver }) => driver === 'season')?.units as Float64Array;
    assert.ok(steps.every((k) => season[k]! < -1));
  }
});

test('what has ended, and a model that cannot say, are not explained', () => {
  const forecaster = smallForecaster(panel);
  const state = forecaster.states.at(0) as Float64Array;
  const ended = explained(explainState(forecaster, 0, { state, horizon, ended: 'ended' }));
  assert.ok('none' in ended && ended.none === 'ended');
  const { explain: _, ...mute } = forecaster.models[0] as Forecaster['models'][number];
  const silent = explained(explainState({ ...forecaster, models: [mute, mute] }, 0, { state, horizon }));
  assert.ok('none' in silent && silent.none === 'model');
});
