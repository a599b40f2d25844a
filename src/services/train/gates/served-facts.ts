// What a version would serve next, from the states that it stores: of an even sample of series, beside the champion.

import type { Panel, Series } from '../../../core/index.ts';
import { isIntermittent } from '../../../forecasting/evaluate/index.ts';
import {
  type Forecaster,
  type FutureValues,
  faultOf,
  forecastSeries,
  forecastState,
  knownAhead,
  modelFor,
  type SeriesQuantiles,
} from '../../../forecasting/models/index.ts';
import { elapsedMs } from '../../jobs/index.ts';
import { eachPolitely } from '../fold-scores.ts';
import type { ServedFacts } from './evidence.ts';

/** Series looked at, at most. */
const seriesMax = 256;
/** Shares of a forecast's size: what is rounding, and what is another state. */
const rounding = 1e-6;
const otherState = 0.1;
/** Steady series, from which their median says what the panel is forecast at. */
const levelsMin = 3;
/** By so much a price is raised to see that demand does not rise. */
const dearer = 1.2;

export interface ServedQuestion {
  readonly challenger: Forecaster;
  readonly champion: Forecaster | null;
  /** What is learnt from, see `learnablePanel`. */
  readonly panel: Panel;
  /** Periods per cycle, 1 = none. */
  readonly season: number;
  readonly horizon: number;
  readonly nonNegative: boolean;
}

interface Place {
  readonly one: Series;
  readonly at: number;
  readonly index: number;
  readonly future?: FutureValues;
}

/** Cost: a few forecasts and one pass of the history for each of at most 256 series; gives way to other work. */
export async function servedFacts(question: ServedQuestion): Promise<ServedFacts> {
  const { challenger, champion } = question;
  const places = samplePlaces(question);
  const faults: ServedFacts['faults'][number][] = [];
  const unsteady: string[] = [];
  const wrongStates: string[] = [];
  const rose: string[] = [];
  const levels: number[] = [];
  const championLevels: number[] = [];
  const times: number[] = [];
  const championTimes: number[] = [];
  const championAt = new Map((champion?.ids ?? []).map((id, i) => [id, i]));
  const price = promisedPrice(challenger);
  let tried = 0;
  await eachPolitely(places, (place) => {
    const { one, index } = place;
    const began = elapsedMs();
    const served = forecastOf(challenger, index, { ...question, ...place });
    times.push(elapsedMs() - began);
    const fault = faultIn(served, challenger, { ...question, index });
    if (fault !== undefined) faults.push({ seriesId: one.id, fault });
    if (!isSteady(served, challenger, { ...question, ...place })) unsteady.push(one.id);
    if (!isOwnState(challenger, place)) wrongStates.push(one.id);
    const recent = recentMean(one.values, Math.max(question.season, question.horizon));
    if (recent > 0 && !isIntermittent(one.values, question.season)) levels.push(mean(served.mean) / recent);
    if (price !== undefined && place.future?.[price]?.some((value) => typeof value === 'number')) {
      tried++;
      if (risesWithPrice(served, challenger, { ...question, ...place, price })) rose.push(one.id);
    }
    const other = championAt.get(one.id);
    if (champion === null || other === undefined) return;
    const started = elapsedMs();
    const theirs = championForecast(champion, other, { ...question, ...place });
    championTimes.push(elapsedMs() - started);
    if (recent > 0) championLevels.push(mean(theirs.mean) / recent);
  });
  return {
    series: places.length,
    faults,
    unsteady,
    wrongStates,
    level: levels.length < levelsMin ? null : median(levels),
    championLevel: median(championLevels),
    price: tried === 0 ? null : { series: tried, rose },
    ms: median(times) ?? 0,
    championMs: median(championTimes),
  };
}

/** Every k-th series that the version and the panel both know. */
function samplePlaces({ challenger, panel, horizon }: ServedQuestion): Place[] {
  const indexOf = new Map(challenger.ids.map((id, i) => [id, i]));
  const known = [...panel.series.entries()].filter(([, { id }]) => indexOf.has(id));
  const step = Math.max(1, known.length / seriesMax);
  const count = Math.min(seriesMax, known.length);
  return Array.from({ length: count }, (_, i) => known[Math.floor(i * step)] as [number, Series]).map(
    ([at, one]) => {
      const index = indexOf.get(one.id) as number;
      const after = one.start + one.values.length - 1;
      const future = panel.covariates && knownAhead(panel.covariates, { series: at, after, horizon });
      return { one, at, index, ...(future ? { future } : {}) };
    },
  );
}

