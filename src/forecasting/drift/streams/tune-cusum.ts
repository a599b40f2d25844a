// The threshold of a CUSUM from how often it may be wrong, by simulation, with what a short reference leaves open of its level.

import { Rng } from '../../../core/index.ts';
import { type CusumOptions, evidenceOf } from './cusum.ts';
import { betaDraw, gammaDraw } from './draws.ts';
import { falseAlarmRates, meanDelay, type Steps } from './run-lengths.ts';
import { checkOption, isNumber, isShare } from './stream.ts';

export interface CusumAim {
  readonly of: 'shares' | 'numbers';
  /** Values from before the stream, in which nothing had changed; what is not finite, or no share, is left out. */
  readonly reference: ArrayLike<number>;
  /** The smallest change of the level that is worth an alarm, in units of the values: 0.1 is from 20 % to 30 %. */
  readonly change: number;
  readonly both?: boolean;
  /** One false alarm in so many values, or fewer. */
  readonly expectedFalseAlarmEvery: number;
  readonly seed: number;
}

export type CusumTuning =
  | {
      readonly status: 'ok';
      readonly options: CusumOptions;
      /** Values from one false alarm to the next, on average over what the reference leaves open. */
      readonly falseAlarmEvery: number;
      /** Values until a change of that size is found, on average. */
      readonly delay: number;
    }
  | {
      /** The reference is too short to keep to so few false alarms with this change. */
      readonly status: 'unknown';
      readonly reason: string;
      /** About so many values would do; null where even 1,000 times as many would not. */
      readonly needs: number | null;
    };

/** How many levels are drawn from what the reference leaves open: each is as likely as the next. */
const drawCount = 200;

/**
 * Finds the threshold at which a CUSUM is wrong as seldom as asked. The level of the reference is only known so well: false alarms are
 * the mean over levels that it leaves possible (of shares by Jeffreys' prior, else by the Bayesian bootstrap).
 *
 *     const reference = Array.from({ length: 1000 }, (_, i) => Number(i % 5 === 0));
 *     tuneCusum({ of: 'shares', reference, change: 0.1, expectedFalseAlarmEvery: 20_000, seed: 1 }); // options.threshold: 7.0
 *
 * Values are taken as independent: of a series with seasons or memory give paired differences of losses or means of blocks.
 * Source: Siegmund 1985, Sequential Analysis, ch. II (simulation under the tilted law); Rubin 1981, Annals of Statistics 9.
 * Cost: some 0.1 to 1 s, whatever the aim.
 * @throws AppError `drift/bad-option`
 */
export function tuneCusum(aim: CusumAim): CusumTuning {
  checkOption(
    aim.expectedFalseAlarmEvery >= 10 && aim.expectedFalseAlarmEvery <= 1e12,
    'cusum',
    '`expectedFalseAlarmEvery` must lie between 10 and 1e12 values',
  );
  checkOption(isNumber(aim.change) && aim.change !== 0, 'cusum', '`change` must be a number other than 0');
  const values = Array.from(aim.reference).filter(aim.of === 'shares' ? isShare : isNumber);
  const minimum = 10;
  if (values.length < minimum) {
    return {
      status: 'unknown',
      reason: `the reference has ${values.length} values: a level needs ${minimum}`,
      needs: minimum,
    };
  }
  const level = levelOf(aim.of, values);
  if (level.spread === 0) {
    return {
      status: 'unknown',
      reason: 'the reference is constant: it has no spread to measure by',
      needs: null,
    };
  }
  const options = { ...optionsFor(aim, level), threshold: 1 };
  const found = thresholdFor(aim, options, { values, times: 1 });
  if (found === null) return tooShort(aim, options, values);
  const tuned: CusumOptions = { ...options, threshold: found.threshold };
  return {
    status: 'ok',
    options: tuned,
    falseAlarmEvery: found.every,
    delay: delayOf(tuned, values, aim.seed),
  };
}

function tooShort(aim: CusumAim, options: CusumOptions, values: readonly number[]): CusumTuning {
  let times = 2;
  while (times <= 1024 && thresholdFor(aim, options, { values, times }) === null) times *= 2;
  const needs = times > 1024 ? null : values.length * times;
  return {
    status: 'unknown',
    reason: `${values.length} values leave the usual level so open that a change of ${aim.change} cannot be told from it with one false alarm in ${aim.expectedFalseAlarmEvery} values: give a longer reference, a larger change or more false alarms`,
    needs,
  };
}

