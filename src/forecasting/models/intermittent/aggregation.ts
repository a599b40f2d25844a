// Temporal aggregation: sum k periods into blocks, smooth the block sums, divide by k. Blocks are counted from the end, so
// each new period moves all of them; k smoothers, one per alignment, make that one step of work per level.
// State: [levels used: from, to; next write in the ring; periods seen; ring[to]; then per level k: α, k block averages].

import { minimiseOnLine } from '../../maths/index.ts';
import type { Model } from '../model.ts';
import { levelOnly, stateModel } from '../state-model.ts';

const FROM = 0;
const TO = 1;
const NEXT = 2;
const SEEN = 3;
const RING = 4;

/** Longest block: beyond it the blocks of a usual history are too few to smooth, and states grow with its square. */
const levelMax = 28;
const alphaMin = 0.1;
const alphaMax = 0.3;

/** Source: Nikolopoulos et al. 2011, JORS 62(3); block length = mean gap between demands. */
export const adida: Model = aggregated({
  name: 'adida',
  summary: 'Smoothing of sums over blocks as long as the mean gap between demands.',
  levels: (gap) => ({ from: gap, to: gap }),
});

/** Source: Petropoulos and Kourentzes 2015, JORS 66(6). */
export const imapa: Model = aggregated({
  name: 'imapa',
  summary: 'Mean of block smoothings over every block length up to the mean gap between demands.',
  levels: (gap) => ({ from: 1, to: gap }),
});

function aggregated(spec: {
  readonly name: string;
  readonly summary: string;
  readonly levels: (gap: number) => { from: number; to: number };
}): Model {
  return stateModel({
    name: spec.name,
    summary: spec.summary,
    estimate: (history) => {
      const known = history.filter((value) => Number.isFinite(value));
      const { from, to } = spec.levels(meanGap(known));
      const state = new Float64Array(levelAt(from, to, to + 1));
      state[FROM] = from;
      state[TO] = to;
      for (let k = from; k <= to; k++) state[levelAt(from, to, k)] = bestAlpha(known, k);
      return state;
    },
    reset: (state) => {
      const from = state[FROM]!;
      const to = state[TO]!;
      state.fill(0, NEXT, RING + to);
      for (let k = from; k <= to; k++) {
        const at = levelAt(from, to, k);
        state.fill(0, at + 1, at + 1 + k);
      }
    },
    update,
    forecast: (state, out) => out.fill(expected(state)),
    parts: levelOnly,
  });
}

/** Where level k begins: after the ring and the levels from … k − 1, each one α and k averages. */
function levelAt(from: number, to: number, k: number): number {
  return RING + to + ((k - from) * (k + from - 1)) / 2 + (k - from);
}

function update(state: Float64Array, value: number): void {
  if (!Number.isFinite(value)) return;
  const from = state[FROM]!;
  const to = state[TO]!;
  const next = state[NEXT]!;
  const seen = state[SEEN]! + 1;
  state[RING + next] = value;
  state[NEXT] = next + 1 === to ? 0 : next + 1;
  state[SEEN] = seen;
  let sum = 0;
  let place = next;
  let at = levelAt(from, to, from);
  for (let k = 1; k <= to; k++) {
    if (k > seen) return;
    sum += state[RING + place]!;
    place = place === 0 ? to - 1 : place - 1;
    if (k < from) continue;
    const average = at + 1 + (seen % k);
    const weight = seen < 2 * k ? 1 : state[at]!;
    state[average]! += weight * (sum - state[average]!);
    at += k + 1;
  }
}

/** Mean over the levels that have a full block; before the first one, the mean of what was seen. */
function expected(state: Float64Array): number {
  const from = state[FROM]!;
  const to = state[TO]!;
  const seen = state[SEEN]!;
  if (seen === 0) return 0;
  let total = 0;
  let levels = 0;
  for (let k = from; k <= to && k <= seen; k++) {
    total += state[levelAt(from, to, k) + 1 + (seen % k)]! / k;
    levels++;
  }
  if (levels > 0) return total / levels;
  let sum = 0;
  for (let i = 0; i < seen; i++) sum += state[RING + i]!;
  return sum / seen;
}

/** Mean number of periods per demand, counted from the first period to the last demand; 1 … levelMax. */
function meanGap(known: Float64Array): number {
  let demands = 0;
  let last = 0;
  for (let t = 0; t < known.length; t++) {
    if (known[t] === 0) continue;
    demands++;
    last = t + 1;
  }
  return demands === 0 ? 1 : Math.min(levelMax, Math.max(1, Math.round(last / demands)));
}

/** The α in [.1, .3] with the least squared error over blocks of k counted from the end. */
function bestAlpha(known: Float64Array, k: number): number {
  const count = Math.floor(known.length / k);
  if (count < 3) return alphaMin;
  const sums = new Float64Array(count);
  let t = known.length - count * k;
  let size = 0;
  for (let block = 0; block < count; block++) {
    for (let j = 0; j < k; j++) sums[block]! += known[t++]!;
    size += Math.abs(sums[block]!);
  }
  if (!(size > 0)) return alphaMin;
  for (let block = 0; block < count; block++) sums[block]! *= count / size;
  const loss = (alpha: number): number => {
    let level = sums[0]!;
    let total = 0;
    for (let block = 1; block < count; block++) {
      const error = sums[block]! - level;
      total += error * error;
      level += alpha * error;
    }
    return total;
  };
  return minimiseOnLine(loss, { lower: alphaMin, upper: alphaMax, points: 5, tolerance: 0.01 });
}
