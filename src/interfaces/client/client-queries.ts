// What the methods of the client take, besides the types of the API.

import type * as api from './api.ts';

/** One row: columns as in the project's settings. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** Rows, or NDJSON or CSV text as it is. */
export type Rows = readonly Row[] | { readonly ndjson: string } | { readonly csv: string };

export interface ObserveOptions {
  /** Sending the same key again changes nothing; default: the hash of the body. */
  readonly idempotencyKey?: string;
  /**
   * The last period that is over, as times of rows are written: for all who report together with the series sent, or, with no
   * rows, for the whole project.
   */
  readonly closedThrough?: string;
  /** Which of `mappings` of the project the rows are called and written by; default: none, they are as in the project. */
  readonly mapping?: string;
  /** Who sends it, such as a till or a supplier; shown with the batch. */
  readonly feed?: string;
}

export interface AccuracyQuery {
  /** Number, id or alias. */
  readonly version?: string | number;
  /** First and last period forecast, as dates or step numbers. */
  readonly from?: string;
  readonly to?: string;
  readonly groupBy?: 'horizon' | 'series' | 'version';
  readonly limit?: number;
}

export interface EventQuery {
  /** Only events after this one; default: what happens from now on. */
  readonly after?: number;
  readonly project?: string;
  readonly types?: readonly string[];
  readonly signal?: AbortSignal;
}

/** All of it must be met. */
export interface OverrideQuery {
  readonly series?: string;
  readonly state?: api.OverrideState;
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

export interface OverrideValueQuery {
  readonly series?: string;
  /** First and last period that was overridden, as dates or step numbers. */
  readonly from?: string;
  readonly to?: string;
  readonly groupBy?: 'author' | 'reason' | 'series';
  readonly limit?: number;
}

/** Content type and text of rows. */
export function textOf(rows: Rows): [string, string] {
  if ('csv' in rows) return ['text/csv', rows.csv];
  if ('ndjson' in rows) return ['application/x-ndjson', rows.ndjson];
  return ['application/json', JSON.stringify(rows)];
}
