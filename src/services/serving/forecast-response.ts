// An answer as it is kept (flat arrays), as an object of the API's shape, and as JSON text in parts, so that an answer for
// thousands of series neither fills the memory with small objects nor holds the event loop.

import { periodLabel, type TimeGrid } from '../../core/index.ts';
import type { PredictionRecord } from '../../storage/ports/index.ts';
import type { ForecastResponse, ForecastStep } from './forecast-request.ts';
import type { BaselineReason, ForecastSource } from './served-model.ts';

export interface ForecastAnswer {
  readonly requestId: string;
  readonly model: { readonly name: string; readonly version: number; readonly arm: string };
  readonly grid: TimeGrid;
  readonly cutoff: number;
  readonly levels: readonly number[];
  /** All of one cutoff, horizon and levels. */
  readonly forecasts: readonly AnsweredForecast[];
  /** Columns known ahead of which some step was unknown; absent or [] = none. */
  readonly missingCovariates?: readonly string[];
  /** Why the version that is to serve does not; absent or undefined when it does. */
  readonly degraded?: string | undefined;
}

/** One series of an answer. */
export interface AnsweredForecast {
  /** As stored. */
  readonly prediction: PredictionRecord;
  /** Why the baseline answered, or a model without any demand; null = neither. */
  readonly reason: BaselineReason | null;
  /** Its demand has ended. */
  readonly ended?: boolean;
  /** Its JSON in UTF-8; null = to be kept here once it is made, absent = not to be kept. */
  json?: Buffer | null;
}

/** The answer in the API's shape. Cost: one object per step. */
export function responseOf(answer: ForecastAnswer): ForecastResponse {
  const { requestId, model } = answer;
  const labels = stepLabels(answer);
  const forecasts = answer.forecasts.map(({ prediction, reason, ended }) => {
    return {
      series: prediction.seriesId,
      predictionId: prediction.id,
      source: prediction.source as ForecastSource,
      ...(reason ? { reason } : {}),
      ...(ended ? { ended } : {}),
      steps: labels.map((timestamp, k) => stepOf(answer.levels, prediction, { timestamp, k })),
    };
  });
  return {
    requestId,
    model,
    cutoffAt: periodLabel(answer.grid, answer.cutoff),
    ...degradedOf(answer),
    ...missingOf(answer),
    forecasts,
  };
}

function degradedOf({ degraded }: ForecastAnswer): Pick<ForecastResponse, 'degraded'> {
  return degraded === undefined ? {} : { degraded };
}

function missingOf({ missingCovariates = [] }: ForecastAnswer): Pick<ForecastResponse, 'missingCovariates'> {
  return missingCovariates.length === 0 ? {} : { missingCovariates };
}

function stepOf(
  levels: readonly number[],
  prediction: PredictionRecord,
  at: { timestamp: string; k: number },
): ForecastStep {
  const quantiles: Record<string, number> = {};
  const horizon = prediction.mean.length;
  for (const [l, level] of levels.entries())
    quantiles[String(level)] = prediction.quantiles[l * horizon + at.k] as number;
  return { timestamp: at.timestamp, mean: prediction.mean[at.k] as number, quantiles };
}

/**
 * The same as JSON text: the head, then one part per `seriesPerPart` series.
 * Numbers are finite by the guard, so plain concatenation is valid JSON.
 */
export function* responseJson(answer: ForecastAnswer, seriesPerPart = 64): Iterable<string> {
  let part = headJson(answer);
  const templates = templatesOf(answer);
  for (const [i, forecast] of answer.forecasts.entries()) {
    part += (i === 0 ? '' : ',') + seriesJson(forecast, templates);
    if (i % seriesPerPart === seriesPerPart - 1) {
      yield part;
      part = '';
    }
  }
  yield `${part}]}`;
}

/** What comes before the first series. */
export function headJson(answer: ForecastAnswer): string {
  return `{"requestId":${JSON.stringify(answer.requestId)},${sharedHead(answer)}`;
}

interface SharedHead {
  readonly cutoff: number;
  readonly model: ForecastAnswer['model'];
  readonly missing: readonly string[];
  readonly degraded: string | undefined;
  readonly json: string;
}

const sharedHeads = new WeakMap<TimeGrid, SharedHead>();

/** What answers of one version and cutoff have in common before their first series: made once for the answers that follow. */
function sharedHead(answer: ForecastAnswer): string {
  const { grid, cutoff, model, missingCovariates: missing = [], degraded } = answer;
  const last = sharedHeads.get(grid);
  if (
    last?.cutoff === cutoff &&
    last.degraded === degraded &&
    isSame(last.model, model) &&
    isSameList(last.missing, missing)
  )
    return last.json;
  const about = { ...degradedOf(answer), ...missingOf(answer) };
  const head = JSON.stringify({ model, cutoffAt: periodLabel(grid, cutoff), ...about });
  const json = `${head.slice(1, -1)},"forecasts":[`;
  sharedHeads.set(grid, { cutoff, model, missing, degraded, json });
  return json;
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

function isSame(a: ForecastAnswer['model'], b: ForecastAnswer['model']): boolean {
  return a.version === b.version && a.arm === b.arm && a.name === b.name;
}

/** What all series of an answer have in common: the text before each mean, and before each quantile. */
export interface Templates {
  readonly steps: readonly string[];
  readonly keys: readonly string[];
}

export function templatesOf(answer: ForecastAnswer): Templates {
  return {
    steps: stepLabels(answer).map((label) => `{"timestamp":${JSON.stringify(label)},"mean":`),
    keys: answer.levels.map((level, l) => `${l === 0 ? '' : ','}${JSON.stringify(String(level))}:`),
  };
}

export function seriesJson(forecast: AnsweredForecast, { steps, keys }: Templates): string {
  const { prediction, reason, ended } = forecast;
  const { mean, quantiles } = prediction;
  let out = `{"series":${JSON.stringify(prediction.seriesId)},"predictionId":${JSON.stringify(prediction.id)},`;
  out += `"source":${JSON.stringify(prediction.source)},`;
  if (reason) out += `"reason":${JSON.stringify(reason)},`;
  if (ended) out += '"ended":true,';
  out += '"steps":[';
  for (let k = 0; k < steps.length; k++) {
    out += `${k === 0 ? '' : ','}${steps[k] as string}${mean[k] as number},"quantiles":{`;
    for (let l = 0; l < keys.length; l++)
      out += (keys[l] as string) + (quantiles[l * steps.length + k] as number);
    out += '}}';
  }
  return `${out}]}`;
}

function stepLabels(answer: ForecastAnswer): string[] {
  const horizon = answer.forecasts[0]?.prediction.mean.length ?? 0;
  return Array.from({ length: horizon }, (_, k) => periodLabel(answer.grid, answer.cutoff + 1 + k));
}
