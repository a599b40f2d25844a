// What a report keeps of one reference beside the window: the figures, and the two distributions.

import type { DriftShares, DriftSide } from '../../core/index.ts';
import type { ColumnFinding } from '../../forecasting/drift/index.ts';

const levelsShown = 12;
const middle = 0.5;

export function sideOf(
  finding: ColumnFinding,
  { scale, isOfSeason }: { readonly scale: 'usual' | 'mean' | null; readonly isOfSeason: boolean },
): DriftSide {
  const { comparison, verdict, because, pAdjusted } = finding;
  const median =
    comparison.status === 'ok' && 'quantiles' in comparison
      ? comparison.quantiles.find(({ level }) => level === middle)
      : undefined;
  return {
    verdict,
    because,
    nReference: comparison.nReference,
    nCurrent: comparison.nCurrent,
    pAdjusted,
    ...effectOf(finding, { scale, isOfSeason }),
    medianReference: median?.reference ?? null,
    medianCurrent: median?.current ?? null,
    shares: sharesOf(finding),
  };
}

/** Standard deviations of amounts say less than shares of their level: differences of logarithms are such shares, and so is what is a multiple of the level. */
function effectOf(
  { smallestEffect, smallestShift, kind }: ColumnFinding,
  { scale, isOfSeason }: { readonly scale: 'usual' | 'mean' | null; readonly isOfSeason: boolean },
): Pick<DriftSide, 'smallestEffect' | 'effectUnit'> {
  if (kind === 'category') return { smallestEffect, effectUnit: 'rows' };
  if (scale !== 'usual' || smallestShift === null) return { smallestEffect, effectUnit: 'sd' };
  const share = isOfSeason ? Math.expm1(Math.min(smallestShift, 50)) : smallestShift;
  return { smallestEffect: share, effectUnit: 'level' };
}

function sharesOf({ comparison }: ColumnFinding): DriftShares | null {
  if (comparison.status !== 'ok') return null;
  if ('bins' in comparison) {
    const { edges, reference, current } = comparison.bins;
    return { edges, levels: null, reference: inShares(reference), current: inShares(current) };
  }
  const { levels, reference, current } = comparison.table;
  const order = [...levels.keys()].sort((i, j) => sumAt(j) - sumAt(i));
  const [before, after] = [inShares(reference), inShares(current)];
  const shown = order.slice(0, levelsShown);
  const rest = order.slice(levelsShown);
  const pick = (shares: readonly number[]): number[] => [
    ...shown.map((i) => shares[i] as number),
    ...(rest.length === 0 ? [] : [rest.reduce((sum, i) => sum + (shares[i] as number), 0)]),
  ];
  return {
    edges: null,
    levels: [
      ...shown.map((i) => levels[i] as string),
      ...(rest.length === 0 ? [] : [`${rest.length} others`]),
    ],
    reference: pick(before),
    current: pick(after),
  };

  function sumAt(i: number): number {
    return (reference[i] as number) + (current[i] as number);
  }
}

function inShares(counts: ArrayLike<number>): number[] {
  const all = Array.from(counts);
  const total = all.reduce((sum, one) => sum + one, 0);
  return all.map((one) => (total === 0 ? 0 : one / total));
}
