// A difference of means, less what was different before: units that sold more before the trial sell more in it, whatever the arm.

import { assert } from '../../core/index.ts';
import { differenceOf, type Estimate } from './difference.ts';
import { meanOf, sumsOf } from './sums.ts';

/** The units of one arm: what was known of each before, and what came of it. */
export interface UnitsBefore {
  /** From before the trial, or what the champion would have said: anything that the arm cannot have changed. Shape [units]. */
  readonly before: ArrayLike<number>;
  /** Shape [units]. */
  readonly values: ArrayLike<number>;
}

export interface AdjustedDifference extends Estimate {
  /** How much of a unit's lead before is taken off; 0 where nothing was known before that varies. */
  readonly theta: number;
  /** The error as a share of the one without adjusting: .5 = as if there were four times as many units. */
  readonly errorShare: number;
}

/**
 * Difference of means after taking off what units brought with them (CUPED). The slope is that within arms, as otherwise part of what
 * the treatment does would be taken off too.
 * @returns undefined where `differenceOf` is
 * Source: Deng, Xu, Kohavi and Walker 2013, WSDM.
 */
export function adjustedDifference(
  control: UnitsBefore,
  treatment: UnitsBefore,
): AdjustedDifference | undefined {
  const arms = [control, treatment];
  for (const { before, values } of arms)
    assert(before.length === values.length, 'each unit needs its value from before');
  const raw = differenceOf(sumsOf(control.values), sumsOf(treatment.values));
  if (raw === undefined) return undefined;
  let products = 0;
  let squares = 0;
  for (const { before, values } of arms) {
    const [meanBefore, meanValue] = [meanOf(sumsOf(before)), meanOf(sumsOf(values))];
    for (let i = 0; i < values.length; i++) {
      const away = (before[i] as number) - meanBefore;
      products += away * ((values[i] as number) - meanValue);
      squares += away * away;
    }
  }
  const theta = squares > 0 ? products / squares : 0;
  const [a, b] = arms.map(({ before, values }) =>
    sumsOf(Float64Array.from(values, (value, i) => value - theta * (before[i] as number))),
  );
  const adjusted = differenceOf(a!, b!);
  return adjusted === undefined ? undefined : { ...adjusted, theta, errorShare: adjusted.error / raw.error };
}
