// An answer as it is kept (flat arrays), as an object of the API's shape, and as JSON text in parts, so that an answer for
// thousands of series neither fills the memory with small objects nor holds the event loop.

import { type ForecastPurpose, periodLabel, type StandingOverride, type TimeGrid } from '../../core/index.ts';
import type { PredictionRecord } from '../../storage/ports/index.ts';
import type { ForecastResponse, ForecastStep } from './forecast-request.ts';
import type { BaselineReason, ForecastSource } from './served-model.ts';

export interface ForecastAnswer {
  readonly requestId: string;
  /** Who made all forecasts that do not say otherwise. */
  readonly model: { readonly name: string; readonly version: number; readonly arm: string };
  readonly grid: TimeGrid;
  /** Up to here every series of the answer is closed. */
  readonly cutoff: number;
  readonly levels: readonly number[];
  /** All of one horizon and levels, each after its own cutoff. */
  readonly forecasts: readonly AnsweredForecast[];
  /** Columns known ahead of which some step was unknown; absent or [] = none. */
  readonly missingCovariates?: readonly string[];
  /** Columns that the request plans and that the model of some series does not look at; absent or [] = none. */
  readonly ignoredCovariates?: readonly string[];
  /** Why the version that is to serve does not; absent or undefined when it does. */
  readonly degraded?: string | undefined;
  /** Absent = served. */
  readonly purpose?: ForecastPurpose;
}

/** One series of an answer. */
export interface AnsweredForecast {
  /** As stored. */
  readonly prediction: PredictionRecord;
  /** Why the baseline answered, or a model without any demand; null = neither. */
  readonly reason: BaselineReason | null;
  /** Its demand has ended. */
  readonly ended?: boolean;
  /** No row of it has come for longer than its own rows explain. */
  readonly silent?: boolean;
  /** The newest period of which rows are known and that is not over. */
  readonly unfinished?: number | undefined;
  /** What stands in place of the model's mean, by period of its steps; then no JSON is kept. Absent = nothing does. */
  readonly overrides?: ReadonlyMap<number, StandingOverride>;
  /** By which version and arm, where that is not the answer's; then no JSON is kept. */
  readonly model?: Omit<ForecastAnswer['model'], 'name'>;
  /** Its JSON in UTF-8; null = to be kept here once it is made, absent = not to be kept. */
  json?: Buffer | null;
}

/** The answer in the API's shape. Cost: one object per step. */
export function responseOf(answer: ForecastAnswer): ForecastResponse {
  const { requestId, model } = answer;
  const labelsOf = periodLabels(answer);
  const forecasts = answer.forecasts.map((forecast) => {
    const { prediction, reason, ended, silent, unfinished, overrides, model: own } = forecast;
    const { cutoffAt, steps: labels } = labelsOf(prediction.cutoff);
    return {
      series: prediction.seriesId,
      predictionId: prediction.id,
      cutoffAt,
      source: prediction.source as ForecastSource,
      ...(reason ? { reason } : {}),
      ...(ended ? { ended } : {}),
      ...(silent ? { silent } : {}),
      ...(unfinished === undefined ? {} : { unfinishedAt: periodLabel(answer.grid, unfinished) }),
      ...(own ? { model: own } : {}),
      steps: labels.map((timestamp, k) => ({
        ...stepOf(answer.levels, prediction, { timestamp, k }),
        ...stepOverride(overrides?.get(prediction.cutoff + 1 + k)),
      })),
    };
  });
  return {
    requestId,
    model,
    cutoffAt: periodLabel(answer.grid, answer.cutoff),
    ...notesOf(answer),
    forecasts,
  };
}

/** What is said of a step where an override stands: the model's own numbers stay beside it. */
export function stepOverride(standing: StandingOverride | undefined): Pick<ForecastStep, 'override'> {
  if (standing === undefined) return {};
  const { id, value, reason, by, at } = standing;
  return { override: { id, value, reason, by, at: new Date(at).toISOString() } };
}

/** What is said only where it is not as usual. */
function notesOf(
  answer: ForecastAnswer,
): Pick<ForecastResponse, 'purpose' | 'degraded' | 'missingCovariates' | 'ignoredCovariates'> {
  const { purpose = 'served', degraded, missingCovariates = [], ignoredCovariates = [] } = answer;
  return {
    ...(purpose === 'served' ? {} : { purpose }),
    ...(degraded === undefined ? {} : { degraded }),
    ...(missingCovariates.length === 0 ? {} : { missingCovariates }),
    ...(ignoredCovariates.length === 0 ? {} : { ignoredCovariates }),
  };
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
  readonly ignored: readonly string[];
  readonly degraded: string | undefined;
  readonly purpose: ForecastPurpose;
  readonly json: string;
}

