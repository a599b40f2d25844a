// What may be asked of a forecast, checked once, and the shape of the answer (DESIGN: front doors, HTTP).

import { AppError, type ForecastPurpose, type Project, type StepOverride } from '../../core/index.ts';
import type { FutureRequest } from './future-request.ts';
import type { ForecastAsk } from './servable.ts';
import type { BaselineReason, ForecastSource } from './served-model.ts';

export interface ForecastRequest {
  /** Default: every series known. */
  readonly series?: readonly string[];
  /** Steps ahead; default and most: the project's horizon. */
  readonly horizon?: number;
  /** Quantile levels in (0, 1); default: the project's. */
  readonly quantiles?: readonly number[];
  /**
   * Plans for the steps, by column or by series and column: they come before those in the data. One value per step after the
   * series' own cutoff, or per period where the project's time column is among the lists.
   */
  readonly future?: FutureRequest;
  /** Default: `whatIf` with plans of its own, else `served`. */
  readonly purpose?: ForecastPurpose;
  /**
   * Whom the forecasts are for (a store, a customer): where requests are divided among versions, the same unit has the same one.
   * Default: each series is its own unit.
   */
  readonly unit?: string;
  /** Milliseconds the answer may take; default: no limit of its own. */
  readonly timeoutMs?: number;
}

export interface ForecastStep {
  /** Start of the period: an ISO date, a time for hours, the number for steps. */
  readonly timestamp: string;
  readonly mean: number;
  /** By level, such as `0.9`. */
  readonly quantiles: Readonly<Record<string, number>>;
  /** What somebody says of the period in place of the mean; mean and quantiles stay those of the model. Absent = nobody does. */
  readonly override?: StepOverride;
}

export interface ForecastResponse {
  readonly requestId: string;
  /** Who made all forecasts that do not say otherwise. */
  readonly model: { readonly name: string; readonly version: number; readonly arm: string };
  /** The newest period up to which every series of the answer is closed. */
  readonly cutoffAt: string;
  /** Columns known ahead that the model looks at, and that were unknown for some step of some series. */
  readonly missingCovariates?: readonly string[];
  /** Columns that the request plans and that the model of some series does not look at: they change nothing there. */
  readonly ignoredCovariates?: readonly string[];
  /** Why the version that is to serve does not, and another answers; absent when all is as promised. */
  readonly degraded?: string;
  /** What would be under the request's own plans: not graded. Absent = served. */
  readonly purpose?: 'whatIf';
  readonly forecasts: readonly {
    readonly series: string;
    readonly predictionId: string;
    /** The newest closed period of the series: demand is known up to it, and step 1 is the one after it. */
    readonly cutoffAt: string;
    readonly source: ForecastSource;
    /** Why the baseline answered; with source `model`, `new-series` says that it went by attributes alone. */
    readonly reason?: BaselineReason;
    /** True: its demand has ended, as far as its own silence tells; absent = it has not, or nobody can tell. */
    readonly ended?: boolean;
    readonly silent?: boolean;
    /** The newest period of which rows are known and that is not over: they are no part of the forecast. Absent = there is none. */
    readonly unfinishedAt?: string;
    /** By which version and arm, where the request was divided and it is another than the answer's. */
    readonly model?: { readonly version: number; readonly arm: string };
    readonly steps: readonly ForecastStep[];
  }[];
}

/** Levels of one request at most. */
const levelsMax = 99;
/** Series × steps of one request at most: bounds its memory. */
const stepsTotalMax = 1_000_000;

/**
 * Steps and levels of a request, levels ascending and once each.
 * @param tabulated levels the champion's intervals were calibrated for; [] = no champion, any level will do
 * @throws AppError `serving/horizon-too-long`, `serving/invalid-levels`
 */
export function askOf(project: Project, request: ForecastRequest, tabulated: readonly number[]): ForecastAsk {
  const horizon = request.horizon ?? project.horizonSteps;
  if (!Number.isInteger(horizon) || horizon < 1 || horizon > project.horizonSteps) {
    throw new AppError(
      'serving/horizon-too-long',
      `project "${project.name}" forecasts 1 to ${project.horizonSteps} steps, not ${horizon}`,
      { details: { horizon, horizonMax: project.horizonSteps } },
    );
  }
  if (request.quantiles === undefined) return { horizon, levels: project.levels };
  const levels = [...new Set(request.quantiles)].sort((a, b) => a - b);
  const low = tabulated[0] ?? Number.MIN_VALUE;
  const high = tabulated.at(-1) ?? 1 - Number.EPSILON;
  const wrong = levels.find((level) => !(level >= low && level <= high));
  if (wrong !== undefined || levels.length === 0 || levels.length > levelsMax) {
    const range = tabulated.length > 0 ? `from ${low} to ${high}` : 'between 0 and 1';
    throw new AppError(
      'serving/invalid-levels',
      `quantiles of project "${project.name}" are 1 to ${levelsMax} levels ${range}` +
        (wrong === undefined ? `, not ${levels.length} of them` : `, not ${wrong}`),
      { details: { levelsMax, range } },
    );
  }
  return { horizon, levels };
}

/**
 * Bounds one answer by its series and its steps.
 * @throws AppError `serving/request-too-large`
 */
export function checkSize(seriesCount: number, horizon: number, seriesMax: number): void {
  if (seriesCount > seriesMax)
    throw new AppError(
      'serving/request-too-large',
      `${seriesCount} series are more than the ${seriesMax} of one request (setting limits.forecastSeriesMax): name them in several requests`,
      { details: { seriesCount, seriesMax } },
    );
  if (seriesCount * horizon <= stepsTotalMax) return;
  throw new AppError(
    'serving/request-too-large',
    `${seriesCount} series × ${horizon} steps is more than the ${stepsTotalMax} steps of one request: name the series in several requests`,
    { details: { seriesCount, horizon, stepsTotalMax } },
  );
}
