// The user's filter: one SQL condition over the columns of the file, and nothing more. The engine parses it; this walks
// the tree and lets through what is on the list. So a filter can read no file, has no subquery, and its cost is linear in
// the rows; the lock-down of the engine and its time limit stand behind this as a second wall.

import { AppError } from '../../../core/index.ts';
import type { Engine } from './engine.ts';
import { sqlText } from './sql-text.ts';

const filterLengthMax = 10_000;

const classes = new Set([
  'BETWEEN',
  'CASE',
  'CAST',
  'COLLATE',
  'COLUMN_REF',
  'COMPARISON',
  'CONJUNCTION',
  'CONSTANT',
  'FUNCTION',
  'OPERATOR',
]);

/** Functions whose result is never much larger than what they are given. */
const functions = new Set(
  (
    '+ - * / // % ** ^ || ~~ !~~ ~~* !~~* ~~~ abs ceil ceiling contains date_diff date_part date_sub date_trunc ' +
    'datediff day dayname dayofmonth dayofweek dayofyear ends_with epoch epoch_ms exp extract floor greatest hash hour ' +
    'ifnull isfinite isinf isnan isodow last_day least left len length like_escape ln log log10 log2 lower ltrim ' +
    'make_date md5 minute mod month monthname not_like_escape nullif pow power prefix quarter regexp_full_match ' +
    'regexp_matches replace right round rtrim second sign sqrt starts_with strftime strip_accents strlen strpos strptime ' +
    'substr substring suffix to_days to_hours to_minutes to_months to_seconds to_weeks to_years trim trunc ' +
    'try_strptime upper week weekday weekofyear year yearweek'
  ).split(' '),
);

/** A filter that was found harmless. */
export interface Filter {
  /** The condition, in brackets. */
  readonly sql: string;
  /** The columns that it names, as it writes them. */
  readonly columns: readonly string[];
}

/**
 * The filter as a condition in SQL.
 * @throws AppError `data/bad-where` with what is wrong or not allowed
 */
export async function readFilter(filter: string, engine: Engine): Promise<Filter> {
  if (filter.length > filterLengthMax)
    throw badWhere(filter, new Error(`it is longer than ${filterLengthMax} characters`));
  const probe = `SELECT (${filter}\n)`;
  let tree: Tree;
  try {
    const extracted = await engine.connection.extractStatements(probe);
    if (extracted.count !== 1) throw new Error('it holds more than one statement');
    const [json] = await engine.row(`SELECT json_serialize_sql(${sqlText(probe)})`);
    tree = JSON.parse(String(json)) as Tree;
  } catch (cause) {
    throw badWhere(filter, cause);
  }
  const problem = treeProblem(tree);
  if (problem !== null) throw badWhere(filter, new Error(problem));
  return { sql: `(${filter}\n)`, columns: [...new Set(columnsOf(tree))] };
}

export function badWhere(filter: string, cause: unknown): AppError {
  const message = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  const shown = filter.length > 200 ? `${filter.slice(0, 200)}…` : filter;
  return new AppError(
    'data/bad-where',
    `the filter ${JSON.stringify(shown)} was refused: ${message.slice(0, 300)}`,
    {
      cause,
    },
  );
}

function* columnsOf(part: unknown): Generator<string> {
  if (part === null || typeof part !== 'object') return;
  const { class: kind, column_names: names } = part as { class?: unknown; column_names?: unknown };
  if (kind === 'COLUMN_REF' && Array.isArray(names)) yield String(names.at(-1));
  for (const child of Object.values(part)) yield* columnsOf(child);
}

interface Tree {
  readonly error?: boolean;
  readonly error_message?: string;
  readonly statements?: readonly {
    readonly node?: {
      readonly type?: string;
      readonly select_list?: readonly unknown[];
      readonly from_table?: { readonly type?: string };
      readonly where_clause?: unknown;
    };
  }[];
}

function treeProblem(tree: Tree): string | null {
  if (tree.error === true) return tree.error_message ?? 'it is not valid SQL';
  const node = tree.statements?.[0]?.node;
  const single =
    tree.statements?.length === 1 &&
    node?.type === 'SELECT_NODE' &&
    node.select_list?.length === 1 &&
    node.from_table?.type === 'EMPTY' &&
    (node.where_clause ?? null) === null;
  return single ? expressionProblem(node?.select_list?.[0]) : 'it must be one condition';
}

function expressionProblem(part: unknown): string | null {
  if (part === null || typeof part !== 'object') return null;
  const { class: kind, function_name: name } = part as { class?: unknown; function_name?: unknown };
  if (kind === 'SUBQUERY') return 'a filter has no subqueries';
  if (kind === 'WINDOW' || kind === 'STAR') return 'it must be a condition on one row';
  if (typeof kind === 'string' && !classes.has(kind)) return `${kind.toLowerCase()} is not allowed`;
  if (kind === 'FUNCTION' && !functions.has(String(name).toLowerCase()))
    return `the function ${String(name)} is not available in filters`;
  for (const child of Object.values(part)) {
    const problem = expressionProblem(child);
    if (problem !== null) return problem;
  }
  return null;
}
