// States whose season goes by date, written as states whose season goes round: what a graph computes that knows no calendar. They say
// the same of the steps they are made for, and must not be advanced.

import { ringLayout } from '../baselines/ring.ts';
import { seasonalAverage } from '../baselines/seasonal-naive.ts';
import { smoothingLayout } from '../smoothing/components.ts';
import { thetaLayout } from '../theta/dotm.ts';
import { isDated } from './copies-by-date.ts';
import { innerState, isYearState, yearAhead } from './with-year.ts';

/** Of the models that are made by `withYear`. */
const layouts: Readonly<Record<string, typeof thetaLayout | typeof smoothingLayout>> = {
  dotm: thetaLayout,
  theta: thetaLayout,
  ets: smoothingLayout,
  ses: smoothingLayout,
  holt: smoothingLayout,
  damped: smoothingLayout,
};

/**
 * @param model a catalog name, or several joined by `+`
 * @returns the state itself where no part of it goes by date. Cost: O(state + horizon).
 */
export function plainState(model: string, state: Float64Array, horizon: number): Float64Array {
  const names = model.split('+');
  if (names.length === 1) return plainMember(model, state, horizon);
  let at = 0;
  const parts = names.map((name) => {
    const size = state[at]!;
    const part = plainMember(name, state.subarray(at + 1, at + 1 + size), horizon);
    at += 1 + size;
    return [part.length, ...part];
  });
  return Float64Array.from(parts.flat());
}

function plainMember(name: string, state: Float64Array, horizon: number): Float64Array {
  const [base = ''] = name.split('@');
  if (base === seasonalAverage.name && isDated(state)) return plainRing(state, horizon);
  const at = Object.hasOwn(layouts, base) ? layouts[base] : undefined;
  if (at === undefined || !isYearState(state)) return state;
  const { kind, indices } = yearAhead(state, horizon);
  const inner = innerState(state);
  // Smoothing keeps the indices that it began with beside those it has now.
  const plain = new Float64Array(at.indices + (at === smoothingLayout ? 2 : 1) * horizon);
  plain.set(inner.subarray(0, at.indices));
  plain[at.m] = horizon;
  plain[at.kind] = kind;
  plain[at.phase] = 0;
  for (let from = at.indices; from < plain.length; from += horizon) plain.set(indices, from);
  return plain;
}

/** A ring of the forecasts themselves. */
function plainRing(state: Float64Array, horizon: number): Float64Array {
  const ring = new Float64Array(ringLayout.ring + horizon);
  ring[ringLayout.m] = horizon;
  ring[ringLayout.length] = horizon;
  seasonalAverage.forecast(state, ring.subarray(ringLayout.ring));
  return ring;
}
