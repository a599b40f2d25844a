// A 0/1 column known ahead (promotion, school holiday): its state around the target, how much of it the level already
// contains, and what the series sold in the same state before.

import { phaseOf } from './calendar-block.ts';
import type { FeatureColumn, FeaturePlan } from './feature-plan.ts';
import type { Block, Origin } from './origin.ts';

/** Periods counted at most to the last or next change of state. */
const distanceMax = 30;
/** Cycles until a past period counts half. */
const halfLifeCycles = 8;
/** Cycles that must fit into what is looked back at for the phases to be told apart. */
const cyclesMin = 8;

/**
 * Columns: state now, one period before and after; periods in this state so far; periods until it changes; share of
 * "on" in the level window; mean demand ÷ level of past periods in the same state and phase (later ones weigh more), and
 * of those in the same state in any phase. Unknown states are stepped over; they are NaN where they are the target.
 */
export function flagBlock(plan: FeaturePlan, index: number): Block {
  const { name } = plan.varying[index]!;
  const zero = plan.historyPeriods - 1;
  const season = seasonToldApart(plan);
  const weights = decayingWeights(plan.flagPeriods, season);
  const sums = new Float64Array(2 * season);
  const totals = new Float64Array(2 * season);
  const columns: FeatureColumn[] = [
    '',
    '_before',
    '_after',
    '_run',
    '_until',
    '_recent',
    '_same',
    '_state',
  ].map((suffix) => ({ name: `${name}${suffix}`, kind: 'number' }));
  let recent = Number.NaN;
  return {
    columns,
    atOrigin: (origin) => {
      const states = origin.varying[index]!;
      recent = shareOn(states, zero, plan.levelPeriods);
      addUp(origin, { states, zero, season, weights, sums, totals });
    },
    atLead: (origin, lead, row, at) => {
      const states = origin.varying[index]!;
      const place = zero + lead;
      const state = states[place]!;
      row[at] = state;
      row[at + 1] = states[place - 1]!;
      row[at + 2] = states[place + 1] ?? Number.NaN;
      row[at + 3] = runLength(states, place, -1);
      row[at + 4] = runLength(states, place, 1);
      row[at + 5] = recent;
      if (Number.isNaN(state)) {
        row[at + 6] = Number.NaN;
        row[at + 7] = Number.NaN;
        return;
      }
      const on = state > 0.5 ? season : 0;
      const cell = on + phaseOf(origin.period + lead, season);
      row[at + 6] = totals[cell]! > 0 ? (sums[cell]! / totals[cell]!) * origin.perLevel : Number.NaN;
      row[at + 7] = meanOfState(sums, totals, on, season) * origin.perLevel;
    },
  };
}

/** The shortest season of which enough cycles are looked back at; 1 = none. */
function seasonToldApart(plan: FeaturePlan): number {
  const season = plan.phases[0]?.season ?? 1;
  return season * cyclesMin <= plan.flagPeriods ? season : 1;
}

function decayingWeights(periods: number, season: number): Float64Array {
  const halfLife = halfLifeCycles * Math.max(season, 7);
  return Float64Array.from({ length: periods }, (_, back) => 0.5 ** (back / halfLife));
}

function shareOn(states: Float32Array, zero: number, periods: number): number {
  let on = 0;
  let known = 0;
  for (let i = zero; i >= 0 && i > zero - periods; i--) {
    const state = states[i]!;
    if (Number.isNaN(state)) continue;
    on += state;
    known++;
  }
  return known > 0 ? on / known : Number.NaN;
}

function addUp(
  origin: Origin,
  ask: {
    readonly states: Float32Array;
    readonly zero: number;
    readonly season: number;
    readonly weights: Float64Array;
    readonly sums: Float64Array;
    readonly totals: Float64Array;
  },
): void {
  const { states, zero, season, weights, sums, totals } = ask;
  const { values, begin, last } = origin;
  sums.fill(0);
  totals.fill(0);
  const reach = Math.min(weights.length, last - begin + 1, zero + 1);
  let phase = phaseOf(origin.period, season);
  for (let back = 0; back < reach; back++) {
    const value = values[last - back]!;
    const state = states[zero - back]!;
    if (!Number.isNaN(value) && !Number.isNaN(state)) {
      const cell = (state > 0.5 ? season : 0) + phase;
      sums[cell] = sums[cell]! + weights[back]! * value;
      totals[cell] = totals[cell]! + weights[back]!;
    }
    phase = phase === 0 ? season - 1 : phase - 1;
  }
}

function meanOfState(sums: Float64Array, totals: Float64Array, from: number, season: number): number {
  let sum = 0;
  let total = 0;
  for (let i = from; i < from + season; i++) {
    sum += sums[i]!;
    total += totals[i]!;
  }
  return total > 0 ? sum / total : Number.NaN;
}

/** Periods in the state of a place, itself included, backwards or forwards; 31 = longer; NaN = state or end unknown. */
function runLength(states: Float32Array, place: number, step: number): number {
  const state = states[place]!;
  if (Number.isNaN(state)) return Number.NaN;
  for (let k = 1; k <= distanceMax; k++) {
    const i = place + k * step;
    if (i < 0 || i >= states.length) return Number.NaN;
    const other = states[i]!;
    if (!Number.isNaN(other) && other !== state) return k;
  }
  return distanceMax + 1;
}
