// Teunter-Syntetos-Babai: the chance of a demand is smoothed every period, so the forecast of a dying item goes to 0.
// State: [α of chance, α of size, chance, size, 1 once anything was observed, 1 once there was a demand].

import { meanAbsolute } from '../../maths/index.ts';
import type { Model } from '../model.ts';
import { levelOnly, stateModel } from '../state-model.ts';

const CHANCE_ALPHA = 0;
const SIZE_ALPHA = 1;
const CHANCE = 2;
const SIZE = 3;
const OBSERVED = 4;
const STARTED = 5;

/** Where the running part lies, for those who write it down as a graph. */
export const tsbLayout: Readonly<Record<'chance' | 'size', number>> = { chance: CHANCE, size: SIZE };

/** Smoothing constants that are tried; few, because squared errors of sparse demand cannot tell more apart. */
const chanceAlphas = [0.02, 0.05, 0.1, 0.2];
const sizeAlphas = [0.02, 0.1];

/** Source: Teunter, Syntetos and Babai 2011, EJOR 214(3); constants by least squares over a small grid. */
export const tsb: Model = stateModel({
  name: 'tsb',
  summary: 'Chance of a demand times its size, both smoothed; fades when an item dies.',
  estimate: (history) => bestConstants(history),
  reset: (state) => state.fill(0, CHANCE),
  update,
  forecast: (state, out) => out.fill(state[CHANCE]! * state[SIZE]!),
  parts: levelOnly,
});

function update(state: Float64Array, value: number): void {
  if (!Number.isFinite(value)) return;
  const demand = value === 0 ? 0 : 1;
  const weight = state[OBSERVED] === 1 ? state[CHANCE_ALPHA]! : 1;
  state[CHANCE]! += weight * (demand - state[CHANCE]!);
  state[OBSERVED] = 1;
  if (demand === 0) return;
  state[SIZE]! += (state[STARTED] === 1 ? state[SIZE_ALPHA]! : 1) * (value - state[SIZE]!);
  state[STARTED] = 1;
}

/** Tries all pairs of constants in one pass; chance and size do not depend on each other. */
function bestConstants(history: Float64Array): Float64Array {
  const state = new Float64Array(6);
  state.set([0.1, 0.1]);
  const scale = meanAbsolute(history);
  if (!(scale > 0)) return state;
  const chances = new Float64Array(chanceAlphas.length);
  const sizes = new Float64Array(sizeAlphas.length);
  const losses = new Float64Array(chances.length * sizes.length);
  let observed = false;
  let started = false;
  for (let t = 0; t < history.length; t++) {
    const value = history[t]! / scale;
    if (!Number.isFinite(value)) continue;
    const demand = value === 0 ? 0 : 1;
    for (let i = 0, pair = 0; i < chances.length; i++) {
      const chance = chances[i]!;
      for (let j = 0; j < sizes.length; j++, pair++) {
        const error = value - chance * sizes[j]!;
        losses[pair]! += error * error;
      }
      chances[i] = chance + (observed ? chanceAlphas[i]! : 1) * (demand - chance);
    }
    observed = true;
    if (demand === 0) continue;
    for (let j = 0; j < sizes.length; j++) {
      sizes[j]! += (started ? sizeAlphas[j]! : 1) * (value - sizes[j]!);
    }
    started = true;
  }
  let best = 0;
  for (let pair = 1; pair < losses.length; pair++) if (losses[pair]! < losses[best]!) best = pair;
  state[CHANCE_ALPHA] = chanceAlphas[Math.floor(best / sizes.length)]!;
  state[SIZE_ALPHA] = sizeAlphas[best % sizes.length]!;
  return state;
}
