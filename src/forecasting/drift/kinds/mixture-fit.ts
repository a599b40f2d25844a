// A mixture of an old and a new concept in which the share of the new one grows: what a gradual drift is.

import { shareAt, type Transition } from './fits.ts';

/** A mixture fitted to values, with the common deviation within each concept. */
export interface Mixture extends Transition {
  readonly spread: number;
  readonly logLikelihood: number;
}

/**
 * Fits by expectation and maximisation, moving the ends of the transition as long as that helps.
 * @param start a ramp: its mean is that of a mixture, so it tells about where the ends lie
 * Cost: some hundred passes over the values.
 */
export function fitMixture(
  values: Float64Array,
  start: Transition,
  that: { side: number; spread: number; density: (z: number, spread: number) => number },
): Mixture {
  const n = values.length;
  const { side } = that;
  const tried = new Map<number, Mixture>();
  const at = (from: number, to: number, near: Mixture | Start): Mixture => {
    const key = from * 4 * n + to;
    const known = tried.get(key);
    if (known) return known;
    const found = maximise(values, { from, to, near, that });
    tried.set(key, found);
    return found;
  };
  let best = at(start.from, start.to, { ...start, spread: that.spread });
  for (let reach = Math.max(1, Math.floor(n / 12)); reach >= 1; reach = Math.floor(reach / 2)) {
    for (let moves = 0; moves < 8; moves++) {
      const { from, to } = best;
      for (const [left, right] of [
        [-reach, 0],
        [reach, 0],
        [0, -reach],
        [0, reach],
        [-reach, reach],
        [reach, -reach],
      ] as const) {
        const [a, b] = [from + left, to + right];
        if (a < side || b < a + 2 || a > n - side || b > 2 * n) continue;
        const here = at(a, b, best);
        if (here.logLikelihood > best.logLikelihood) best = here;
      }
      if (best.from === from && best.to === to) break;
    }
  }
  return best;
}

interface Start {
  readonly before: number;
  readonly after: number;
  readonly spread: number;
}

/** The levels and the deviation between two times. */
function maximise(
  values: Float64Array,
  by: {
    from: number;
    to: number;
    near: Start;
    that: { density: (z: number, spread: number) => number; spread: number };
  },
): Mixture {
  const { from, to, near, that } = by;
  const n = values.length;
  let { before, after, spread } = near;
  let logLikelihood = 0;
  for (let round = 0; round < 6; round++) {
    const old = { weight: 0, sum: 0 };
    const young = { weight: 0, sum: 0 };
    let squares = 0;
    logLikelihood = 0;
    for (let t = 0; t < n; t++) {
      const y = values[t]!;
      const share = shareAt(t, from, to);
      const ofOld = (1 - share) * that.density(y - before, spread);
      const ofYoung = share * that.density(y - after, spread);
      const both = ofOld + ofYoung;
      logLikelihood += Math.log(both);
      const weight = ofYoung / both;
      old.weight += 1 - weight;
      old.sum += (1 - weight) * y;
      young.weight += weight;
      young.sum += weight * y;
      squares += (1 - weight) * (y - before) ** 2 + weight * (y - after) ** 2;
    }
    if (round === 5) break;
    if (old.weight > 1) before = old.sum / old.weight;
    if (young.weight > 1) after = young.sum / young.weight;
    spread = Math.max(Math.sqrt(squares / n), that.spread * 1e-3);
  }
  return { from, to, before, after, squares: spread * spread * n, spread, logLikelihood };
}
