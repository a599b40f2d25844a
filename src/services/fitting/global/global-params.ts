// What is set of the model over all series, by flat name: in a project's `gbdt`, in a search.

import { AppError, gbdtParamRule, gbdtParams, type ParamRule } from '../../../core/index.ts';
import type { GlobalTraining } from '../../../forecasting/models/index.ts';

/** Flat and plain JSON: `{ learningRate: 0.03, leaves: 63, loss: 'poisson' }`. */
export type GlobalParams = Readonly<Record<string, number | string | boolean>>;

/** @throws AppError `train/bad-search` that names the parameter and what it may be */
export function checkGlobalParams(params: GlobalParams): void {
  for (const [name, value] of Object.entries(params)) {
    const rule = gbdtParamRule(name);
    if (rule === undefined)
      throw new AppError(
        'train/bad-search',
        `the training has no parameter "${name.slice(0, 60)}": it has ${Object.keys(gbdtParams).join(', ')}`,
      );
    if (allowed(rule, value)) continue;
    throw new AppError(
      'train/bad-search',
      `parameter ${name} is ${JSON.stringify(value)}: it is ${inWords(rule)}`,
    );
  }
}

/** The training with these parameters in place of its own. */
export function withParams(training: GlobalTraining, params: GlobalParams): GlobalTraining {
  const { form = training.form, priceEffect = training.priceEffect, ...booster } = params;
  // Logarithms are below zero, which the losses with a logarithmic link do not take.
  const loss = form === 'log' ? { loss: 'squared' as const } : {};
  return {
    ...training,
    form: form as GlobalTraining['form'],
    priceEffect: priceEffect as GlobalTraining['priceEffect'],
    booster: { ...training.booster, ...booster, ...loss },
  };
}

function allowed(rule: ParamRule, value: unknown): boolean {
  if (rule.kind === 'choice') return typeof value === 'string' && rule.values.includes(value);
  const inside = typeof value === 'number' && value >= rule.min && value <= rule.max;
  return inside && (rule.kind === 'number' || Number.isInteger(value));
}

function inWords(rule: ParamRule): string {
  if (rule.kind === 'choice') return `one of ${rule.values.join(', ')}`;
  return `a ${rule.kind === 'integer' ? 'whole ' : ''}number from ${rule.min} to ${rule.max}`;
}
