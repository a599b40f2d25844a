// Fits level + slope with seasonal factors and multiplicative errors (MNM, MAdM). For positive histories only.

import { nelderMead } from '../../maths/index.ts';
import { alphaMax, alphaMin, type Form, phiMax, phiMin, trendShareMax } from './additive-fit.ts';
import { factorMin } from './components.ts';

export interface FactorFit {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly phi: number;
  readonly level: number;
  readonly slope: number;
  /** n·ln Σr² + 2Σ ln ŷ, comparable with n·ln Σe² of the additive forms. */
  readonly score: number;
}

const evaluationsMax = 300;
/** Of the score, which is of the order of n. */
const tolerance = 1e-7;

/**
 * @param y       shape [n], positive
 * @param indices initial factors, shape [m]
 * @param options  initial level and slope of the adjusted series, kept as they are: freeing them costs time and wins nothing
 */
export function fitFactor(
  y: Float64Array,
  indices: Float64Array,
  options: {
    readonly form: Form;
    readonly level: number;
    readonly slope: number;
  },
): FactorFit {
  const { form, level, slope } = options;
  const season = new Float64Array(indices.length);
  const axes: Axis[] = [
    { start: 0.3, step: 0.3, lower: alphaMin, upper: alphaMax },
    { start: 0.1, step: 0.2, lower: 0, upper: 1 },
  ];
  if (form.slope) axes.push({ start: 0.1, step: 0.1, lower: 1e-4, upper: trendShareMax });
  if (form.damped) axes.push({ start: 0.95, step: -0.08, lower: phiMin, upper: phiMax });
  const read = (x: Float64Array): Trial => {
    const alpha = x[0]!;
    return {
      alpha,
      gamma: x[1]! * (1 - alpha),
      beta: form.slope ? x[2]! * alpha : 0,
      phi: form.damped ? x[3]! : 1,
      level,
      slope: form.slope ? slope : 0,
    };
  };
  const found = nelderMead(
    {
      objective: (x) => factorScore(y, indices, season, read(x)),
      start: axes.map((axis) => axis.start),
      step: axes.map((axis) => axis.step),
      lower: axes.map((axis) => axis.lower),
      upper: axes.map((axis) => axis.upper),
    },
    { tolerance, evaluationsMax },
  );
  return { ...read(found.x), score: found.value };
}

interface Axis {
  readonly start: number;
  readonly step: number;
  readonly lower: number;
  readonly upper: number;
}

interface Trial {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly phi: number;
  readonly level: number;
  readonly slope: number;
}

/** The logarithm of the product of all ŷ is taken in blocks, since one logarithm costs as much as the rest of a step. */
function factorScore(y: Float64Array, indices: Float64Array, season: Float64Array, trial: Trial): number {
  const { alpha, beta, gamma, phi } = trial;
  const m = indices.length;
  season.set(indices);
  let l = trial.level;
  let b = trial.slope;
  let phase = 0;
  let rr = 0;
  let logs = 0;
  let product = 1;
  for (let t = 0; t < y.length; t++) {
    b *= phi;
    const p = l + b;
    if (!(p > 1e-9)) return Number.POSITIVE_INFINITY;
    const s = season[phase]!;
    const r = y[t]! / (p * s) - 1;
    const e = p * r;
    rr += r * r;
    product *= p * s;
    if (product > 1e100 || product < 1e-100) {
      logs += Math.log(product);
      product = 1;
    }
    l = p + alpha * e;
    b += beta * e;
    const next = s * (1 + gamma * r);
    season[phase] = Math.max(next, factorMin);
    phase = phase + 1 === m ? 0 : phase + 1;
  }
  return y.length * Math.log(rr + 1e-300) + 2 * (logs + Math.log(product));
}
