// One version of a project's forecaster as a model of tensors. Of n series, h steps and l levels:
//
//   in:  series BYTES [n]; each column known ahead, optional: FP64 [n, h], BYTES for a category; NaN, '' = as planned in the data
//   out: mean FP64 [n, h]; quantiles FP64 [n, l, h]; timestamp BYTES [n, h]; level FP64 [n, l]; prediction_id, source BYTES [n]
//   parameters: horizon, quantiles (levels as '0.1, 0.9'), purpose, unit

import {
  AppError,
  type ForecastPurpose,
  forecastPurposes,
  isUnit,
  type Project,
  periodLabel,
  unitRule,
} from '../../core/index.ts';
import { holidayName } from '../data/index.ts';
import type { Asker, ForecastAnswer, ForecastRequest, Serving } from '../serving/index.ts';
import type { InferenceAsk, InferenceModel } from './model.ts';
import type { Tensor, TensorSpec } from './tensor.ts';

export interface ForecasterModelOptions {
  readonly project: Project;
  readonly version: string;
  /** Was this very version asked for? Else a request that says whom it is for is answered by the version of its unit. */
  readonly isNamed: boolean;
  readonly serving: Pick<Serving, 'answer'>;
  readonly breathe: () => Promise<void>;
  readonly onAnswer: (answer: ForecastAnswer) => void;
}

/** Series put into tensors between two breaths. */
const sliceSize = 1000;
/** Values of one answer at most: bounds its memory (64 MiB of FP64). */
const valuesMax = 8 * 1024 * 1024;

type Future = NonNullable<ForecastRequest['future']>;
type Cell = number | string | null;

export class ForecasterModel implements InferenceModel {
  readonly platform = 'almanac_forecaster';
  readonly outputs: readonly TensorSpec[] = [
    { name: 'mean', datatype: 'FP64', shape: [-1, -1] },
    { name: 'quantiles', datatype: 'FP64', shape: [-1, -1, -1] },
    { name: 'timestamp', datatype: 'BYTES', shape: [-1, -1] },
    { name: 'level', datatype: 'FP64', shape: [-1, -1] },
    { name: 'prediction_id', datatype: 'BYTES', shape: [-1] },
    { name: 'source', datatype: 'BYTES', shape: [-1] },
  ];
  readonly #options: ForecasterModelOptions;
  #version: string;

  constructor(options: ForecasterModelOptions) {
    this.#options = options;
    this.#version = options.version;
  }

  get name(): string {
    return this.#options.project.name;
  }

  /** Once it has answered, the one that did: an answer here is of one version. */
  get version(): string {
    return this.#version;
  }

  get inputs(): readonly TensorSpec[] {
    const { columns, calendar } = this.#options.project;
    const { known = [], categories = [] } = columns;
    const names = [...known, ...(calendar === undefined ? [] : [holidayName])];
    const isText = (name: string): boolean => name === holidayName || categories.includes(name);
    return [
      { name: 'series', datatype: 'BYTES', shape: [-1] },
      ...names
        .filter((name) => name !== 'series')
        .map((name): TensorSpec => {
          const datatype = isText(name) ? 'BYTES' : 'FP64';
          return { name, datatype, shape: [-1, -1], optional: true };
        }),
    ];
  }

  get parameters(): Readonly<Record<string, string>> {
    const { grid, horizonSteps, levels } = this.#options.project;
    return { frequency: grid.frequency, horizon: String(horizonSteps), quantiles: levels.join(', ') };
  }

  async infer(inputs: readonly Tensor[], ask: InferenceAsk): Promise<readonly Tensor[]> {
    const { project, serving, version, isNamed, breathe, onAnswer } = this.#options;
    const asked = seriesOf(inputs);
    const series = [...new Set(asked)];
    const request = { ...requestOf(ask), ...futureOf(inputs, asked), timeoutMs: ask.timeoutMs };
    const horizon = request.horizon ?? project.horizonSteps;
    const levels = (request.quantiles ?? project.levels).length;
    if (asked.length * horizon * Math.max(1, levels) > valuesMax)
      throw new AppError(
        'serving/request-too-large',
        `${asked.length} series × ${horizon} steps × ${levels} levels are more than the ${valuesMax} values of one answer: name the series in several requests`,
      );
    const answer = await serving.answer(
      project.name,
      { ...request, series },
      {
        ...askerOf(ask),
        ...(version === '0' || (!isNamed && request.unit !== undefined) ? {} : { version: Number(version) }),
      },
    );
    this.#version = String(answer.model.version);
    onAnswer(answer);
    const place = new Map(answer.forecasts.map(({ prediction }, i) => [prediction.seriesId, i]));
    const rows = asked.map((id) => place.get(id) as number);
    return tensorsOf(answer, {
      rows,
      wanted: new Set(ask.outputs ?? this.outputs.map(({ name }) => name)),
      breathe,
    });
  }
}

function askerOf({ requestId, isGone }: InferenceAsk): Asker {
  return { ...(requestId === undefined ? {} : { requestId }), ...(isGone === undefined ? {} : { isGone }) };
}