/** The last of each arm: those that answer side by side take turns. */
const sharedHeads = new WeakMap<TimeGrid, Map<string, SharedHead>>();
const headsMax = 8;

/** What answers of one version and cutoff have in common before their first series: made once for the answers that follow. */
function sharedHead(answer: ForecastAnswer): string {
  const { grid, cutoff, model, missingCovariates: missing = [], degraded, purpose = 'served' } = answer;
  const { ignoredCovariates: ignored = [] } = answer;
  const heads = sharedHeads.get(grid) ?? new Map<string, SharedHead>();
  const last = heads.get(model.arm);
  if (
    last?.cutoff === cutoff &&
    last.degraded === degraded &&
    last.purpose === purpose &&
    isSame(last.model, model) &&
    isSameList(last.missing, missing) &&
    isSameList(last.ignored, ignored)
  )
    return last.json;
  const head = JSON.stringify({ model, cutoffAt: periodLabel(grid, cutoff), ...notesOf(answer) });
  const json = `${head.slice(1, -1)},"forecasts":[`;
  if (heads.size >= headsMax) heads.clear();
  heads.set(model.arm, { cutoff, model, missing, ignored, degraded, purpose, json });
  sharedHeads.set(grid, heads);
  return json;
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

function isSame(a: ForecastAnswer['model'], b: ForecastAnswer['model']): boolean {
  return a.version === b.version && a.arm === b.arm && a.name === b.name;
}

/** What series of an answer have in common. */
export interface Templates {
  /** For series of one cutoff: that, and the text before each mean. */
  ofCutoff(cutoff: number): { readonly cutoffAt: string; readonly steps: readonly string[] };
  /** A period, as people write it, in quotes. */
  label(period: number): string;
  /** The text before each quantile. */
  readonly keys: readonly string[];
}

export function templatesOf(answer: ForecastAnswer): Templates {
  return {
    ofCutoff: periodLabels(answer, {
      cutoff: (label) => `"cutoffAt":${JSON.stringify(label)},`,
      step: (label) => `{"timestamp":${JSON.stringify(label)},"mean":`,
    }),
    label: (period) => JSON.stringify(periodLabel(answer.grid, period)),
    keys: answer.levels.map((level, l) => `${l === 0 ? '' : ','}${JSON.stringify(String(level))}:`),
  };
}

export function seriesJson(forecast: AnsweredForecast, { ofCutoff, label, keys }: Templates): string {
  const { prediction, reason, ended, silent, unfinished, overrides, model } = forecast;
  const { mean, quantiles } = prediction;
  const { cutoffAt, steps } = ofCutoff(prediction.cutoff);
  let out = `{"series":${JSON.stringify(prediction.seriesId)},"predictionId":${JSON.stringify(prediction.id)},`;
  out += `${cutoffAt}"source":${JSON.stringify(prediction.source)},`;
  if (reason) out += `"reason":${JSON.stringify(reason)},`;
  if (ended) out += '"ended":true,';
  if (silent) out += '"silent":true,';
  if (unfinished !== undefined) out += `"unfinishedAt":${label(unfinished)},`;
  if (model) out += `"model":${JSON.stringify(model)},`;
  out += '"steps":[';
  for (let k = 0; k < steps.length; k++) {
    out += `${k === 0 ? '' : ','}${steps[k] as string}${mean[k] as number},"quantiles":{`;
    for (let l = 0; l < keys.length; l++)
      out += (keys[l] as string) + (quantiles[l * steps.length + k] as number);
    const told =
      overrides === undefined ? undefined : stepOverride(overrides.get(prediction.cutoff + 1 + k)).override;
    out += told === undefined ? '}}' : `},"override":${JSON.stringify(told)}}`;
  }
  return `${out}]}`;
}

const plain = (label: string): string => label;

/** Labels of a cutoff and of the steps after it, each cutoff's made once, as most series of an answer have the same. */
function periodLabels(
  { grid, forecasts }: ForecastAnswer,
  as: { cutoff(label: string): string; step(label: string): string } = { cutoff: plain, step: plain },
): Templates['ofCutoff'] {
  const horizon = forecasts[0]?.prediction.mean.length ?? 0;
  const made = new Map<number, ReturnType<Templates['ofCutoff']>>();
  return (cutoff) => {
    const known = made.get(cutoff);
    if (known !== undefined) return known;
    const steps = Array.from({ length: horizon }, (_, k) => as.step(periodLabel(grid, cutoff + 1 + k)));
    const labels = { cutoffAt: as.cutoff(periodLabel(grid, cutoff)), steps };
    made.set(cutoff, labels);
    return labels;
  };
}
