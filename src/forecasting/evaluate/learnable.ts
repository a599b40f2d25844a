// What is learnt of histories: all but a value that dwarfs all others, such as one order of a whole year's demand. It says nothing of the
// periods to come, and yet would lift the forecast and widen the intervals of everything after it.

import { type Covariates, covariateAt, type Panel, type Series } from '../../core/index.ts';
import { outlierOf } from './suspicious.ts';

/** A value is left out only if it is this many times the next largest: two of a kind come again. */
const dwarfsBy = 3;

/** A panel as it is learnt from. */
export interface LearnablePanel {
  readonly panel: Panel;
  /** Indices of the series of which a value was taken as unknown. */
  readonly leftOut: readonly number[];
}

/**
 * Takes a value that dwarfs the rest of a history as unknown, in a copy, and the next that dwarfs what is left then. It stays where a
 * column known ahead may explain it: where no other period of the series had the same values there. Histories without such a value are
 * shared; done twice it changes nothing more. Cost: O(values), of those with outliers O(values · log values).
 */
export function learnablePanel(panel: Panel): LearnablePanel {
  const leftOut: number[] = [];
  const series = panel.series.map((one, s) => {
    const values = withoutDwarfing(one.values, (at) => isExplained(panel.covariates, { one, s, at }));
    if (values === one.values) return one;
    leftOut.push(s);
    return { ...one, values };
  });
  return { panel: leftOut.length === 0 ? panel : { ...panel, series }, leftOut };
}

function withoutDwarfing(history: Float64Array, isExplainedAt: (at: number) => boolean): Float64Array {
  let values = history;
  for (let at = dwarfingAt(values); at !== undefined && !isExplainedAt(at); at = dwarfingAt(values)) {
    if (values === history) values = history.slice();
    values[at] = Number.NaN;
  }
  return values;
}

/** Index of the value that is an outlier (see `suspicionsOf`) and dwarfs all others. */
function dwarfingAt(history: Float64Array): number | undefined {
  let largest = 0;
  let second = 0;
  for (const value of history) {
    if (!(value > second)) continue;
    second = Math.min(value, largest);
    largest = Math.max(value, largest);
  }
  if (!(largest >= dwarfsBy * second)) return undefined;
  return outlierOf(history)[0]?.at;
}

/** Whether what was known ahead of a period was so in no other. */
function isExplained(
  covariates: Covariates | undefined,
  { one, s, at }: { one: Series; s: number; at: number },
): boolean {
  const known = covariates?.varying.filter(({ role }) => role === 'known') ?? [];
  if (covariates === undefined || known.length === 0) return false;
  const values = (t: number): number[] =>
    known.map((column) => covariateAt(covariates, column, { series: s, period: one.start + t }));
  const mine = values(at);
  for (let t = 0; t < one.values.length; t++)
    if (t !== at && !Number.isNaN(one.values[t]) && values(t).every((value, i) => Object.is(value, mine[i])))
      return false;
  return true;
}
