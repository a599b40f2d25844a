import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../core/index.ts';
import { correctedQuantiles } from '../models/index.ts';
import type { BacktestTable } from './backtest-table.ts';
import { calibrate } from './calibrate.ts';
import { intervalStrata } from './strata.ts';
import { pretendTable } from './testing.ts';

const levels = [0.025, 0.1, 0.5, 0.9, 0.975];
/** Normal quantiles of the levels. */
const normal = [-1.959964, -1.2815516, 0, 1.2815516, 1.959964];
const only = { name: 'own', members: [0] };
const smooth = 0;
const sparse = intervalStrata.findIndex((name) => name.startsWith('intermittent'));
const shape = { models: ['own'], seriesCount: 600, originsMax: 3, horizon: 3 };
const centre = 100;

/** Even series are of one kind and odd ones of another: regular demand errs evenly, sparse demand to one side. */
function kindOf(series: number): number {
  return series % 2 === 0 ? smooth : sparse;
}

/** Errors grow with the lead. */
function actualOf(rng: Rng, kind: number, lead: number): number {
  const spread = 1 + 0.5 * lead;
  return centre + spread * (kind === smooth ? 4 * rng.normal() : 6 * (Math.exp(0.5 * rng.normal()) - 1));
}

/** Made-up quantiles of the model: half as wide as the truth for one kind, twice as wide and too high for the other. */
function ownQuantile(kind: number, level: number, lead: number): number {
  const z = normal[level] as number;
  return centre + (1 + 0.5 * lead) * (kind === smooth ? 2 * z : 12 * z + 5);
}

function pretendOwn(rng: Rng): BacktestTable {
  const table = pretendTable(
    shape,
    (series, _origin, lead) => actualOf(rng, kindOf(series), lead),
    () => centre,
  );
  const { seriesCount, originsMax, horizon } = shape;
  const quantiles = new Float32Array(seriesCount * originsMax * levels.length * horizon);
  for (let at = 0; at < seriesCount * originsMax; at++) {
    const kind = kindOf(Math.floor(at / originsMax));
    table.strata[at] = kind;
    for (let l = 0; l < levels.length; l++) {
      for (let k = 0; k < horizon; k++) {
        quantiles[(at * levels.length + l) * horizon + k] = ownQuantile(kind, l, k);
      }
    }
  }
  return { ...table, own: { model: 0, alone: false, levels, quantiles } };
}

test('quantiles of a model cover what they say after the correction, in each stratum and at each lead', () => {
  const rng = new Rng(21);
  const { intervals, scaleFactors } = calibrate(pretendOwn(rng), { levels, candidateOf: () => only });
  assert.equal(intervals.ownFrom, intervalStrata.length);
  const { horizon } = shape;
  for (const [series, kind] of [smooth, sparse].entries()) {
    const own = {
      mean: new Float64Array(horizon).fill(centre),
      quantiles: Float64Array.from({ length: levels.length * horizon }, (_, i) =>
        ownQuantile(kind, Math.floor(i / horizon), i % horizon),
      ),
    };
    const corrected = correctedQuantiles(intervals, own, {
      stratum: intervalStrata.length + kind,
      scale: kind === smooth ? (scaleFactors[series] as number) : 1,
      leads: [1, 2, 3],
      levels,
      floor: 0,
    });
    for (let k = 0; k < horizon; k++) {
      const draws = Array.from({ length: 4000 }, () => actualOf(rng, kind, k));
      const below = (bound: number): number =>
        draws.filter((actual) => actual <= bound).length / draws.length;
      const name = `${intervalStrata[kind]}, lead ${k + 1}`;
      for (const [l, level] of levels.entries()) {
        // 900 scores a stratum and lead, of 300 series: the share below has a standard error of 1.7 points at most.
        const share = below(corrected[l]?.[k] as number);
        assert.ok(Math.abs(share - level) < 0.05, `${name}: ${share} below the quantile of ${level}`);
      }
      const inside = below(corrected[3]?.[k] as number) - below(corrected[1]?.[k] as number);
      assert.ok(Math.abs(inside - 0.8) < 0.04, `${name} covers ${inside}`);
      // What the model said itself was wrong by more than that.
      const before = below(ownQuantile(kind, 3, k)) - below(ownQuantile(kind, 1, k));
      assert.ok(Math.abs(before - 0.8) > 0.1, `${name} covered ${before} before`);
    }
  }
});

test('quantiles that are right already stay, within what chance leaves', () => {
  const rng = new Rng(22);
  const table = pretendOwn(rng);
  const { horizon, originsMax, seriesCount } = table;
  const quantiles = table.own?.quantiles ?? assert.fail();
  for (let at = 0; at < seriesCount * originsMax; at++) {
    table.strata[at] = smooth;
    for (let k = 0; k < horizon; k++) {
      table.actuals[at * horizon + k] = actualOf(rng, smooth, k);
      for (let l = 0; l < levels.length; l++) {
        const z = normal[l] as number;
        quantiles[(at * levels.length + l) * horizon + k] = centre + (1 + 0.5 * k) * 4 * z;
      }
    }
  }
  const { intervals } = calibrate(table, { levels, candidateOf: () => only });
  const row = intervals.offsets.subarray(intervalStrata.length * horizon * levels.length);
  for (let k = 0; k < horizon; k++) {
    // The unit is the scale, 1; the spread of the errors is 4 × (1 + lead ÷ 2).
    const spread = 4 * (1 + 0.5 * k);
    for (let l = 0; l < levels.length; l++) {
      assert.ok(Math.abs((row[k * levels.length + l] as number) / spread) < 0.25);
    }
  }
});
