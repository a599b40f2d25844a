// Models that are fitted to one series as ONNX graphs: states in, forecasts out. Double precision, as the models themselves.

import { AppError } from '../../core/index.ts';
import { stateLayouts } from '../models/index.ts';
import { elementTypes, type ValueInfo } from './model.ts';
import { StateDraft } from './state-draft.ts';
import { writeOnnx } from './write.ts';

export interface StateGraphOptions {
  /** Catalog name. */
  readonly model: string;
  /** One of the states that the graph is for: all of one graph have its length and its season. */
  readonly like: Float64Array;
  readonly horizon: number;
  /** Demand cannot be negative: forecasts are cut at 0. */
  readonly nonNegative: boolean;
}

interface Shape {
  readonly stateSize: number;
  /** Periods per cycle; 1 = none. */
  readonly season: number;
  readonly horizon: number;
}

/** Adds what computes the forecasts, shape [series × horizon], and returns its name. */
type Write = (graph: StateDraft, shape: Shape) => string;

/**
 * A file with input `state` [series × size] and output `mean` [series × horizon], both double.
 * @throws AppError `onnx/not-exportable` for a model whose forecast is not written as a graph here
 */
export function stateModelFile({ model, like, horizon, nonNegative }: StateGraphOptions): Uint8Array {
  const graph = new StateDraft(horizon);
  const members = membersOf(model, like);
  const forecasts = members.map(({ write, from, stateSize, season }) =>
    graph.within(from, from + stateSize, () => write(graph, { stateSize, season, horizon })),
  );
  const total = forecasts.reduce((sum, forecast) => graph.add('Add', [sum, forecast]));
  const mean = members.length === 1 ? total : graph.add('Div', [total, graph.double(members.length)]);
  graph.output('mean', nonNegative ? graph.add('Max', [mean, graph.double(0)]) : mean);
  return writeOnnx({
    name: `almanac_${model.replaceAll(/[^a-z0-9]/g, '_')}`,
    opsets: [{ domain: '', version: 15 }],
    inputs: [double('state', ['series', like.length])],
    outputs: [double('mean', ['series', horizon])],
    nodes: graph.nodes,
    constants: graph.constants,
    metadata: { model },
  });
}

interface Member {
  readonly write: Write;
  /** Where its state begins within the whole. */
  readonly from: number;
  readonly stateSize: number;
  readonly season: number;
}

/** The models of a pool, or the one there is. The state of a pool is, member by member, a length and that many numbers. */
function membersOf(model: string, like: Float64Array): Member[] {
  const names = model.split('+');
  let at = 0;
  return names.map((name) => {
    const [base = ''] = name.split('@');
    const write = Object.hasOwn(writers, base) ? writers[base] : undefined;
    if (write === undefined) throw notExportable(name);
    const stateSize = names.length === 1 ? like.length : (like[at] as number);
    const from = names.length === 1 ? 0 : at + 1;
    at = from + stateSize;
    const hasSeason = write === ringMeans || write === smoothing || write === theta;
    // States with a season begin with it.
    return { write, from, stateSize, season: hasSeason ? (like[from + stateLayouts.ring.m] ?? 1) : 1 };
  });
}

function notExportable(model: string): AppError {
  const names = Object.keys(writers).join(', ');
  return new AppError(
    'onnx/not-exportable',
    `${model} is not written as a graph; these are, and pools of them: ${names}`,
    { details: { model } },
  );
}

/** Whether a model can be written as a graph. */
export function isStateModel(model: string): boolean {
  return model.split('+').every((name) => Object.hasOwn(writers, name.split('@')[0] ?? ''));
}

/** Equal for states that one graph can take: of the same lengths and seasons, member by member. */
export function stateShapeOf(model: string, state: Float64Array): string {
  return membersOf(model, state)
    .map(({ stateSize, season }) => `${stateSize}/${season}`)
    .join('+');
}

function double(name: string, shape: readonly (number | string)[]): ValueInfo {
  return { name, kind: 'tensor', elementType: elementTypes.DOUBLE, shape };
}

const lastValue: Write = (graph) => graph.everyStep(graph.column(0));

const nothing: Write = (graph) => graph.everyStep(graph.add('Mul', [graph.column(0), graph.double(0)]));

/** State: [observations, sum]. */
const meanDemand: Write = (graph) => {
  const count = graph.add('Max', [graph.column(0), graph.double(1)]);
  return graph.everyStep(graph.add('Div', [graph.column(1), count]));
};

/** State: [periods since the first observation, first, last, periods since the last]. */
const drift: Write = (graph) => {
  const [age, first, last, silent] = [0, 1, 2, 3].map((at) => graph.column(at)) as [
    string,
    string,
    string,
    string,
  ];
  const span = graph.add('Sub', [age, silent]);
  const rise = graph.add('Sub', [last, first]);
  const slope = graph.add('Where', [
    graph.add('Greater', [span, graph.double(0)]),
    graph.add('Div', [rise, graph.add('Max', [span, graph.double(1)])]),
    graph.double(0),
  ]);
  const ahead = graph.add('Add', [silent, graph.steps()]);
  return graph.add('Add', [last, graph.add('Mul', [slope, ahead])]);
};

