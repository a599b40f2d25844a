// 0/1 columns known ahead (promotion, school holiday): their state around the target, how much of it the level already
// contains, and what the series sold in the same state before.

import type { FeatureColumn, FeaturePlan } from './feature-plan.ts';
import { type Block, flagRunMax } from './origin.ts';
import { stateMeans } from './state-means.ts';

/** Flags whose states are taken together, the most varied first. */
const jointMax = 3;
/** Flags that get all columns, the most varied first; the others get three. */
const fullMax = 4;
/** A gap in the plans is counted this far. */
const gapMax = 10;

/**
 * Columns: state now, one period before and after; periods in this state so far; periods until it changes; share of
 * "on" in the level window; mean demand ÷ level of past periods in the same state and phase, and in the same state in any
 * phase. Unknown states are stepped over; where the target's is unknown, so is what follows from it. Of many flags, all
 * but the four most varied have only their states.
 */
export function flagBlock(plan: FeaturePlan, index: number): Block {
  const { name } = plan.varying[index]!;
  const zero = plan.historyPeriods - 1;
  if (!variedFlags(plan).slice(0, fullMax).includes(index)) return briefFlagBlock(plan, index);
  const means = stateMeans(plan, 2);
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
      means.learn(origin, states);
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
      row[at + 6] = means.same(origin, lead, state);
      row[at + 7] = means.anyPhase(origin, state);
    },
  };
}

/** Mean demand ÷ level of past periods in which all flags together stood as in the target period, in the same phase. */
export function jointFlagsBlock(plan: FeaturePlan): Block {
  const flags = jointFlags(plan);
  if (flags.length < 2) return { columns: [] };
  const zero = plan.historyPeriods - 1;
  const joint = new Float32Array(plan.historyPeriods + plan.horizon);
  const means = stateMeans(plan, 1 << flags.length);
  return {
    columns: [{ name: 'flags_same', kind: 'number' }],
    atOrigin: (origin) => {
      const from = Math.max(0, zero - plan.flagPeriods);
      joint.fill(0, from);
      for (let f = 0; f < flags.length; f++) {
        const states = origin.varying[flags[f]!]!;
        // An unknown state makes the joint state NaN.
        for (let i = from; i < joint.length; i++) joint[i] = joint[i]! * 2 + states[i]!;
      }
      means.learn(origin, joint);
    },
    atLead: (origin, lead, row, at) => {
      row[at] = means.same(origin, lead, joint[zero + lead]!);
    },
  };
}

/**
 * Periods without any plan right before and after the target, and planned periods since the last such gap and until the
 * next: closed days, where plans are given for open days only. NaN where what follows reaches past the horizon.
 */
export function gapBlock(plan: FeaturePlan): Block {
  const known = plan.varying.flatMap(({ role }, index) => (role === 'known' ? [index] : []));
  if (known.length === 0 || !plan.plansHaveGaps) return { columns: [] };
  const zero = plan.historyPeriods - 1;
  const end = zero + plan.horizon;
  const gaps = new Uint8Array(end + 1);
  return {
    columns: [
      { name: 'gap_before', kind: 'number' },
      { name: 'gap_after', kind: 'number' },
      { name: 'gap_since', kind: 'number' },
      { name: 'gap_until', kind: 'number' },
    ],
    atOrigin: (origin) => {
      for (let i = Math.max(0, zero - flagRunMax); i <= end; i++) {
        gaps[i] = 1;
        for (let k = 0; k < known.length; k++) {
          if (!Number.isNaN(origin.varying[known[k]!]![i]!)) gaps[i] = 0;
        }
      }
    },
    atLead: (_origin, lead, row, at) => {
      const place = zero + lead;
      let before = 0;
      while (before < gapMax && gaps[place - 1 - before] === 1) before++;
      let after = 0;
      while (after < gapMax && gaps[place + 1 + after] === 1) after++;
      row[at] = before;
      row[at + 1] = place + after >= end ? Number.NaN : after;
      let since = 0;
      while (since < flagRunMax && gaps[place - 1 - since] === 0) since++;
      let until = 0;
      while (until < flagRunMax && gaps[place + 1 + until] === 0) until++;
      row[at + 2] = since;
      row[at + 3] = place + until >= end ? Number.NaN : until;
    },
  };
}

/** The state now, before and after. */
function briefFlagBlock(plan: FeaturePlan, index: number): Block {
  const { name } = plan.varying[index]!;
  const zero = plan.historyPeriods - 1;
  return {
    columns: ['', '_before', '_after'].map((suffix) => ({ name: `${name}${suffix}`, kind: 'number' })),
    atLead: (origin, lead, row, at) => {
      const states = origin.varying[index]!;
      row[at] = states[zero + lead]!;
      row[at + 1] = states[zero + lead - 1]!;
      row[at + 2] = states[zero + lead + 1] ?? Number.NaN;
    },
  };
}

/** Flags whose joint state `flags_same` goes by, by position in the plan. */
export function jointFlags(plan: FeaturePlan): readonly number[] {
  return variedFlags(plan).slice(0, jointMax);
}

/** Known flags by position in the plan, those that are on about half of the time first. */
function variedFlags(plan: FeaturePlan): number[] {
  return plan.varying
    .map(({ kind, role, share }, index) => ({
      index,
      rarity: Math.abs(share - 0.5),
      used: kind === 'flag' && role === 'known',
    }))
    .filter(({ used }) => used)
    .sort((a, b) => a.rarity - b.rarity || a.index - b.index)
    .map(({ index }) => index);
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

/** Periods in the state of a place, itself included, backwards or forwards; 31 = longer; NaN = state or end unknown. */
function runLength(states: Float32Array, place: number, step: number): number {
  const state = states[place]!;
  if (Number.isNaN(state)) return Number.NaN;
  for (let k = 1; k <= flagRunMax; k++) {
    const i = place + k * step;
    if (i < 0 || i >= states.length) return Number.NaN;
    const other = states[i]!;
    if (!Number.isNaN(other) && other !== state) return k;
  }
  return flagRunMax + 1;
}
