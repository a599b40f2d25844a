// The chart of one series as a pure function: numbers in, a tree of SVG elements out. Colours are the page's.

import { shortNumber, ticksOf } from '../../../core/index.ts';

/** An element to be drawn: text is text, whatever it holds. */
export interface Shape {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (Shape | string)[];
}

export interface ChartData {
  /** Says what is drawn, for those who cannot see it. */
  readonly title: string;
  /** Oldest first; NaN = unknown, which leaves a gap in the line. */
  readonly history: { readonly timestamps: readonly string[]; readonly values: ArrayLike<number> };
  readonly forecast: {
    readonly timestamps: readonly string[];
    readonly mean: readonly number[];
    /** From the widest inward, each `low` and `high` of one value per step. */
    readonly bands: readonly {
      readonly name: string;
      readonly low: readonly number[];
      readonly high: readonly number[];
    }[];
  };
  /** Demand cannot be below zero: the axis then begins there. */
  readonly nonNegative: boolean;
}

const width = 860;
const height = 340;
const margin = { left: 56, right: 16, top: 12, bottom: 32 };
/** Labels on the time axis at most. */
const labelsMax = 7;

/** Cost: O(history + steps × bands). */
export function chartOf(data: ChartData): Shape {
  const { history, forecast } = data;
  const past = history.timestamps.length;
  const count = past + forecast.timestamps.length;
  const ticks = ticksOf(...rangeOf(data));
  const [low, high] = [ticks[0] as number, ticks.at(-1) as number];
  const x = (i: number): number =>
    rounded(margin.left + ((i + 0.5) / Math.max(1, count)) * (width - margin.left - margin.right));
  const y = (value: number): number =>
    rounded(height - margin.bottom - ((value - low) / (high - low)) * (height - margin.top - margin.bottom));
  const known = Array.from({ length: past }, (_, i) => [i, history.values[i] as number] as const);
  const ahead = forecast.mean.map((value, k) => [past + k, value] as const);
  const lastKnown = known.findLast(([, value]) => Number.isFinite(value));
  const place = ([i, value]: readonly [number, number]): string => `${x(i)} ${y(value)}`;
  return shape('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', class: 'chart' }, [
    shape('title', {}, [data.title]),
    ...ticks.map((tick) => gridLine(tick, y(tick))),
    ...timeLabels([...history.timestamps, ...forecast.timestamps], x),
    ...forecast.bands.map((band, b) =>
      shape('path', { class: `band band-${b}`, d: bandPath(band, past, place) }, [
        shape('title', {}, [band.name]),
      ]),
    ),
    shape('path', { class: 'history', d: linePath(known, place) }),
    shape('path', { class: 'forecast', d: linePath(lastKnown ? [lastKnown, ...ahead] : ahead, place) }),
    ...lonePoints(known).map(([i, value]) =>
      shape('circle', { class: 'point', cx: x(i), cy: y(value), r: 2 }),
    ),
    shape('line', {
      class: 'cutoff',
      x1: rounded((x(past - 1) + x(past)) / 2),
      x2: rounded((x(past - 1) + x(past)) / 2),
      y1: margin.top,
      y2: height - margin.bottom,
    }),
  ]);
}

function shape(tag: string, attributes: Shape['attributes'], children: Shape['children'] = []): Shape {
  return { tag, attributes, children };
}

/** Smallest and largest value drawn. */
function rangeOf({ history, forecast, nonNegative }: ChartData): [number, number] {
  let [low, high] = nonNegative ? [0, 0] : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const lists = [history.values, forecast.mean, ...forecast.bands.flatMap((band) => [band.low, band.high])];
  for (const list of lists)
    for (const value of Array.from(list)) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  return low <= high ? [low, high] : [0, 1];
}

function gridLine(value: number, at: number): Shape {
  return shape('g', { class: 'grid' }, [
    shape('line', { x1: margin.left, x2: width - margin.right, y1: at, y2: at }),
    shape('text', { x: margin.left - 8, y: at + 4, 'text-anchor': 'end' }, [shortNumber(value)]),
  ]);
}

/** Some of the periods, evenly spread and far enough apart to be read. */
function timeLabels(timestamps: readonly string[], x: (i: number) => number): Shape[] {
  const every = Math.max(1, Math.ceil(timestamps.length / labelsMax));
  return timestamps.flatMap((timestamp, i) =>
    i % every === 0 && i + every / 2 <= timestamps.length
      ? [shape('text', { class: 'time', x: x(i), y: height - 10, 'text-anchor': 'middle' }, [timestamp])]
      : [],
  );
}

type Point = readonly [number, number];

/** A line through the known values; an unknown one breaks it. */
function linePath(points: readonly Point[], place: (point: Point) => string): string {
  let path = '';
  let drawing = false;
  for (const point of points) {
    const isKnown = Number.isFinite(point[1]);
    if (isKnown) path += `${drawing ? 'L' : 'M'}${place(point)}`;
    drawing = isKnown;
  }
  return path;
}

/** Known values without a known neighbour: no line shows them. */
function lonePoints(points: readonly Point[]): readonly Point[] {
  const isKnown = (i: number): boolean => Number.isFinite(points[i]?.[1] ?? Number.NaN);
  return points.filter((_, i) => isKnown(i) && !isKnown(i - 1) && !isKnown(i + 1));
}

function bandPath(
  { low, high }: { readonly low: readonly number[]; readonly high: readonly number[] },
  from: number,
  place: (point: Point) => string,
): string {
  const there = high.map((value, k) => place([from + k, value]));
  const back = low.map((value, k) => place([from + k, value])).reverse();
  return there.length === 0 ? '' : `M${[...there, ...back].join('L')}Z`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
