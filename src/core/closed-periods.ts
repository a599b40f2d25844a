// Is this period closed? The one answer to it. Until a period of a series is closed its demand is unknown, never zero: somebody
// may still be about to report it. The words are those of stream processing: a watermark closes, allowed lateness waits.

import type { Project } from './project.ts';

/**
 * Who closed a period: `sender` said so (a field of ingest, a watermark of a stream); the usual `reporters` had come;
 * or the allowed `lateness` had passed.
 */
export type ClosingCause = 'sender' | 'reporters' | 'lateness';

/** Every period up to and with `through` is closed, for all series of a reporting group. Kept in the order of batches. */
export interface Closing {
  /** Its place among the batches of the project. */
  readonly seq: number;
  /** `wholeProject` = all groups. */
  readonly group: string;
  readonly through: number;
  readonly cause: ClosingCause;
  /** UTC milliseconds. */
  readonly at: number;
}

/** What a batch says of the end of what it holds; absent = nothing. */
export interface BatchEnd {
  /** It closes the series it holds up to here. */
  readonly closesThrough?: number | undefined;
  /** Periods from here on were not over when it came. */
  readonly openFrom?: number | undefined;
}

/** The group that every series is in. */
export const wholeProject = '';

/** Rows of a period are waited for this long, unless the project says otherwise. */
export const defaultLatenessHours = 24;

type Grouped = Pick<Project, 'columns' | 'closing'>;

/**
 * The series columns whose values name a reporting group, those who report together: where the project does not say,
 * the leading column when there are two or more (a shop before an item), else none: the whole project reports as one.
 */
export function groupColumns({ columns, closing }: Grouped): readonly string[] {
  return closing?.group ?? (columns.series.length > 1 ? columns.series.slice(0, 1) : []);
}

/** The reporting group of a series: see `groupColumns`. Cost: O(length of the id). */
export function groupOf(seriesId: string, project: Grouped): string {
  const wanted = groupColumns(project);
  if (wanted.length === 0) return wholeProject;
  const { series } = project.columns;
  if (series.length === 1) return seriesId;
  // Parts of an id hold no `/` of their own: see `seriesIdOf`.
  if (wanted.length === 1 && wanted[0] === series[0]) return seriesId.slice(0, seriesId.indexOf('/'));
  const parts = seriesId.split('/');
  return wanted.map((name) => parts[series.indexOf(name)] ?? '').join('/');
}

/** The name of a group from the values of `groupColumns`, as somebody writes them. */
export function groupOfValues(values: readonly string[], project: Grouped): string {
  if (project.columns.series.length === 1) return values.join('/');
  return values.map((value) => value.replaceAll('%', '%25').replaceAll('/', '%2F')).join('/');
}

/**
 * What is closed, folded from rows and closings. Their order is of no consequence: a period stays closed, unless the rows
 * that closed it are taken back, and what is said twice is said once. A period of a series is closed up to the latest of
 *
 * 1. its own newest accepted row, and what the batch of a row says of it: a file closes its range for the series it holds. A row of
 *    a period that was not over when its batch came is a part of it, and closes those before;
 * 2. the newest closing of its reporting group;
 * 3. the newest closing of the whole project, which is also the *project clock*.
 *
 * Nothing else closes a period; nobody who asks looks at the time.
 */
export class ClosedPeriods {
  readonly #project: Grouped;
  /** The newest accepted row of each series, and what batches closed of it. */
  readonly #own: Map<string, number> = new Map();
  readonly #byBatch: Map<string, number> = new Map();
  readonly #groups: Map<string, number> = new Map();

  constructor(project: Grouped) {
    this.#project = project;
  }

  /** An accepted row of a series, no plan; for a refused row `period` is −∞. */
  observe(seriesId: string, period: number, batch: BatchEnd = {}): void {
    const { closesThrough = Number.NEGATIVE_INFINITY, openFrom = Number.POSITIVE_INFINITY } = batch;
    raise(this.#own, seriesId, Math.min(period, openFrom - 1));
    raise(this.#byBatch, seriesId, closesThrough);
  }

  /**
   * Rows of a series were taken back, so that its own rows close less.
   * @param through the period of its newest row, or the one before it where that is a part; −∞ = none of its rows is left
   */
  restate(seriesId: string, through: number): void {
    this.#own.set(seriesId, through);
  }

  close({ group, through }: Pick<Closing, 'group' | 'through'>): void {
    if (through > this.ofGroup(group)) this.#groups.set(group, through);
  }

  /** The newest closed period of a series; −∞ when none is. */
  closedThrough(seriesId: string): number {
    const group = groupOf(seriesId, this.#project);
    return Math.max(
      this.#own.get(seriesId) ?? Number.NEGATIVE_INFINITY,
      this.#byBatch.get(seriesId) ?? Number.NEGATIVE_INFINITY,
      this.ofGroup(group),
      this.projectClock,
    );
  }

  /** The newest closing of a group by itself; −∞ without one. */
  ofGroup(group: string): number {
    return this.#groups.get(group) ?? Number.NEGATIVE_INFINITY;
  }

  /**
   * The newest period that is closed for the whole project: what labels, freshness and triggers read for the time. −∞
   * before the first closing. Where groups report apart it follows the slowest of those that usually report: their closings
   * add up to one of the whole project, which is kept like any other.
   */
  get projectClock(): number {
    return this.ofGroup(wholeProject);
  }
}

function raise(periods: Map<string, number>, seriesId: string, period: number): void {
  if (period > (periods.get(seriesId) ?? Number.NEGATIVE_INFINITY)) periods.set(seriesId, period);
}
