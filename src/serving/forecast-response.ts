// An answer as it is kept (flat arrays), as an object of the API's shape, and as JSON text in parts, so that an answer for
// thousands of series neither fills the memory with small objects nor holds the event loop.

import { periodLabel, type TimeGrid } from '../core/index.ts';
import type { PredictionRecord } from '../store/ports.ts';
import type { ForecastResponse, ForecastStep } from './forecast-request.ts';
import type { BaselineReason, ForecastSource } from './served-model.ts';

export interface ForecastAnswer {
  readonly requestId: string;
  readonly model: { readonly name: string; readonly version: number; readonly arm: string };
  readonly grid: TimeGrid;
  readonly cutoff: number;
  readonly levels: readonly number[];
  /** As stored; all of one cutoff, horizon and levels. */
  readonly predictions: readonly PredictionRecord[];
  /** Columns known ahead of which some step was unknown; absent or [] = none. */
  readonly missingCovariates?: readonly string[];
  /** Why the baseline answered, or a model without any demand; null = neither. */
  readonly reasons: readonly (BaselineReason | null)[];
}

/** The answer in the API's shape. Cost: one object per step. */
export function responseOf(answer: ForecastAnswer): ForecastResponse {
  const { requestId, model } = answer;
  const labels = stepLabels(answer);
  const forecasts = answer.predictions.map((prediction, i) => {
    const reason = answer.reasons[i];
    return {
      series: prediction.seriesId,
      predictionId: prediction.id,
      source: prediction.source as ForecastSource,
      ...(reason ? { reason } : {}),
      steps: labels.map((timestamp, k) => stepOf(answer.levels, prediction, { timestamp, k })),
    };
  });
  return {
    requestId,
    model,
    cutoffAt: periodLabel(answer.grid, answer.cutoff),
    ...missingOf(answer),
    forecasts,
  };
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
  const { requestId, model, predictions } = answer;
  const cutoffAt = periodLabel(answer.grid, answer.cutoff);
  const head = JSON.stringify({ requestId, model, cutoffAt, ...missingOf(answer) });
  let part = `${head.slice(0, -1)},"forecasts":[`;
  const steps = stepLabels(answer).map((label) => `{"timestamp":${JSON.stringify(label)},"mean":`);
  const keys = answer.levels.map((level, l) => `${l === 0 ? '' : ','}${JSON.stringify(String(level))}:`);
  for (const [i, prediction] of predictions.entries()) {
    part += (i === 0 ? '' : ',') + seriesJson(prediction, { reason: answer.reasons[i], steps, keys });
    if (i % seriesPerPart === seriesPerPart - 1) {
      yield part;
      part = '';
    }
  }
  yield `${part}]}`;
}

function seriesJson(
  prediction: PredictionRecord,
  text: { reason: BaselineReason | null | undefined; steps: readonly string[]; keys: readonly string[] },
): string {
  const { steps, keys, reason } = text;
  const { mean, quantiles } = prediction;
  let out = `{"series":${JSON.stringify(prediction.seriesId)},"predictionId":${JSON.stringify(prediction.id)},`;
  out += `"source":${JSON.stringify(prediction.source)},`;
  if (reason) out += `"reason":${JSON.stringify(reason)},`;
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
  const horizon = answer.predictions[0]?.mean.length ?? 0;
  return Array.from({ length: horizon }, (_, k) => periodLabel(answer.grid, answer.cutoff + 1 + k));
}
