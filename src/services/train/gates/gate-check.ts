// What one gate says of a version.

import type { GateEvidence } from './evidence.ts';

/** In the order in which they are judged and shown. */
export const gateNames = [
  'artifact',
  'data',
  'training',
  'offline',
  'reproduced',
  'slices',
  'fairness',
  'coverage',
  'behaviour',
  'level',
  'cost',
  'latency',
  'size',
] as const;

export type GateName = (typeof gateNames)[number];

/** `unknown`: there is too little to tell; it stops nothing, and says so. */
export type GateVerdict = 'passed' | 'failed' | 'unknown';

export interface GateCheck {
  readonly gate: GateName;
  readonly verdict: GateVerdict;
  /** In plain words, with its figures. */
  readonly reason: string;
  /** What was found, and the margin that it was held to, in the unit of the reason; null = no number. */
  readonly value: number | null;
  readonly bound: number | null;
}

/** What is known once the bytes have loaded and fit the project. */
export type Found = NonNullable<GateEvidence['found']>;

export function passed(gate: GateName, reason: string, of: Partial<GateCheck> = {}): GateCheck {
  return { gate, verdict: 'passed', reason, value: null, bound: null, ...of };
}

export function failed(gate: GateName, reason: string, of: Partial<GateCheck> = {}): GateCheck {
  return { ...passed(gate, reason, of), verdict: 'failed' };
}

export function unknown(gate: GateName, reason: string): GateCheck {
  return { ...passed(gate, reason), verdict: 'unknown' };
}

export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** The first of some names, and how many more there are. */
export function firstOf(names: readonly string[]): string {
  const more = names.length - 1;
  return `"${names[0]}"${more > 0 ? ` and ${more} more` : ''}`;
}
