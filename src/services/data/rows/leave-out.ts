// Rows that a rule of the project leaves out, such as subtotals: whatever format they come in.

import type { LeaveOutRule } from '../../../core/index.ts';
import type { RowFields, RowSink } from './raw-row.ts';

/** The columns that rules look at come behind the others, and a row that a rule meets is set aside before `sink` sees it. */
export function withLeaveOut(
  fields: RowFields,
  rules: readonly LeaveOutRule[],
  sink: RowSink,
): { fields: RowFields; sink: RowSink } {
  if (rules.length === 0) return { fields, sink };
  const first = fields.extras.length;
  const columns = rules.map(({ column }) => column);
  const isDemand = fields.target !== null || fields.isWide === true;
  const ruled = [...(fields.ruled ?? []), ...(isDemand ? columns : [])];
  return {
    fields: { ...fields, extras: [...fields.extras, ...columns], ruled },
    sink: (row) => {
      if (row.problem === null)
        for (const [i, rule] of rules.entries()) {
          const text = (row.extras[first + i] ?? '').trim();
          if (!meets(text, rule)) continue;
          row.problem = `${JSON.stringify(rule.column)} is ${JSON.stringify(text.slice(0, 80))}, and dialect.leaveOut leaves such rows out`;
          row.problemCode = 'left-out';
          row.readable = false;
          break;
        }
      sink(row);
      row.problemCode = 'bad-row';
    },
  };
}

/** Does a rule leave out a row with this text, trimmed, in its column? */
export function meets(text: string, { equals, startsWith, endsWith }: LeaveOutRule): boolean {
  return (
    (equals === undefined || text === equals) &&
    (startsWith === undefined || text.startsWith(startsWith)) &&
    (endsWith === undefined || text.endsWith(endsWith))
  );
}
