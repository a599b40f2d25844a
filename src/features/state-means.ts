// Mean demand by state (promotion on or off, …) and phase (weekday, …) in the recent past: how this series sold in the
// situation that the target period will be in.

import { phaseOf } from './calendar-block.ts';
import type { FeaturePlan } from './feature-plan.ts';
import type { Origin } from './origin.ts';

/** Cycles until a past period counts half. */
const halfLifeCycles = 8;
/** Cycles that must fit into what is looked back at for the phases to be told apart. */
const cyclesMin = 8;

/** The table of one column of states 0 … states − 1. */
export interface StateMeans {
  /** Adds up the past of an origin. Cost: O(plan.flagPeriods). */
  readonly learn: (origin: Origin, states: Float32Array) => void;
  /** Mean demand ÷ level of past periods in a state and in the phase of a lead, NaN = there was none. */
  readonly same: (origin: Origin, lead: number, state: number) => number;
  /** The same in any phase. Cost: O(season). */
  readonly anyPhase: (origin: Origin, state: number) => number;
}

/** Makes a table with its memory. Later periods weigh more; unknown values and states are left out. */
export function stateMeans(plan: FeaturePlan, stateCount: number): StateMeans {
  const zero = plan.historyPeriods - 1;
  const season = seasonToldApart(plan);
  const weights = decayingWeights(plan.flagPeriods, season);
  const sums = new Float64Array(stateCount * season);
  const totals = new Float64Array(stateCount * season);
  return {
    learn: ({ values, begin, last, period }, states) => {
      sums.fill(0);
      totals.fill(0);
      const reach = Math.min(weights.length, last - begin + 1, zero + 1);
      let phase = phaseOf(period, season);
      for (let back = 0; back < reach; back++) {
        const value = values[last - back]!;
        const state = states[zero - back]!;
        if (!Number.isNaN(value) && !Number.isNaN(state)) {
          const cell = state * season + phase;
          sums[cell] = sums[cell]! + weights[back]! * value;
          totals[cell] = totals[cell]! + weights[back]!;
        }
        phase = phase === 0 ? season - 1 : phase - 1;
      }
    },
    same: (origin, lead, state) => {
      if (Number.isNaN(state)) return Number.NaN;
      const cell = state * season + phaseOf(origin.period + lead, season);
      return totals[cell]! > 0 ? (sums[cell]! / totals[cell]!) * origin.perLevel : Number.NaN;
    },
    anyPhase: (origin, state) => {
      if (Number.isNaN(state)) return Number.NaN;
      let sum = 0;
      let total = 0;
      for (let cell = state * season; cell < (state + 1) * season; cell++) {
        sum += sums[cell]!;
        total += totals[cell]!;
      }
      return total > 0 ? (sum / total) * origin.perLevel : Number.NaN;
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
