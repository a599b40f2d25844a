// Checks as every format of contracts makes them.

import type { ContractCheck, ValueRule } from '../../core/index.ts';

export function requiredCheck(column: string): ContractCheck {
  return {
    ...ofValues(`${column}.required`, [column], `${column} is never empty`),
    dimension: 'completeness',
    rule: { kind: 'nulls' },
  };
}

export function uniqueCheck(columns: readonly string[], id: string): ContractCheck {
  return {
    ...ofValues(id, columns, `${columns.join(', ')} ${columns.length === 1 ? 'is' : 'are'} never repeated`),
    dimension: 'uniqueness',
    rule: { kind: 'duplicates' },
  };
}

export function valueCheck(id: string, column: string, value: ValueRule): ContractCheck {
  return {
    ...ofValues(id, [column], `values of ${column} keep ${JSON.stringify(value)}`),
    dimension: 'conformity',
    rule: { kind: 'invalid', value },
  };
}

/** One that stays in the list and says why nobody looks at it. */
export function unchecked(id: string, why: string): ContractCheck {
  return {
    ...ofValues(id, [], why),
    severity: 'warning',
    dimension: 'conformity',
    rule: { kind: 'unchecked', why },
  };
}

function ofValues(
  id: string,
  columns: readonly string[],
  description: string,
): Omit<ContractCheck, 'dimension' | 'rule'> {
  return {
    id,
    description,
    severity: 'error',
    columns,
    bound: { operator: 'mustBe', low: 0 },
    unit: 'rows',
    refuses: 'rows',
    scope: 'batch',
  };
}

/** Events and answers name checks by id: the second of a name is numbered. */
export function withUniqueIds(checks: readonly ContractCheck[]): ContractCheck[] {
  const seen = new Map<string, number>();
  return checks.map((check) => {
    const count = (seen.get(check.id) ?? 0) + 1;
    seen.set(check.id, count);
    return count === 1 ? check : { ...check, id: `${check.id}.${count}` };
  });
}
