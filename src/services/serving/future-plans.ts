// What a forecast is told of the periods to come: what the request plans, else what rows planned, else the calendar.

import type { Project } from '../../core/index.ts';
import type { FutureValues } from '../../forecasting/models/index.ts';
import type { JsonObject } from '../../storage/ports/index.ts';
import { holidayName } from '../data/index.ts';
import {
  type FutureRequest,
  nothingRequested,
  type RequestedPlans,
  readFuture,
  requestedAt,
} from './future-request.ts';
import type { SeriesCovariates } from './series-covariates.ts';

export interface FutureOfSeries {
  readonly values: FutureValues;
  /** As it is stored with the prediction: a single value where all steps have it. */
  readonly record: JsonObject;
  /** Known columns of which some step was unknown, in the order of the model. */
  readonly missing: readonly string[];
}

type Planned = Pick<SeriesCovariates, 'at' | 'holidayAt'>;

export interface FuturePlansOptions {
  /** What the model looks at. */
  readonly columns: readonly string[];
  readonly planned: Planned;
  readonly horizon: number;
  readonly seriesIds: readonly string[];
  /** Of each of them: its first step is the period after. */
  readonly cutoffs: readonly number[];
  readonly future: FutureRequest | undefined;
}

/** The plans behind one request. */
export class FuturePlans {
  readonly #columns: readonly string[];
  readonly #known: readonly string[];
  readonly #horizon: number;
  /** Steps that are looked up: what is planned after a step may tell of it, so a short request is told as much as a long one. */
  readonly #span: number;
  readonly #planned: Planned;
  readonly #requested: RequestedPlans | undefined;

  /** @throws AppError `serving/invalid-future`, see `readFuture` */
  constructor(project: Project, of: FuturePlansOptions) {
    const { future } = of;
    this.#known = project.columns.known ?? [];
    this.#columns = of.columns;
    this.#horizon = of.horizon;
    this.#span = Math.max(of.horizon, project.horizonSteps);
    this.#planned = of.planned;
    this.#requested = future && readFuture(project, { ...of, future });
  }

  /** What the request itself plans for a series, as a text; '' = nothing. */
  keyOf(seriesId: string): string {
    if (this.#requested === undefined) return '';
    const own = this.#requested.bySeries.get(seriesId)?.key ?? '';
    return own === '' ? this.#requested.forAll.key : `${this.#requested.forAll.key}|${own}`;
  }

  /** What is known of the steps of one series after its cutoff. Cost: O(columns × horizon). */
  of(seriesId: string, cutoff: number): FutureOfSeries {
    const own = this.#requested?.bySeries.get(seriesId) ?? nothingRequested;
    const forAll = this.#requested?.forAll ?? nothingRequested;
    const values: Record<string, (number | string | null)[]> = {};
    const record: Record<string, number | string | null | (number | string | null)[]> = {};
    const missing: string[] = [];
    for (const name of this.#columns) {
      const place = this.#known.indexOf(name);
      const steps: (number | string | null)[] = new Array(this.#span);
      let same = true;
      let isMissing = false;
      for (let step = 0; step < this.#span; step++) {
        const period = cutoff + 1 + step;
        const value =
          requestedAt(own, name, { step, period }) ??
          requestedAt(forAll, name, { step, period }) ??
          (name === holidayName
            ? this.#planned.holidayAt(period)
            : this.#planned.at(seriesId, place, period));
        steps[step] = value;
        if (step >= this.#horizon) continue;
        if (value === null) isMissing = true;
        if (value !== steps[0]) same = false;
      }
      values[name] = steps;
      record[name] = same ? (steps[0] ?? null) : steps.slice(0, this.#horizon);
      if (isMissing) missing.push(name);
    }
    return { values, record, missing };
  }
}
