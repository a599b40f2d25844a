// Lines and bands over periods: history and forecasts, demand over time, error by step.

import { area, line } from 'd3-shape';
import { frameOf } from './frame.ts';
import { rounded, type Shape, shape } from './shape.ts';

/** null = unknown, which leaves a gap. */
export type Values = readonly (number | null)[];

export interface LineChartData {
  readonly title: string;
  /** Names of the periods, oldest first. */
  readonly labels: readonly string[];
  /** From the one below to the one above; `look` is a class of the styles: `history`, `forecast`, `other`. */
  readonly lines: readonly { readonly name: string; readonly look: string; readonly values: Values }[];
  /** From the widest inward. */
  readonly bands?: readonly {
    readonly name: string;
    readonly look: string;
    readonly low: Values;
    readonly high: Values;
  }[];
  /** A line down at this period, as where the future begins. */
  readonly cutoff?: number;
  /** Periods that are pointed out, with what about. */
  readonly marks?: readonly { readonly index: number; readonly value: number; readonly name: string }[];
  readonly write: (value: number) => string;
  /** The axis begins at zero: demand cannot be below it. */
  readonly fromZero: boolean;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Cost: O(periods × (lines + bands)). */
export function lineChart(data: LineChartData, { width, height }: Size): Shape {
  const { title, labels, lines, bands = [], cutoff, marks = [], write } = data;
  const [low, high] = rangeOf(data);
  const legend =
    lines.length + bands.length < 2 ? [] : [...lines, ...bands].map(({ name, look }) => ({ name, look }));
  const { x, y, draw } = frameOf({ title, width, height, labels, low, high, write, legend });
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, i) => x(i))
    .y((value) => y(value as number))
    .digits(1);
  const between = area<number>()
    .defined((i) => i >= 0)
    .x((i) => x(i))
    .digits(1);
  return draw([
    ...bands.map(({ name, look, low: from, high: to }) => {
      const places = labels.map((_, i) => (isNumber(from[i]) && isNumber(to[i]) ? i : -1));
      const d = between.y0((i) => y(from[i] as number)).y1((i) => y(to[i] as number))(places) ?? '';
      return shape('path', { class: `band ${look}`, d }, [shape('title', {}, [name])]);
    }),
    ...(cutoff === undefined
      ? []
      : [shape('line', { class: 'cutoff', x1: x(cutoff), x2: x(cutoff), y1: y(high), y2: y(low) })]),
    ...lines.flatMap(({ name, look, values }) => [
      shape('path', { class: `line ${look}`, d: path([...values]) ?? '' }, [shape('title', {}, [name])]),
      ...lonePoints(values).map((i) =>
        shape('circle', { class: `point ${look}`, cx: x(i), cy: y(values[i] as number), r: 2 }),
      ),
    ]),
    ...marks.map(({ index, value, name }) =>
      shape('circle', { class: 'mark', cx: x(index), cy: y(value), r: 4 }, [shape('title', {}, [name])]),
    ),
  ]);
}

/** A line alone, small: beside a name in a list. */
export function sparkline(
  { title, values }: { title: string; values: Values },
  { width, height }: Size,
): Shape {
  const known = values.filter(isNumber);
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
  const x = (i: number): number => rounded(1 + (i / Math.max(1, values.length - 1)) * (width - 2));
  const y = (value: number): number =>
    rounded(height - 2 - ((value - low) / (high - low || 1)) * (height - 4));
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, i) => x(i))
    .y((value) => y(value as number))
    .digits(1);
  return shape(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': title, class: 'drawing' },
    [shape('path', { class: 'line history', d: path([...values]) ?? '' })],
  );
}

function rangeOf({ lines, bands = [], marks = [], fromZero }: LineChartData): [number, number] {
  const all = [
    ...lines.flatMap(({ values }) => values),
    ...bands.flatMap(({ low, high }) => [...low, ...high]),
    ...marks.map(({ value }) => value),
  ].filter(isNumber);
  let [low, high] = fromZero ? [0, 0] : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of all) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high >= low ? [low, high] : [0, 1];
}

/** Known values between unknown ones, of which a line shows nothing. */
function lonePoints(values: Values): number[] {
  return values.flatMap((value, i) =>
    isNumber(value) && !isNumber(values[i - 1]) && !isNumber(values[i + 1]) ? [i] : [],
  );
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
