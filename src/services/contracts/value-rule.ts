// One value against the rule of its column. Compiled once, then asked of every row.

import type { ValueRule } from '../../core/index.ts';

/** A value as the row rules read it: a number, else text; null = empty. */
export type Cell = string | number | null;

/** Longer text than this is no key and no category: a pattern is not tried on it, and it does not match. */
const patternTextMax = 256;

/** @returns why a value that is not empty breaks the rule; null when it keeps it */
export function valueTest(rule: ValueRule): (cell: string | number) => string | null {
  const values = rule.values === undefined ? null : new Set(rule.values);
  const pattern = rule.pattern === undefined ? null : new RegExp(rule.pattern, 'u');
  const needsNumber =
    rule.minimum !== undefined ||
    rule.maximum !== undefined ||
    rule.multipleOf !== undefined ||
    rule.integer === true;
  return (cell) => {
    if (needsNumber) {
      const problem = numberProblem(rule, typeof cell === 'number' ? cell : Number(cell.trim()));
      if (problem !== null) return problem;
    }
    const text = String(cell);
    if (values !== null && !values.has(text)) return 'is none of the valid values';
    if (rule.minLength !== undefined && lengthOf(text) < rule.minLength)
      return `is shorter than ${rule.minLength} characters`;
    if (rule.maxLength !== undefined && lengthOf(text) > rule.maxLength)
      return `is longer than ${rule.maxLength} characters`;
    if (pattern !== null && (text.length > patternTextMax || !pattern.test(text)))
      return `does not match ${rule.pattern}`;
    return null;
  };
}

function numberProblem(rule: ValueRule, value: number): string | null {
  const { minimum, maximum, multipleOf } = rule;
  if (!Number.isFinite(value)) return 'is not a number';
  if (minimum !== undefined && (rule.aboveMinimum === true ? value <= minimum : value < minimum))
    return rule.aboveMinimum === true ? `is not above ${minimum}` : `is below ${minimum}`;
  if (maximum !== undefined && (rule.belowMaximum === true ? value >= maximum : value > maximum))
    return rule.belowMaximum === true ? `is not below ${maximum}` : `is above ${maximum}`;
  if (rule.integer === true && !Number.isInteger(value)) return 'is not a whole number';
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) return `is no multiple of ${multipleOf}`;
  return null;
}

/** As decimals are written: 0.3 is a multiple of 0.1, though not of the double next to it. */
function isMultiple(value: number, step: number): boolean {
  const times = value / step;
  return Math.abs(times - Math.round(times)) <= 1e-9 * Math.max(1, Math.abs(times));
}

function lengthOf(text: string): number {
  return [...text].length;
}
