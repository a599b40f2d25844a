// Suspicions as people read them.

import type { Frequency } from '../../../core/index.ts';
import type { Suspicion } from '../../../forecasting/evaluate/index.ts';

/** The index of the history that a suspicion is about; null = none, or all of it. */
export function suspicionPeriod(suspicion: Suspicion): number | null {
  return 'at' in suspicion ? suspicion.at : null;
}

/** @param of.label a period of the history by its index */
export function reasonOf(
  suspicion: Suspicion,
  of: { readonly label: (index: number) => string; readonly frequency: Frequency },
): string {
  const { label, frequency } = of;
  const periods = (n: number): string => `${n} ${frequency}${n === 1 ? '' : 's'}`;
  switch (suspicion.kind) {
    case 'negative':
      return `${periods(suspicion.periods)} below zero, the lowest ${shown(suspicion.value)} in ${label(suspicion.at)}`;
    case 'unit-change': {
      const { factor, at, until } = suspicion;
      const by = factor > 1 ? `${factor} times` : `1/${Math.round(1 / factor)}`;
      return `${by} as much from ${label(at)}${until === null ? ' on' : ` to ${label(until - 1)}`}`;
    }
    case 'outlier':
      return `${shown(suspicion.value)} in ${label(suspicion.at)}, where ${shown(suspicion.usual)} is usual`;
    case 'ended':
      return `none since ${label(suspicion.at)}, for ${periods(suspicion.periods)}`;
    case 'constant':
      return `${shown(suspicion.value)} in each of ${periods(suspicion.periods)}`;
    case 'once':
      return `${shown(suspicion.value)} in ${label(suspicion.at)} is all there is`;
    case 'never':
      return `none in ${periods(suspicion.periods)}`;
  }
}

function shown(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
}
