// Teunter-Syntetos-Babai: the chance of a demand is smoothed every period, so the forecast of a dying item goes to 0.
// State: [α of chance, α of size, chance, size, 1 once anything was observed, 1 once there was a demand].

import { meanAbsolute } from '../../maths/index.ts';
import type { Model } from '../model.ts';
import { stateModel } from '../state-model.ts';

const CHANCE_ALPHA = 0;
const SIZE_ALPHA = 1;
const CHANCE = 2;
const SIZE = 3;
const OBSERVED = 4;
const STARTED = 5;

/** Smoothing constants that are tried; few, because squared errors of sparse demand cannot tell more apart. */
const chanceAlphas = [0.02, 0.05, 0.1, 0.2];
const sizeAlphas = [0.02, 0.1];

/** Source: Teunter, Syntetos and Babai 2011, EJOR 214(3); constants by least squares over a small grid. */
export const tsb: Model = stateModel({
  name: 'tsb',
  summary: 'Chance of a demand times its size, both smoothed; fades when an item dies.',
  estimate: (history) => {
    const scale = meanAbsolute(history);
    const best = new Float64Array(6);
    best.set([0.1, 0.1]);
    if (!(scale > 0)) return best;
    let least = Number.POSITIVE_INFINITY;
    const trial = new Float64Array(6);
    for (const chanceAlpha of chanceAlphas) {
      for (const sizeAlpha of sizeAlphas) {
        trial.fill(0);
        trial[CHANCE_ALPHA] = chanceAlpha;
        trial[SIZE_ALPHA] = sizeAlpha;
        const loss = squaredError(trial, history, scale);
        if (loss < least) {
          least = loss;
          best.set([chanceAlpha, sizeAlpha]);
        }
      }
    }
    return best;
  },
  reset: (state) => state.fill(0, CHANCE),
  update,
  forecast: (state, out) => out.fill(state[CHANCE]! * state[SIZE]!),
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

function squaredError(state: Float64Array, history: Float64Array, scale: number): number {
  let loss = 0;
  for (let t = 0; t < history.length; t++) {
    const value = history[t]!;
    if (!Number.isFinite(value)) continue;
    const error = (value - state[CHANCE]! * state[SIZE]!) / scale;
    loss += error * error;
    update(state, value);
  }
  return loss;
}
