// Every detector of streams by name, each with options it can start with: what the conformance suite goes through.

import { adwin } from './adwin.ts';
import { cusum } from './cusum.ts';
import { ddm } from './ddm.ts';
import { hddmA } from './hddm-a.ts';
import { hddmW } from './hddm-w.ts';
import { kswin } from './kswin.ts';
import { pageHinkley } from './page-hinkley.ts';
import type { StreamDetector, StreamState, StreamVerdict } from './stream.ts';

/** A detector with its options, started and fed without knowing which it is. */
export interface ReadyDetector {
  readonly name: string;
  readonly takes: 'shares' | 'numbers';
  /** Whether falls are found as well as rises. */
  readonly findsFalls: boolean;
  start(): StreamState;
  /** @param state one that `start` of the same detector gave, or its JSON read again */
  update(state: StreamState, value: number): StreamVerdict;
}

/** All of them, for levels about 0.5 where they need one. */
export const streamDetectors: readonly ReadyDetector[] = [
  ready(cusum, { of: 'shares', usual: 0.5, changed: 0.6, threshold: 7 }, { findsFalls: false }),
  ready(
    cusum,
    { of: 'numbers', usual: 0.5, changed: 0.7, spread: 0.5, threshold: 7, both: true },
    { findsFalls: true },
  ),
  ready(adwin, {}, { findsFalls: true }),
  ready(pageHinkley, { threshold: 20, direction: 'both' }, { findsFalls: true }),
  ready(hddmA, { direction: 'both' }, { findsFalls: true }),
  ready(hddmW, { direction: 'both' }, { findsFalls: true }),
  ready(ddm, {}, { findsFalls: false }),
  ready(kswin, {}, { findsFalls: true }),
];

function ready<Options, State extends StreamState>(
  detector: StreamDetector<Options, State>,
  options: Options,
  that: { findsFalls: boolean },
): ReadyDetector {
  const takes = isOfShares(options) ? 'shares' : detector.takes;
  return {
    name: detector.name,
    takes,
    ...that,
    start: () => detector.start(options),
    update: (state, value) => detector.update(state as State, value),
  };
}

function isOfShares(options: unknown): boolean {
  return (options as { of?: string }).of === 'shares';
}
