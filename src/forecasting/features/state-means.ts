// Mean demand by state (promotion on or off, …) and phase (weekday, …) in the recent past: how this series sold in the
// situation that the target period will be in.

import { exactHalving } from '../maths/index.ts';
import { phaseOf } from './calendar-block.ts';
import type { FeaturePlan } from './feature-plan.ts';
import type { Origin } from './origin.ts';

/** Cycles until a past period counts half. */
const halfLifeCycles = 8;
/** Cycles that must fit into what is looked back at for the phases to be told apart. */
const cyclesMin = 8;
/** Past periods that the expectation from state and phase alone weighs as much as. */
const leaning = 1;

/** The table of one column of states 0 … states − 1. */
export interface StateMeans {
  /** Adds up the past of an origin. Cost: O(plan.flagPeriods). */
  readonly learn: (origin: Origin, states: Float32Array) => void;
  /**
   * Mean demand ÷ level of past periods in a state and in the phase of a lead. Where there were few, it leans on what
   * the state does in all phases and the phase in all states; NaN = one of them has no past at all.
   */
  readonly same: (origin: Origin, lead: number, state: number) => number;
  /** The same in any phase. */
  readonly anyPhase: (origin: Origin, state: number) => number;
}

/** Makes a table with its memory. Later periods weigh more; unknown values and states are left out. */
export function stateMeans(plan: FeaturePlan, stateCount: number): StateMeans {
  const zero = plan.historyPeriods - 1;
  const season = seasonToldApart(plan);
  const weights = decayingWeights(plan.flagPeriods, season);
  const sums = new Float64Array(stateCount * season);
  const totals = new Float64Array(stateCount * season);
  const byState = new Float64Array(stateCount);
  const byPhase = new Float64Array(season);
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
      const all = marginMean(sums, totals, { from: 0, step: 1, count: sums.length });
      for (let state = 0; state < stateCount; state++) {
        byState[state] = marginMean(sums, totals, { from: state * season, step: 1, count: season });
      }
      for (let place = 0; place < season; place++) {
        // Relative to the whole, so that state × phase is the expectation where the two do not interact.
        byPhase[place] = marginMean(sums, totals, { from: place, step: season, count: stateCount }) / all;
      }
    },
    same: (origin, lead, state) => {
      if (Number.isNaN(state)) return Number.NaN;
      const phase = phaseOf(origin.period + lead, season);
      const cell = state * season + phase;
      const expected = byState[state]! * byPhase[phase]!;
      if (!Number.isFinite(expected))
        return totals[cell]! > 0 ? (sums[cell]! / totals[cell]!) * origin.perLevel : Number.NaN;
      return ((sums[cell]! + leaning * expected) / (totals[cell]! + leaning)) * origin.perLevel;
    },
    anyPhase: (origin, state) => (Number.isNaN(state) ? Number.NaN : byState[state]! * origin.perLevel),
  };
}

function marginMean(
  sums: Float64Array,
  totals: Float64Array,
  cells: { readonly from: number; readonly step: number; readonly count: number },
): number {
  let sum = 0;
  let total = 0;
  for (let i = 0, cell = cells.from; i < cells.count; i++, cell += cells.step) {
    sum += sums[cell]!;
    total += totals[cell]!;
  }
  return total > 0 ? sum / total : Number.NaN;
}

/** The shortest season of which enough cycles are looked back at; 1 = none. */
function seasonToldApart(plan: FeaturePlan): number {
  const season = plan.phases[0]?.season ?? 1;
  return season * cyclesMin <= plan.flagPeriods ? season : 1;
}

function decayingWeights(periods: number, season: number): Float64Array {
  const halfLife = halfLifeCycles * Math.max(season, 7);
  return Float64Array.from({ length: periods }, (_, back) => exactHalving(back / halfLife));
}