/** Means phase by phase; a phase without an observation takes the mean of all, or the last value. */
const ringMeans: Write = (graph, { stateSize, season: m }) => {
  const { ring, next, last } = stateLayouts.ring;
  const length = stateSize - ring;
  const values = graph.columns(ring, stateSize);
  const unknown = graph.add('IsNaN', [values]);
  const known = graph.add('Where', [unknown, graph.double(0), values]);
  const ones = graph.add('Where', [unknown, graph.double(0), graph.double(1)]);
  const mean = (axes: string, shape: string, otherwise: string): string => {
    const sum = (part: string): string =>
      graph.add('ReduceSum', [graph.add('Reshape', [part, shape]), axes], { keepdims: { integer: 0 } });
    const seen = sum(ones);
    const ratio = graph.add('Div', [sum(known), graph.add('Max', [seen, graph.double(1)])]);
    return graph.add('Where', [graph.add('Greater', [seen, graph.double(0)]), ratio, otherwise]);
  };
  const overall = mean(graph.integers(2), graph.integers(-1, 1, length), graph.column(last));
  const phases = mean(graph.integers(1), graph.integers(-1, length / m, m), overall);
  return graph.around(phases, graph.column(next), m);
};

const smoothing: Write = (graph, { season: m, stateSize }) => {
  const at = stateLayouts.smoothing;
  const powers = graph.add('Pow', [graph.column(at.phi), graph.steps()]);
  const sums = graph.add('CumSum', [powers, graph.constant(BigInt64Array.of(1n), [])]);
  const line = graph.add('Add', [graph.column(at.level), graph.add('Mul', [graph.column(at.slope), sums])]);
  if (stateSize === at.indices) return line;
  const ring = graph.columns(at.indices + m, at.indices + 2 * m);
  return graph.seasoned(line, graph.around(ring, graph.column(at.phase), m), graph.column(at.kind));
};

/** The recursion step by step, each forecast taken as the next observation. */
const theta: Write = (graph, { season: m, stateSize, horizon }) => {
  const at = stateLayouts.theta;
  const times = (a: string, b: string): string => graph.add('Mul', [a, b]);
  const plus = (a: string, b: string): string => graph.add('Add', [a, b]);
  const minus = (a: string, b: string): string => graph.add('Sub', [a, b]);
  const one = graph.double(1);
  const alpha = graph.column(at.alpha);
  const rest = minus(one, alpha);
  let [level, mean, intercept] = [graph.column(at.level), graph.column(at.mean), graph.column(at.intercept)];
  let [slope, power, count] = [graph.column(at.slope), graph.column(at.power), graph.column(at.count)];
  const begun = graph.add('Greater', [count, graph.double(0)]);
  const steps: string[] = [];
  for (let h = 0; h < horizon; h++) {
    const carried = graph.add('Div', [times(slope, minus(one, times(power, rest))), alpha]);
    const y = plus(level, times(graph.column(at.trend), plus(times(intercept, power), carried)));
    steps.push(y);
    level = plus(times(alpha, y), times(rest, level));
    slope = nextSlope(graph, { slope, count, error: minus(y, mean) });
    const after = plus(count, one);
    mean = graph.add('Div', [plus(times(count, mean), y), after]);
    intercept = minus(
      mean,
      times(slope, graph.add('Mul', [plus(count, graph.double(2)), graph.double(0.5)])),
    );
    power = times(power, rest);
    count = after;
  }
  const line = graph.add('Concat', steps, { axis: { integer: 1 } });
  const seasoned =
    stateSize === at.indices
      ? line
      : graph.seasoned(
          line,
          graph.around(graph.columns(at.indices, at.indices + m), graph.column(at.phase), m),
          graph.column(at.kind),
        );
  return graph.add('Where', [begun, seasoned, graph.double(0)]);
};

/** Least squares slope after one more observation: the same update as the model's own. */
function nextSlope(
  graph: StateDraft,
  { slope, count, error }: { readonly slope: string; readonly count: string; readonly error: string },
): string {
  const one = graph.double(1);
  const after = graph.add('Add', [count, one]);
  const before = graph.add('Sub', [count, one]);
  const kept = graph.add('Mul', [before, slope]);
  const told = graph.add('Div', [graph.add('Mul', [error, graph.double(6)]), after]);
  return graph.add('Div', [graph.add('Add', [kept, told]), graph.add('Add', [count, graph.double(2)])]);
}

const crostonLike =
  (factor: number): Write =>
  (graph) => {
    const { size, gap, started } = stateLayouts.croston;
    const isOn = graph.equals(graph.column(started), 1);
    const divisor = graph.add('Where', [isOn, graph.column(gap), graph.double(1)]);
    const ratio = graph.add('Div', [graph.column(size), divisor]);
    const scaled = graph.add('Mul', [ratio, graph.double(factor)]);
    return graph.everyStep(graph.add('Where', [isOn, scaled, graph.double(0)]));
  };

const tsb: Write = (graph) => {
  const { chance, size } = stateLayouts.tsb;
  return graph.everyStep(graph.add('Mul', [graph.column(chance), graph.column(size)]));
};

const writers: Readonly<Record<string, Write>> = {
  naive: lastValue,
  zero: nothing,
  'mean-demand': meanDemand,
  drift,
  ma: ringMeans,
  snaive: ringMeans,
  'seasonal-average': ringMeans,
  ses: smoothing,
  holt: smoothing,
  damped: smoothing,
  ets: smoothing,
  theta,
  dotm: theta,
  croston: crostonLike(1),
  sba: crostonLike(0.95),
  tsb,
};
