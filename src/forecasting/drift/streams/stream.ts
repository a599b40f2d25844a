// What every detector of a stream keeps and promises. One value at a time, bounded memory, and a state that is plain data.

import { AppError } from '../../../core/index.ts';

/** What a detector says after a value. */
export type StreamVerdict = 'none' | 'warning' | 'drift';

/** What all states have in common. A state is plain data: written as JSON and read again, it goes on bit for bit. */
export interface StreamState {
  /** Values taken in since the start or the last drift. */
  seen: number;
  /** Values passed over since the start: not finite, or outside what the detector takes. */
  skipped: number;
  /** What the last value came to: 0 nothing, 1 the level grew, −1 it fell. The value after a drift begins anew. */
  changed: -1 | 0 | 1;
}

export interface StreamDetector<Options, State extends StreamState> {
  readonly name: string;
  /** `shares`: from 0 to 1, as errors (1) and successes (0) are; `numbers`: any. */
  readonly takes: 'shares' | 'numbers';
  /** @throws AppError `drift/bad-option` where an option lies outside its range */
  start(options: Options): State;
  /** Takes a value in, changing the state. A value that it does not take is counted and changes nothing else. */
  update(state: State, value: number): StreamVerdict;
}

/**
 * Indices of the values at which a detector finds a drift.
 * Cost: O(n) updates.
 */
export function driftsIn<Options, State extends StreamState>(
  detector: StreamDetector<Options, State>,
  options: Options,
  values: ArrayLike<number>,
): number[] {
  const state = detector.start(options);
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (detector.update(state, values[i] ?? Number.NaN) === 'drift') found.push(i);
  }
  return found;
}

/** Beyond this, squares of values overflow: what is larger is taken at the border. */
const largest = 1e140;

/** The value within what can be squared and added up; NaN where it is none. */
export function bounded(value: number): number {
  return Math.min(largest, Math.max(-largest, value));
}

/** True for what a detector of numbers takes. */
export function isNumber(value: number): boolean {
  return value - value === 0;
}

/** True for what a detector of shares takes. */
export function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

/** Refuses an option outside its range. */
export function checkOption(ok: boolean, detector: string, message: string): void {
  if (!ok) throw new AppError('drift/bad-option', `${detector}: ${message}`);
}