interface Level {
  readonly mean: number;
  readonly spread: number;
}

/** The level that the reference tells. A share of 0 or 1 in the reference is none for ever: half a case is added to both sides. */
function levelOf(of: CusumAim['of'], values: readonly number[]): Level {
  const n = values.length;
  let sum = 0;
  for (const value of values) sum += value;
  if (of === 'shares') {
    const mean = (sum + 0.5) / (n + 1);
    return { mean, spread: Math.sqrt(mean * (1 - mean)) };
  }
  const mean = sum / n;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, spread: Math.sqrt(squares / (n - 1)) };
}

function optionsFor(aim: CusumAim, level: Level): Omit<CusumOptions, 'threshold'> {
  const both = aim.both === true ? { both: true } : {};
  const changed = level.mean + aim.change;
  if (aim.of === 'numbers') {
    return { of: 'numbers', usual: level.mean, changed, spread: level.spread, ...both };
  }
  checkOption(
    changed > 0 && changed < 1,
    'cusum',
    `a change of ${aim.change} from the usual share of ${level.mean.toPrecision(3)} leaves the range of shares`,
  );
  return { of: 'shares', usual: level.mean, changed, ...both };
}

/** The reference, as if it were so many times as long. */
interface Reference {
  readonly values: readonly number[];
  readonly times: number;
}

function thresholdFor(
  aim: CusumAim,
  options: CusumOptions,
  reference: Reference,
): { threshold: number; every: number } | null {
  const rng = new Rng(aim.seed);
  const every = aim.expectedFalseAlarmEvery;
  // Twice what a known level would ask for: where that does not do, the reference decides and not the stream.
  const top = 2 * Math.log(every) + 10;
  const sides = options.both === true ? (['towards', 'away'] as const) : (['towards'] as const);
  const rates = new Float64Array(levelCount);
  for (let draw = 0; draw < drawCount; draw++) {
    const law = lawOf(options, reference, rng);
    for (const side of sides) {
      const { slope, offset } = evidenceOf(options, side);
      const steps = { sizes: law.sizes.map((x) => slope * x + offset), weights: law.weights };
      falseAlarmRates(steps, { top, rng, into: rates });
    }
  }
  for (let at = 0; at < levelCount; at++) {
    const rate = rates[at]! / drawCount;
    if (rate <= 1 / every) return { threshold: ((at + 1) * top) / levelCount, every: 1 / rate };
  }
  return null;
}

/** Thresholds that are tried: evenly spaced, to a few hundredths. */
const levelCount = 600;

/** One law of the values that the reference leaves possible. */
function lawOf(options: CusumOptions, reference: Reference, rng: Rng): Steps {
  const { values, times } = reference;
  if (options.of === 'shares' && values.every((value) => value === 0 || value === 1)) {
    const ones = times * values.reduce((sum: number, value) => sum + value, 0);
    const p = betaDraw(ones + 0.5, times * values.length - ones + 0.5, rng);
    return { sizes: Float64Array.of(0, 1), weights: Float64Array.of(1 - p, p) };
  }
  const sizes = atomsOf(values);
  // As many values as stand behind each atom.
  const shape = (times * values.length) / sizes.length;
  const weights = sizes.map(() => gammaDraw(shape, rng));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return { sizes, weights: weights.map((weight) => weight / sum) };
}

/** At most 1,000 values that stand for all: means of neighbours in order. */
function atomsOf(values: readonly number[]): Float64Array {
  const sorted = Float64Array.from(values).sort();
  const count = Math.min(sorted.length, 1000);
  return Float64Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * sorted.length) / count);
    const to = Math.floor(((i + 1) * sorted.length) / count);
    let sum = 0;
    for (let k = from; k < to; k++) sum += sorted[k]!;
    return sum / (to - from);
  });
}

/** The mean delay after the change that the options name. */
function delayOf(options: CusumOptions, values: readonly number[], seed: number): number {
  const { slope, offset } = evidenceOf(options, 'towards');
  const move = options.changed - options.usual;
  const isBinary = options.of === 'shares' && values.every((value) => value === 0 || value === 1);
  const sizes = isBinary
    ? Float64Array.of(offset, slope + offset)
    : atomsOf(values).map((x) => slope * (x + move) + offset);
  const weights = isBinary
    ? Float64Array.of(1 - options.changed, options.changed)
    : new Float64Array(sizes.length).fill(1 / sizes.length);
  return meanDelay({ sizes, weights }, { threshold: options.threshold, rng: new Rng(seed) });
}