function seriesOf(inputs: readonly Tensor[]): readonly string[] {
  const series = inputs.find(({ name }) => name === 'series')?.data as readonly string[];
  if (series.length > 0) return series;
  throw invalid('"series" names no series: give one at least');
}

function requestOf({
  parameters = {},
}: InferenceAsk): Pick<ForecastRequest, 'horizon' | 'quantiles' | 'purpose' | 'unit'> {
  const { horizon, quantiles, purpose, unit } = parameters;
  return {
    ...(horizon === undefined ? {} : { horizon: numberOf('horizon', horizon) }),
    ...(quantiles === undefined
      ? {}
      : {
          quantiles: String(quantiles)
            .split(',')
            .map((text) => numberOf('quantiles', text)),
        }),
    ...(purpose === undefined ? {} : { purpose: purposeIn(purpose) }),
    ...(unit === undefined ? {} : { unit: unitIn(String(unit)) }),
  };
}

function unitIn(given: string): string {
  if (isUnit(given)) return given;
  throw invalid(
    `parameter unit is ${JSON.stringify(given).slice(0, 60)}: give 1 to ${unitRule.lengthMax} characters, none of control`,
  );
}

function purposeIn(given: string | number | boolean): ForecastPurpose {
  const found = forecastPurposes.find((purpose) => purpose === given);
  if (found !== undefined) return found;
  throw invalid(
    `parameter purpose is ${JSON.stringify(given).slice(0, 60)}: give ${forecastPurposes.join(' or ')}`,
  );
}

function numberOf(name: string, given: string | number | boolean): number {
  const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw invalid(`parameter ${name} is ${JSON.stringify(given).slice(0, 60)}: give numbers`);
}

/** Plans by series and column, from the inputs beside `series`. */
function futureOf(inputs: readonly Tensor[], asked: readonly string[]): { future?: Future } {
  const columns = inputs.filter(({ name }) => name !== 'series');
  if (columns.length === 0) return {};
  if (new Set(asked).size < asked.length)
    throw invalid('a series is named twice, and columns known ahead are given: name each series once');
  for (const { name, shape } of columns)
    if (shape[0] !== asked.length)
      throw invalid(`input "${name}" has ${shape[0]} rows: give one for each of the ${asked.length} series`);
  const future = asked.map((id, row) => [
    id,
    Object.fromEntries(columns.map((column) => [column.name, cellsOf(column, row)])),
  ]);
  return { future: Object.fromEntries(future) as Future };
}

function cellsOf({ data, shape }: Tensor, row: number): Cell[] {
  const steps = shape[1] as number;
  return Array.from({ length: steps }, (_, k) => {
    const value = data[row * steps + k] as number | string;
    return value === '' || (typeof value === 'number' && Number.isNaN(value)) ? null : value;
  });
}

async function tensorsOf(
  { forecasts, levels, grid }: ForecastAnswer,
  of: { rows: readonly number[]; wanted: ReadonlySet<string>; breathe: () => Promise<void> },
): Promise<Tensor[]> {
  const { rows, wanted, breathe } = of;
  const n = rows.length;
  const l = levels.length;
  const h = forecasts[0]?.prediction.mean.length ?? 0;
  const mean = new Float64Array(wanted.has('mean') ? n * h : 0);
  const quantiles = new Float64Array(wanted.has('quantiles') ? n * l * h : 0);
  for (const [i, row] of rows.entries()) {
    const { prediction } = forecasts[row] as ForecastAnswer['forecasts'][number];
    if (wanted.has('mean')) mean.set(prediction.mean, i * h);
    if (wanted.has('quantiles')) quantiles.set(prediction.quantiles, i * l * h);
    if (i % sliceSize === sliceSize - 1) await breathe();
  }
  const timestamps = (): string[] =>
    rows.flatMap((row) => {
      const cutoff = forecasts[row]?.prediction.cutoff ?? 0;
      return Array.from({ length: h }, (_, k) => periodLabel(grid, cutoff + 1 + k));
    });
  const repeated = <T>(values: readonly T[]): T[] =>
    Array.from({ length: n * values.length }, (_, i) => values[i % values.length] as T);
  const texts = (field: 'id' | 'source'): string[] =>
    rows.map((row) => forecasts[row]?.prediction[field] ?? '');
  const made: Readonly<Record<string, () => Omit<Tensor, 'name'>>> = {
    mean: () => ({ datatype: 'FP64', shape: [n, h], data: mean }),
    quantiles: () => ({ datatype: 'FP64', shape: [n, l, h], data: quantiles }),
    timestamp: () => ({ datatype: 'BYTES', shape: [n, h], data: timestamps() }),
    level: () => ({ datatype: 'FP64', shape: [n, l], data: Float64Array.from(repeated(levels)) }),
    prediction_id: () => ({ datatype: 'BYTES', shape: [n], data: texts('id') }),
    source: () => ({ datatype: 'BYTES', shape: [n], data: texts('source') }),
  };
  return Object.entries(made).flatMap(([name, make]) => (wanted.has(name) ? [{ name, ...make() }] : []));
}

function invalid(message: string): AppError {
  return new AppError('inference/invalid-tensor', message);
}
