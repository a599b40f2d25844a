// What may be set of the model over all series, by flat name: in a project's `gbdt`, in a search. One table says the
// ranges; everything not set keeps its default.

import { AppError } from '../core/index.ts';
import type { GlobalTraining } from '../models/index.ts';

/** Flat and plain JSON: `{ learningRate: 0.03, leaves: 63, loss: 'poisson' }`. */
export type GlobalParams = Readonly<Record<string, number | string | boolean>>;

type Rule =
  | { readonly kind: 'integer' | 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly values: readonly string[] };

/** `form` is of the target; the others are options of the trees. */
export const globalParamRules: Readonly<Record<string, Rule>> = {
  form: { kind: 'choice', values: ['ratio', 'log'] },
  loss: { kind: 'choice', values: ['squared', 'poisson', 'tweedie'] },
  tweediePower: { kind: 'number', min: 1.01, max: 1.99 },
  trees: { kind: 'integer', min: 10, max: 5000 },
  leaves: { kind: 'integer', min: 2, max: 1024 },
  learningRate: { kind: 'number', min: 0.001, max: 1 },
  rowsPerLeafMin: { kind: 'integer', min: 1, max: 100_000 },
  lambda: { kind: 'number', min: 0, max: 1e6 },
  rowShare: { kind: 'number', min: 0.05, max: 1 },
  featureShare: { kind: 'number', min: 0.05, max: 1 },
};

/** @throws AppError `train/bad-search` that names the parameter and what it may be */
export function checkGlobalParams(params: GlobalParams): void {
  for (const [name, value] of Object.entries(params)) {
    const rule = Object.hasOwn(globalParamRules, name) ? globalParamRules[name] : undefined;
    if (rule === undefined)
      throw new AppError(
        'train/bad-search',
        `the training has no parameter "${name.slice(0, 60)}": it has ${Object.keys(globalParamRules).join(', ')}`,
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
  const { form = training.form, ...booster } = params;
  // Logarithms are below zero, which the losses with a logarithmic link do not take.
  const loss = form === 'log' ? { loss: 'squared' as const } : {};
  return {
    ...training,
    form: form as GlobalTraining['form'],
    booster: { ...training.booster, ...booster, ...loss },
  };
}

function allowed(rule: Rule, value: unknown): boolean {
  if (rule.kind === 'choice') return typeof value === 'string' && rule.values.includes(value);
  const inside = typeof value === 'number' && value >= rule.min && value <= rule.max;
  return inside && (rule.kind === 'number' || Number.isInteger(value));
}

function inWords(rule: Rule): string {
  if (rule.kind === 'choice') return `one of ${rule.values.join(', ')}`;
  return `a ${rule.kind === 'integer' ? 'whole ' : ''}number from ${rule.min} to ${rule.max}`;
}
