// The members of the smoothing family that are asked for by name: one form, no choice by AICc.

import { deseasonalise, recentSpan } from '../deseasonalise.ts';
import type { FitOptions, Model } from '../model.ts';
import { prepare } from '../prepare.ts';
import { mainSeason } from '../state-model.ts';
import { withYear } from '../year/with-year.ts';
import { type Form, fitAdditive } from './additive-fit.ts';
import { smoothingModel, smoothingState } from './components.ts';

/** Simple exponential smoothing. */
export const ses: Model = singleForm({
  name: 'ses',
  summary: 'Simple exponential smoothing of the seasonally adjusted history.',
  form: { slope: false, damped: false },
});

/** Source: Holt 1957 (reprinted IJF 20, 2004). */
export const holt: Model = singleForm({
  name: 'holt',
  summary: 'Level and trend, both smoothed, of the seasonally adjusted history.',
  form: { slope: true, damped: false },
});

/** Source: Gardner and McKenzie 1985, Management Science 31(10). */
export const damped: Model = singleForm({
  name: 'damped',
  summary: 'Level and a trend that fades, of the seasonally adjusted history.',
  form: { slope: true, damped: true },
});

function singleForm(spec: { readonly name: string; readonly summary: string; readonly form: Form }): Model {
  return withYear(
    smoothingModel({
      name: spec.name,
      summary: spec.summary,
      estimate: (history: Float64Array, options: FitOptions) => {
        const m = mainSeason(options);
        const prepared = prepare(history, m);
        const { kind, indices, adjusted } = deseasonalise(prepared.values, {
          m,
          cycles: recentSpan(m),
          least: prepared.least,
        });
        const form = adjusted.length < 4 ? { slope: false, damped: false } : spec.form;
        return smoothingState(
          { ...fitAdditive(adjusted, new Float64Array(0), form), kind, indices },
          prepared,
        );
      },
    }),
  );
}
