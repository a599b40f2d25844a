// Samples of a reference file: numbers as they are, or what one of its small generators makes.

/** A generator of a reference file, or its numbers: null = unknown, `inf` and `-inf` = infinite. */
export type SampleSpec =
  | readonly (number | 'inf' | '-inf' | null)[]
  | { readonly concat: readonly SampleSpec[] }
  | GeneratorSpec;

interface GeneratorSpec {
  readonly kind: 'uniform' | 'norm12' | 'pareto1' | 'int' | 'bern';
  readonly seed: number;
  readonly n: number;
  readonly k?: number;
  readonly p?: number;
  readonly loc?: number;
  readonly scale?: number;
  readonly quant?: number;
}

export function sampleFrom(spec: SampleSpec): number[] {
  if (Array.isArray(spec)) return spec.map(numberFrom);
  if ('concat' in spec)
    return (spec as { readonly concat: readonly SampleSpec[] }).concat.flatMap(sampleFrom);
  const { seed, n, loc = 0, scale = 1, quant } = spec as GeneratorSpec;
  let x = seed >>> 0;
  const uniform = (): number => {
    x = (Math.imul(1_664_525, x) + 1_013_904_223) >>> 0;
    return (x + 0.5) / 4_294_967_296;
  };
  return Array.from({ length: n }, () => {
    const value = loc + scale * variate(spec as GeneratorSpec, uniform);
    return quant === undefined ? value : Math.floor(value * quant) / quant;
  });
}

function numberFrom(value: number | 'inf' | '-inf' | null): number {
  if (value === null) return Number.NaN;
  if (value === 'inf') return Number.POSITIVE_INFINITY;
  return value === '-inf' ? Number.NEGATIVE_INFINITY : value;
}

function variate({ kind, k = 1, p = 0 }: GeneratorSpec, uniform: () => number): number {
  switch (kind) {
    case 'uniform':
      return uniform();
    case 'norm12': {
      let sum = 0;
      for (let i = 0; i < 12; i++) sum += uniform();
      return sum - 6;
    }
    case 'pareto1':
      return 1 / uniform();
    case 'int':
      return Math.floor(uniform() * k);
    case 'bern':
      return uniform() < p ? 1 : 0;
    default:
      throw new Error(`no generator ${String(kind)}`);
  }
}
