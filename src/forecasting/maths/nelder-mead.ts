// Minimisation without derivatives in a box: a handful of smoothing parameters per series, millions of series.

export interface BoxProblem {
  /** Called with the same array every time; must not keep it. NaN and infinity count as "very bad". */
  readonly objective: (x: Float64Array) => number;
  /** Start point, shape [d]; clamped into the box. */
  readonly start: ArrayLike<number>;
  /** Edge of the start simplex along each axis, not 0, shape [d]. */
  readonly step: ArrayLike<number>;
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
}

export interface SearchLimits {
  /** Stop when best and worst corner agree to this share of the best value. */
  readonly tolerance: number;
  readonly evaluationsMax: number;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly evaluations: number;
}

const veryBad = 1e300;

/**
 * Nelder-Mead simplex search; points outside the box are moved to its border.
 * @returns the best point found, never worse than the start
 * Source: Nelder and Mead 1965, Computer Journal 7; coefficients 1, 2, ½, ½. Cost: O(d) beside each evaluation; allocates
 * once, nothing inside the loop.
 */
export function nelderMead(problem: BoxProblem, limits: SearchLimits): Minimum {
  const d = problem.start.length;
  const simplex = new Simplex(problem);
  const { points, values, centre, trial, second } = simplex;
  while (simplex.evaluations < limits.evaluationsMax) {
    const best = simplex.extreme(-1);
    const worst = simplex.extreme(1);
    const high = values[worst]!;
    const low = values[best]!;
    if (high - low <= limits.tolerance * (Math.abs(low) + 1e-300)) break;
    simplex.centreWithout(worst);
    const reflected = simplex.probe(trial, worst, -1);
    if (reflected < low) {
      const expanded = simplex.probe(second, worst, -2);
      if (expanded < reflected) simplex.replace(worst, second, expanded);
      else simplex.replace(worst, trial, reflected);
      continue;
    }
    if (reflected < simplex.secondHighest(worst)) {
      simplex.replace(worst, trial, reflected);
      continue;
    }
    const outside = reflected < high;
    const contracted = simplex.probe(second, worst, outside ? -0.5 : 0.5);
    if (contracted < Math.min(reflected, high)) simplex.replace(worst, second, contracted);
    else simplex.shrinkTowards(best);
  }
  const best = simplex.extreme(-1);
  centre.set(points.subarray(best * d, best * d + d));
  return { x: centre, value: values[best]!, evaluations: simplex.evaluations };
}

/** The d + 1 corners and their values; every method works in place. */
class Simplex {
  readonly points: Float64Array;
  readonly values: Float64Array;
  readonly centre: Float64Array;
  readonly trial: Float64Array;
  readonly second: Float64Array;
  evaluations = 0;
  readonly #problem: BoxProblem;
  readonly #d: number;

  constructor(problem: BoxProblem) {
    const d = problem.start.length;
    this.#problem = problem;
    this.#d = d;
    this.points = new Float64Array((d + 1) * d);
    this.values = new Float64Array(d + 1);
    this.centre = new Float64Array(d);
    this.trial = new Float64Array(d);
    this.second = new Float64Array(d);
    for (let corner = 0; corner <= d; corner++) {
      for (let j = 0; j < d; j++) {
        let x = clamp(problem.start[j]!, problem.lower[j]!, problem.upper[j]!);
        if (corner === j + 1) x = this.#stepInside(x, j);
        this.trial[j] = x;
      }
      this.replace(corner, this.trial, this.#evaluate(this.trial));
    }
  }

  /** Index of the smallest (sign −1) or largest (sign 1) value; ties go to the first. */
  extreme(sign: -1 | 1): number {
    let found = 0;
    for (let i = 1; i <= this.#d; i++) if (sign * (this.values[i]! - this.values[found]!) > 0) found = i;
    return found;
  }

  secondHighest(worst: number): number {
    let found = Number.NEGATIVE_INFINITY;
    for (let i = 0; i <= this.#d; i++) if (i !== worst && this.values[i]! > found) found = this.values[i]!;
    return found;
  }

  centreWithout(worst: number): void {
    const d = this.#d;
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let i = 0; i <= d; i++) if (i !== worst) sum += this.points[i * d + j]!;
      this.centre[j] = sum / d;
    }
  }

  /** Writes centre + share × (corner − centre), clamped, into `out` and evaluates it. */
  probe(out: Float64Array, corner: number, share: number): number {
    const d = this.#d;
    for (let j = 0; j < d; j++) {
      const x = this.centre[j]! + share * (this.points[corner * d + j]! - this.centre[j]!);
      out[j] = clamp(x, this.#problem.lower[j]!, this.#problem.upper[j]!);
    }
    return this.#evaluate(out);
  }

  replace(corner: number, point: Float64Array, value: number): void {
    this.points.set(point, corner * this.#d);
    this.values[corner] = value;
  }

  shrinkTowards(best: number): void {
    const d = this.#d;
    for (let i = 0; i <= d; i++) {
      if (i === best) continue;
      for (let j = 0; j < d; j++) this.trial[j] = (this.points[i * d + j]! + this.points[best * d + j]!) / 2;
      this.replace(i, this.trial, this.#evaluate(this.trial));
    }
  }

  #evaluate(x: Float64Array): number {
    this.evaluations++;
    const value = this.#problem.objective(x);
    return Number.isFinite(value) ? Math.min(value, veryBad) : veryBad;
  }

  /** One step along axis j, turned round when it would leave the box. */
  #stepInside(x: number, j: number): number {
    const step = this.#problem.step[j]!;
    const lower = this.#problem.lower[j]!;
    const upper = this.#problem.upper[j]!;
    const ahead = clamp(x + step, lower, upper);
    const back = clamp(x - step, lower, upper);
    return Math.abs(ahead - x) >= Math.abs(back - x) ? ahead : back;
  }
}

function clamp(x: number, lower: number, upper: number): number {
  return Math.min(upper, Math.max(lower, x));
}
