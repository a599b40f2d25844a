// What the gate said of a version, as far as it can be read: older versions said less.

import type { ModelVersion } from '../../api.ts';

export interface Gate {
  readonly passed: boolean;
  readonly reason: string;
  readonly against: string;
  readonly margin: number | undefined;
  readonly folds: number | undefined;
  /** Figures by name; what is no number is left out. */
  readonly challenger: Readonly<Record<string, number>>;
  readonly opponent: Readonly<Record<string, number>>;
  /** Gate by gate; none of versions that were judged by one. */
  readonly checks: readonly Check[];
}

export interface Check {
  readonly gate: string;
  readonly verdict: 'passed' | 'failed' | 'unknown';
  readonly reason: string;
}

export function gateOf({ gate }: Pick<ModelVersion, 'gate'>): Gate | undefined {
  if (gate === null || typeof gate.passed !== 'boolean') return undefined;
  return {
    passed: gate.passed,
    reason: typeof gate.reason === 'string' ? gate.reason : '',
    against: typeof gate.against === 'string' ? gate.against : '',
    margin: numberIn(gate.margin),
    folds: numberIn(gate.folds),
    challenger: numbersIn(gate.challenger),
    opponent: numbersIn(gate.opponent),
    checks: Array.isArray(gate.checks) ? gate.checks.flatMap(checkIn) : [],
  };
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function numbersIn(value: unknown): Record<string, number> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter(([, figure]) => typeof figure === 'number'),
  ) as Record<string, number>;
}

function checkIn(value: unknown): Check[] {
  if (typeof value !== 'object' || value === null) return [];
  const { gate, verdict, reason } = value as Record<string, unknown>;
  if (typeof gate !== 'string' || typeof reason !== 'string') return [];
  if (verdict !== 'passed' && verdict !== 'failed' && verdict !== 'unknown') return [];
  return [{ gate, verdict, reason }];
}
