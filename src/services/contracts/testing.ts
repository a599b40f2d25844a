// Contracts for tests.

import type { CheckRule, ContractCheck } from '../../core/index.ts';

/** A check with everything that it does not say. */
export function checkOf(rule: CheckRule, given: Partial<ContractCheck> = {}): ContractCheck {
  return {
    id: rule.kind,
    description: rule.kind,
    severity: 'error',
    dimension: 'conformity',
    columns: [],
    rule,
    bound: { operator: 'mustBe', low: 0 },
    unit: 'rows',
    refuses: 'rows',
    scope: 'batch',
    ...given,
  };
}

/** A contract of the standard around the fields of its one table. */
export function odcsText(table: string, rest = ''): string {
  return `apiVersion: v3.1.0
kind: DataContract
id: sales
version: 1.2.0
status: active
${rest}schema:
  - name: sales
${table.replace(/^(?=.)/gm, '    ')}
`;
}