function forecastOf(
  forecaster: Forecaster,
  index: number,
  of: Pick<ServedQuestion, 'horizon'> & Pick<Place, 'future'>,
): SeriesQuantiles {
  const { horizon, future } = of;
  return forecastSeries(forecaster, index, { horizon, levels: forecaster.intervals.levels, future });
}

/** The champion's, after it has been told the whole history. */
function championForecast(
  champion: Forecaster,
  index: number,
  of: Pick<ServedQuestion, 'horizon'> & Place,
): SeriesQuantiles {
  const { one, horizon, future } = of;
  const advancedBy = one.start + one.values.length - 1 - (champion.lastPeriods[index] as number);
  const like = champion.states.at(index) as Float64Array;
  const state = modelFor(champion, index).run(one.values, like, one.start);
  return forecastState(champion, index, { state, advancedBy, horizon, future, levels: [] });
}

function faultIn(
  served: SeriesQuantiles,
  { intervals: { levels }, largest }: Forecaster,
  of: { readonly index: number; readonly nonNegative: boolean; readonly horizon: number },
): ReturnType<typeof faultOf> {
  const quantiles = new Float64Array(levels.length * of.horizon);
  for (const [l, row] of served.quantiles.entries()) quantiles.set(row, l * of.horizon);
  return faultOf(
    { mean: served.mean, quantiles },
    { levelCount: levels.length, nonNegative: of.nonNegative, largest: largest[of.index] as number },
  );
}

/** Asked again, for one step, and for one level: what was said must be said again. */
function isSteady(
  served: SeriesQuantiles,
  forecaster: Forecaster,
  of: Pick<ServedQuestion, 'horizon'> & Place,
): boolean {
  const again = forecastOf(forecaster, of.index, of);
  const { levels } = forecaster.intervals;
  const short = forecastSeries(forecaster, of.index, {
    horizon: 1,
    levels: levels.slice(-1),
    future: of.future,
  });
  const top = served.quantiles.at(-1);
  return (
    again.mean.every((value, k) => isNear(value, served.mean[k], rounding)) &&
    again.quantiles.every((row, l) =>
      row.every((value, k) => isNear(value, served.quantiles[l]?.[k], rounding)),
    ) &&
    isNear(short.mean[0], served.mean[0], rounding) &&
    (top === undefined || isNear(short.quantiles[0]?.[0], top[0], rounding))
  );
}

/** Whether its state is the one that its parameters come to over the history. */
function isOwnState(forecaster: Forecaster, { one, index, future }: Place): boolean {
  const model = modelFor(forecaster, index);
  const stored = forecaster.states.at(index) as Float64Array;
  const from = (state: Float64Array): Float64Array =>
    forecastState(forecaster, index, { state, horizon: forecaster.horizon, levels: [], future }).mean;
  const [mine, theirs] = [from(stored), from(model.run(one.values, stored, one.start))];
  const size = mean(mine.map(Math.abs)) + mean(theirs.map(Math.abs));
  return mean(mine.map((value, k) => Math.abs(value - (theirs[k] as number)))) <= otherState * size;
}

/** A price that demand may only fall with, by what was promised at training; undefined without such a promise. */
function promisedPrice({ trained }: Forecaster): string | undefined {
  const plan = trained?.parts.plan;
  if (plan?.priceEffect !== 'falling') return undefined;
  return plan.varying.find(({ kind, role }) => kind === 'price' && role === 'known')?.name;
}

function risesWithPrice(
  served: SeriesQuantiles,
  forecaster: Forecaster,
  of: Pick<ServedQuestion, 'horizon'> & Place & { readonly price: string },
): boolean {
  const planned = of.future?.[of.price] ?? [];
  const raised = planned.map((value) => (typeof value === 'number' ? dearer * value : value));
  const then = forecastOf(forecaster, of.index, { ...of, future: { ...of.future, [of.price]: raised } });
  return then.mean.some((value, k) => value > (served.mean[k] as number) * (1 + rounding) + rounding);
}

function isNear(a: number | undefined, b: number | undefined, share: number): boolean {
  if (a === undefined || b === undefined) return false;
  return (
    Math.abs(a - b) <= share * Math.max(1, Math.abs(a), Math.abs(b)) || (Number.isNaN(a) && Number.isNaN(b))
  );
}

/** Of the newest known periods; NaN = none is known. */
function recentMean(values: Float64Array, periods: number): number {
  const known = values.subarray(Math.max(0, values.length - periods)).filter(Number.isFinite);
  return mean(known);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number | null {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
