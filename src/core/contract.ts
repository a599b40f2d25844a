// What a data contract asks of rows: checks, each with a bound, and what one of them came to. Read from files by
// `services/contracts`, kept with the project, applied to batches, to what is stored and to plans of requests.

/** `error`: the rows, or the batch, are refused. `warning`: it is reported. */
export type CheckSeverity = 'error' | 'warning';

/** The words of the Open Data Contract Standard. */
export const checkDimensions = [
  'accuracy',
  'completeness',
  'conformity',
  'consistency',
  'coverage',
  'timeliness',
  'uniqueness',
] as const;
export type CheckDimension = (typeof checkDimensions)[number];

export type BoundOperator =
  | 'mustBe'
  | 'mustNotBe'
  | 'mustBeGreaterThan'
  | 'mustBeGreaterOrEqualTo'
  | 'mustBeLessThan'
  | 'mustBeLessOrEqualTo'
  | 'mustBeBetween'
  | 'mustNotBeBetween';

/** What the figure of a check must keep. `high` belongs to the two that name a range; both ends belong to it. */
export interface CheckBound {
  readonly operator: BoundOperator;
  readonly low: number;
  readonly high?: number;
}

/** What a single value must keep; empty ones keep everything. */
export interface ValueRule {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly aboveMinimum?: boolean;
  readonly belowMaximum?: boolean;
  readonly integer?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly values?: readonly string[];
}

/**
 * What is counted. Of rows: those that are empty (`nulls`, `missing`: or one of these words), break a rule (`invalid`), name
 * something that is not known (`references`), repeat a key (`duplicates`), lie so many times above the recent high of their series
 * (`units`). Of the table: its `rows`; rows per period in percent of what is usual (`volume`); names that do not occur
 * (`segments`); the largest share of one name in percent (`balance`); hours since the newest period ended (`freshness`).
 * `values` null = those that the project's own history has. `unchecked`: nobody can say, and why.
 */
export type CheckRule =
  | { readonly kind: 'nulls' | 'duplicates' | 'rows' | 'volume' | 'balance' | 'freshness' }
  | { readonly kind: 'missing'; readonly words: readonly string[] }
  | { readonly kind: 'invalid'; readonly value: ValueRule }
  | { readonly kind: 'references' | 'segments'; readonly values: readonly string[] | null }
  | { readonly kind: 'units'; readonly factor: number }
  | { readonly kind: 'unchecked'; readonly why: string };

export interface ContractCheck {
  /** Unique in its contract, and the same as long as the contract says the same: `value.minimum`. */
  readonly id: string;
  readonly description: string;
  readonly severity: CheckSeverity;
  readonly dimension: CheckDimension;
  /** Columns as the contract calls them; none = of the table. */
  readonly columns: readonly string[];
  readonly rule: CheckRule;
  readonly bound: CheckBound;
  readonly unit: 'rows' | 'percent' | 'hours';
  /** A broken check of severity `error`: are its rows refused, or the whole batch? */
  readonly refuses: 'rows' | 'batch';
  /** Of every batch, or of the whole table alone: what is stored, or a file that is checked as one. */
  readonly scope: 'batch' | 'table';
}

/** A contract as it was read. */
export interface ContractRules {
  /** Where from, as the setting names it. */
  readonly file: string;
  readonly id: string;
  readonly version: string;
  readonly checks: readonly ContractCheck[];
  /** What of the file is not understood, and kept there. */
  readonly warnings: readonly string[];
}

/** What a check came to. */
export interface CheckResult {
  readonly id: string;
  readonly description: string;
  readonly severity: CheckSeverity;
  readonly dimension: CheckDimension;
  readonly columns: readonly string[];
  readonly status: 'passed' | 'failed' | 'not checked';
  /** What a failed one refuses: the rows that break it, or the batch; null = nothing, it is reported. */
  readonly refuses: 'rows' | 'batch' | null;
  /** Why it was not checked; else null. */
  readonly why: string | null;
  /** In `unit`; null when not checked. */
  readonly figure: number | null;
  readonly unit: ContractCheck['unit'];
  /** In words: `at most 5 percent`. */
  readonly bound: string;
  /** What the figure is of: rows looked at; of `volume`, periods. */
  readonly n: number;
  /** The first few that break it; `row` counts from 1, null where it is no row. */
  readonly examples: readonly { readonly row: number | null; readonly value: string }[];
}

export function keepsBound({ operator, low, high = low }: CheckBound, figure: number): boolean {
  switch (operator) {
    case 'mustBe':
      return figure === low;
    case 'mustNotBe':
      return figure !== low;
    case 'mustBeGreaterThan':
      return figure > low;
    case 'mustBeGreaterOrEqualTo':
      return figure >= low;
    case 'mustBeLessThan':
      return figure < low;
    case 'mustBeLessOrEqualTo':
      return figure <= low;
    case 'mustBeBetween':
      return figure >= low && figure <= high;
    case 'mustNotBeBetween':
      return figure < low || figure > high;
  }
}

const boundWords: Readonly<Record<BoundOperator, string>> = {
  mustBe: '',
  mustNotBe: 'not ',
  mustBeGreaterThan: 'more than ',
  mustBeGreaterOrEqualTo: 'at least ',
  mustBeLessThan: 'less than ',
  mustBeLessOrEqualTo: 'at most ',
  mustBeBetween: '',
  mustNotBeBetween: 'not ',
};

/** `at most 5 percent` */
export function boundText({ bound, unit }: Pick<ContractCheck, 'bound' | 'unit'>): string {
  const range = bound.high === undefined ? `${bound.low}` : `${bound.low} to ${bound.high}`;
  return `${boundWords[bound.operator]}${range} ${unit}`;
}

/** Whether a single row can break it: then the rows are refused, and the others land. */
export function toleratesNone({
  rule,
  bound,
  unit,
}: Pick<ContractCheck, 'rule' | 'bound' | 'unit'>): boolean {
  const { operator, low, high } = bound;
  // Half a row is none; half a percent may be many.
  const isWhole = unit === 'rows';
  const none =
    (operator === 'mustBe' && low === 0) ||
    (operator === 'mustBeLessThan' && isWhole && low > 0 && low <= 1) ||
    (operator === 'mustBeLessOrEqualTo' && low >= 0 && (isWhole ? low < 1 : low === 0)) ||
    (operator === 'mustBeBetween' && low === 0 && high === 0);
  return none && ['nulls', 'missing', 'invalid', 'references', 'duplicates', 'units'].includes(rule.kind);
}
