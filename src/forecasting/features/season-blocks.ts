// Seasons relative to the target period: the same phase in the last cycles, the same period in the last years.

import { exactLn } from '../maths/index.ts';
import type { FeaturePlan } from './feature-plan.ts';
import type { Block, Origin } from './origin.ts';

/**
 * Means of the last k known values of the target's phase, for each season and k. Steps over unknown cycles, so that a
 * closed Monday leaves the means of Mondays whole. Computed once per phase and origin.
 */
export function phaseBlock(plan: FeaturePlan): Block {
  const memories = plan.phases.map(({ season, counts }) => ({
    season,
    counts,
    means: new Float64Array(season * counts.length),
    filled: new Uint8Array(season),
  }));
  return {
    columns: plan.phases.flatMap(({ season, counts }) =>
      counts.map((count) => ({ name: `phase${season}_${count}`, kind: 'number' })),
    ),
    atOrigin: () => {
      for (const memory of memories) memory.filled.fill(0);
    },
    atLead: (origin, lead, row, at) => {
      let column = at;
      for (let i = 0; i < memories.length; i++) {
        const { season, counts, means, filled } = memories[i]!;
        // Counted from the origin: leads 1, 1 + season, … share a phase.
        const phase = (lead - 1) % season;
        if (filled[phase] === 0) {
          fillPhase(origin, { season, counts, phase, means });
          filled[phase] = 1;
        }
        for (let k = 0; k < counts.length; k++) row[column++] = means[phase * counts.length + k]!;
      }
    },
  };
}

function fillPhase(
  origin: Origin,
  ask: { season: number; counts: readonly number[]; phase: number; means: Float64Array },
): void {
  const { values, begin, last, perLevel } = origin;
  const { season, counts, phase, means } = ask;
  const at = phase * counts.length;
  let sum = 0;
  let count = 0;
  let k = 0;
  for (let i = last + 1 + phase - season; i >= begin && k < counts.length; i -= season) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
    if (count === counts[k]!) {
      means[at + k] = (sum / count) * perLevel;
      k++;
    }
  }
  // Fewer cycles than asked for: the mean of what there is.
  for (; k < counts.length; k++) means[at + k] = count > 0 ? (sum / count) * perLevel : Number.NaN;
}

/**
 * The same period of the last years ÷ the level of that time, alone and with its neighbours, and the growth of the level
 * since. Years are whole weeks where the week matters, so that a Monday meets a Monday.
 */
export function yearBlock(plan: FeaturePlan): Block {
  const { year, levelPeriods } = plan;
  if (year === null) return { columns: [] };
  const { periods, years, reaches } = year;
  const shiftsMax = years - 1 + Math.ceil(plan.horizon / periods);
  const levels = new Float64Array(shiftsMax + 1);
  return {
    columns: [
      ...reaches.map((reach) => ({ name: `year_${2 * reach + 1}`, kind: 'number' }) as const),
      { name: 'year_growth', kind: 'number' },
    ],
    atOrigin: (origin, row, at) => {
      for (let j = 1; j <= shiftsMax; j++) levels[j] = pastLevel(origin, j * periods, levelPeriods);
      const growth = origin.level / levels[1]!;
      row[at + reaches.length] = growth > 0 ? exactLn(growth) : Number.NaN;
    },
    atLead: (origin, lead, row, at) => {
      const nearest = Math.ceil(lead / periods);
      for (let i = 0; i < reaches.length; i++) {
        let sum = 0;
        let count = 0;
        for (let j = nearest; j < nearest + years; j++) {
          const ratio = meanAround(origin, lead - j * periods, reaches[i]!) / levels[j]!;
          if (Number.isNaN(ratio)) continue;
          sum += ratio;
          count++;
        }
        row[at + i] = count > 0 ? sum / count : Number.NaN;
      }
    },
  };
}

/** Mean |y| of the level window that ended `shift` periods before the origin; NaN where less than a quarter is known. */
function pastLevel({ values, begin, last }: Origin, shift: number, levelPeriods: number): number {
  const to = last - shift;
  const from = Math.max(begin, to - levelPeriods + 1);
  let sum = 0;
  let count = 0;
  for (let i = to; i >= from; i--) {
    const value = Math.abs(values[i]!);
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count * 4 >= levelPeriods && sum > 0 ? sum / count : Number.NaN;
}

/** Mean of the known values within `reach` of an offset from the origin, never past the origin. */
function meanAround({ values, begin, last }: Origin, offset: number, reach: number): number {
  const from = Math.max(begin, last + offset - reach);
  const to = Math.min(last, last + offset + reach);
  let sum = 0;
  let count = 0;
  for (let i = to; i >= from; i--) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count > 0 ? sum / count : Number.NaN;
}
