// A part of a forecaster: some of its series, with all that they share.

import { assert, type Covariates } from '../../core/index.ts';
import type { Forecaster } from './forecaster.ts';

/**
 * The forecaster of some of the series: each forecasts exactly as it did among all. Shares states and tables; of what was known
 * beside demand only the rows of these series stay, and of the series too short to be fitted none: who wants some puts them back.
 * @param series indices into `forecaster.ids`, each once, in the order wanted
 * Cost: O(series + rows kept).
 */
export function selectSeries(forecaster: Forecaster, series: readonly number[]): Forecaster {
  assert(
    series.every((index) => index >= 0 && index < forecaster.ids.length),
    'every series is in the forecaster',
  );
  const { golden: _ofAll, short: _others, trained, silences, closed, ...shared } = forecaster;
  const used = [...new Set(series.map((index) => forecaster.modelOf[index] as number))].sort((a, b) => a - b);
  const numbers = (all: Float64Array): Float64Array =>
    Float64Array.from(series, (index) => all[index] as number);
  /** Of an array with as many numbers for each series. */
  const rows = (all: Float64Array): Float64Array => {
    const size = all.length / Math.max(1, forecaster.ids.length);
    return Float64Array.from(
      { length: series.length * size },
      (_, i) => all[(series[Math.floor(i / size)] as number) * size + (i % size)] as number,
    );
  };
  // States know their series by its place in the panel, so the places stay.
  const panelSeries = Float64Array.from(series, (index) => forecaster.panelSeries?.[index] ?? index);
  return {
    ...shared,
    ...(trained === undefined
      ? {}
      : {
          panelSeries,
          trained: {
            ...trained,
            parts: { ...trained.parts, covariates: rowsOf(trained.parts.covariates, panelSeries) },
          },
        }),
    models: used.map((model) => forecaster.models[model] as Forecaster['models'][number]),
    ids: series.map((index) => forecaster.ids[index] as string),
    modelOf: Uint16Array.from(series, (index) => used.indexOf(forecaster.modelOf[index] as number)),
    states: series.map((index) => forecaster.states.at(index) as Float64Array),
    lastPeriods: numbers(forecaster.lastPeriods),
    scales: numbers(forecaster.scales),
    strata: Uint16Array.from(series, (index) => forecaster.strata[index] as number),
    largest: numbers(forecaster.largest),
    recent: series.map((index) => forecaster.recent.at(index) as Float64Array),
    ...(silences === undefined ? {} : { silences: rows(silences) }),
    ...(closed === undefined ? {} : { closed: rows(closed) }),
  };
}

/** The covariates with the rows of some series; the others have none, and all keep their places. */
function rowsOf(covariates: Covariates | undefined, kept: Float64Array): Covariates | undefined {
  if (covariates === undefined) return undefined;
  const { begins, varying } = covariates;
  const isKept = new Set(kept);
  const lengthOf = (s: number): number =>
    isKept.has(s) ? (begins[s + 1] as number) - (begins[s] as number) : 0;
  const newBegins = new Int32Array(begins.length);
  for (let s = 0; s + 1 < begins.length; s++) newBegins[s + 1] = (newBegins[s] as number) + lengthOf(s);
  return {
    ...covariates,
    begins: newBegins,
    varying: varying.map((column) => {
      const values = new Float32Array(newBegins[begins.length - 1] as number);
      for (const s of isKept) values.set(column.values.subarray(begins[s], begins[s + 1]), newBegins[s]);
      return { ...column, values };
    }),
  };
}
