// Gates on forecasts themselves: intervals that hold what they say, answers that do not contradict each other, and sizes that can be.

import type { CoverageFacts } from './evidence.ts';
import { type Found, failed, firstOf, type GateCheck, passed, percent, unknown } from './gate-check.ts';

/**
 * By how much a central interval may cover less than it says, beside what its origins vary by: what promises far too much. A few series
 * with a few origins cannot show less, and intervals that are a little narrow are seen by the monitor, on demand to come.
 */
const coverageMargin = 0.15;
/** Standard errors that are left to chance. */
const errorsFree = 2;
/** Known periods below which an interval is not judged. */
const periodsMin = 100;
/** Share of sampled series whose state may lead elsewhere than its history does: a correction may have come in between. */
const wrongStatesMax = 0.05;
/** The median forecast may be this many times the demand of the last season, or a part of it as small. */
const levelFactorMax = 3;

/** Do intervals hold what they say? Those that hold more are wide, which few series may need; what that costs is judged by `costGate`. */
export function coverageGate({ coverage }: Found): GateCheck {
  const judged = coverage.filter(({ periods, shares }) => periods >= periodsMin && shares.length >= 2);
  if (judged.length === 0)
    return unknown('coverage', `fewer than ${periodsMin} periods, or one origin, to judge intervals by`);
  const found = judged.map((facts) => ({ facts, ...coverageOf(facts) }));
  const worst = found.reduce((a, b) => (b.excess > a.excess ? b : a));
  const said = `the ${percent(worst.facts.nominal, 0)} interval covers ${percent(worst.share)} of ${worst.facts.periods} periods`;
  const of = { value: worst.share, bound: worst.facts.nominal };
  return worst.excess > 0
    ? failed('coverage', `${said}: short by more than ${percent(coverageMargin, 0)} and chance`, of)
    : passed('coverage', said, of);
}

/**
 * Of the newest half of the origins, the newest first: intervals are made for the size of errors now (decision 0005), and errors shrink as
 * histories grow. Mean over them, and how far it falls short beyond the margin and the standard error of that mean.
 */
function coverageOf({ shares: all, nominal }: CoverageFacts): { share: number; excess: number } {
  const shares = all.slice(0, Math.max(2, Math.ceil(all.length / 2)));
  const n = shares.length;
  const share = shares.reduce((sum, one) => sum + one, 0) / n;
  const variance = shares.reduce((sum, one) => sum + (one - share) ** 2, 0) / (n - 1);
  const error = Math.sqrt(variance / n);
  return { share, excess: nominal - share - coverageMargin - errorsFree * error };
}

/** The same answer to the same question, states that their history explains, and no demand that rises with its price where that is promised. */
export function behaviourGate({ served }: Found): GateCheck {
  const { series, unsteady, wrongStates, price } = served;
  if (series === 0) return unknown('behaviour', 'it knows none of the series');
  if (unsteady.length > 0)
    return failed('behaviour', `asked again, or for less, it forecasts otherwise: ${firstOf(unsteady)}`);
  const wrong = { value: wrongStates.length / series, bound: wrongStatesMax };
  if (wrong.value > wrongStatesMax)
    return failed(
      'behaviour',
      `the states of ${wrongStates.length} of ${series} series are not those of their history: ${firstOf(wrongStates)}`,
      wrong,
    );
  if (price !== null && price.rose.length > 0)
    return failed(
      'behaviour',
      `demand rises with the price where it may only fall: ${firstOf(price.rose)} of ${price.series} series tried`,
      { value: price.rose.length / price.series, bound: 0 },
    );
  const prices = price === null ? '' : `; of ${price.series} none rises with its price`;
  return passed('behaviour', `${series} series answer the same again, from their own states${prices}`);
}

/** Are forecasts of the size that demand has? Another unit, or a lost decimal point, is not. */
export function levelGate({ served: { level, championLevel } }: Found): GateCheck {
  if (level === null) return unknown('level', 'there is no demand to compare forecasts with');
  const said = `forecasts are ${level.toPrecision(3)} times the demand of the last season (median)`;
  const isOdd = (of: number): boolean => !(of <= levelFactorMax && of >= 1 / levelFactorMax);
  const isLikeChampion =
    championLevel !== null && Math.abs(Math.log(level / championLevel)) < Math.log(levelFactorMax);
  return isOdd(level) && !isLikeChampion
    ? failed(
        'level',
        `${said}${championLevel === null ? '' : `, the champion's ${championLevel.toPrecision(3)}`}`,
        {
          value: level,
          bound: levelFactorMax,
        },
      )
    : passed('level', said, { value: level, bound: levelFactorMax });
}
