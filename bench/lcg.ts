// Values of the reference cases, from the small generator that their file describes.

export type LcgSpec =
  | readonly number[]
  | { readonly concat: readonly LcgSpec[] }
  | {
      readonly kind: 'uniform' | 'norm12' | 'pareto1' | 'int' | 'bern';
      readonly seed: number;
      readonly n: number;
      readonly k?: number;
      readonly p?: number;
      readonly loc?: number;
      readonly scale?: number;
      readonly quant?: number;
    };

export function lcgValues(spec: LcgSpec): number[] {
  if (isList(spec)) return [...spec];
  if ('concat' in spec) return spec.concat.flatMap(lcgValues);
  const { seed, n, kind, k = 1, p = 0.5, loc = 0, scale = 1, quant } = spec;
  let x = seed >>> 0;
  const uniform = (): number => {
    x = (Math.imul(1_664_525, x) + 1_013_904_223) >>> 0;
    return (x + 0.5) / 4_294_967_296;
  };
  const draw = (): number => {
    switch (kind) {
      case 'uniform':
        return uniform();
      case 'int':
        return Math.floor(uniform() * k);
      case 'bern':
        return Number(uniform() < p);
      case 'pareto1':
        return 1 / uniform();
      case 'norm12': {
        let sum = 0;
        for (let i = 0; i < 12; i++) sum += uniform();
        return sum - 6;
      }
    }
  };
  return Array.from({ length: n }, () => {
    const value = loc + scale * draw();
    return quant === undefined ? value : Math.floor(value * quant) / quant;
  });
}

function isList(spec: LcgSpec): spec is readonly number[] {
  return Array.isArray(spec);
}
