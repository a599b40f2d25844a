// What may be set of the model over all series: names, ranges and words. Settings and searches both go by this table;
// everything not set keeps its default.

/**
 * What a planned price does to a forecast, all else equal: anything that the data say (`free`), or never raise it when it
 * rises itself (`falling`).
 */
export type PriceEffect = 'free' | 'falling';

/** Some of the parameters by name. `form` is of the target, `priceEffect` of the columns; the others are of the trees. */
export type GbdtParams = {
  form?: 'ratio' | 'log';
  loss?: 'squared' | 'poisson' | 'tweedie';
  priceEffect?: PriceEffect;
  trees?: number;
  leaves?: number;
  learningRate?: number;
  rowsPerLeafMin?: number;
  lambda?: number;
  rowShare?: number;
  featureShare?: number;
  tweediePower?: number;
};

/** What one parameter may be. */
export type ParamRule<Value = string> = { readonly description: string } & (
  | { readonly kind: 'integer' | 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly values: readonly Value[] }
);

export const gbdtParams: {
  readonly [Name in keyof GbdtParams]-?: ParamRule<Extract<GbdtParams[Name], string>>;
} = {
  form: {
    kind: 'choice',
    values: ['ratio', 'log'],
    description: 'What is learnt: demand ÷ level, or its logarithm.',
  },
  loss: {
    kind: 'choice',
    values: ['squared', 'poisson', 'tweedie'],
    description: 'What the trees minimise.',
  },
  priceEffect: {
    kind: 'choice',
    values: ['free', 'falling'],
    description: 'Whether a forecast may rise with the planned price (`free`), or never does (`falling`).',
  },
  trees: { kind: 'integer', min: 10, max: 5000, description: 'Trees of the ensemble.' },
  leaves: { kind: 'integer', min: 2, max: 1024, description: 'Leaves of a tree.' },
  learningRate: { kind: 'number', min: 0.001, max: 1, description: 'How much of each tree is added.' },
  rowsPerLeafMin: { kind: 'integer', min: 1, max: 100_000, description: 'Rows in a leaf at least.' },
  lambda: { kind: 'number', min: 0, max: 1e6, description: 'L2 penalty on leaf values.' },
  rowShare: { kind: 'number', min: 0.05, max: 1, description: 'Share of the rows that each tree sees.' },
  featureShare: {
    kind: 'number',
    min: 0.05,
    max: 1,
    description: 'Share of the columns that each tree sees.',
  },
  tweediePower: {
    kind: 'number',
    min: 1.01,
    max: 1.99,
    description: 'Variance power of the Tweedie loss.',
  },
};

/** The rule of a parameter; undefined when there is none of that name. */
export function gbdtParamRule(name: string): ParamRule | undefined {
  return Object.hasOwn(gbdtParams, name) ? gbdtParams[name as keyof GbdtParams] : undefined;
}
