// What charts over periods share: the places of periods and values, the grid, the labels of both axes, and the legend.

import { scaleLinear } from 'd3-scale';
import { rounded, type Shape, shape } from './shape.ts';

export interface FrameOptions {
  /** Says what is drawn, for those who cannot see it. */
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** Names of the periods, oldest first. */
  readonly labels: readonly string[];
  /** What is drawn lies between these. */
  readonly low: number;
  readonly high: number;
  /** How a value is written beside the axis. */
  readonly write: (value: number) => string;
  readonly legend: readonly { readonly name: string; readonly look: string }[];
}

export interface Frame {
  readonly x: (index: number) => number;
  readonly y: (value: number) => number;
  /** Around what is drawn by the callers. */
  readonly draw: (shapes: readonly Shape[]) => Shape;
}

const margin = { left: 48, right: 12, top: 8, bottom: 24 };
const legendHeight = 20;
/** A label of the time axis takes about so much room. */
const labelWidth = 92;
const letterWidth = 7.2;

export function frameOf(options: FrameOptions): Frame {
  const { title, width, height, labels, low, high, write, legend } = options;
  const top = margin.top + (legend.length > 0 ? legendHeight : 0);
  const bottom = height - margin.bottom;
  const value = scaleLinear()
    .domain(isWide(low, high) ? [low, high] : [low - 1, low + 1])
    .nice(5)
    .range([bottom, top]);
  const room = width - margin.left - margin.right;
  const x = (index: number): number =>
    rounded(margin.left + ((index + 0.5) / Math.max(1, labels.length)) * room);
  const y = (of: number): number => rounded(value(of));
  const draw = (shapes: readonly Shape[]): Shape =>
    shape(
      'svg',
      {
        viewBox: `0 0 ${width} ${height}`,
        width,
        height,
        role: 'img',
        'aria-label': title,
        class: 'drawing',
      },
      [
        ...value.ticks(5).flatMap((tick) => gridLine({ tick, y: y(tick), width, write })),
        ...timeLabels(labels, { x, width, height }),
        ...shapes,
        ...legendOf(legend, width),
      ],
    );
  return { x, y, draw };
}

/** Far enough apart to be told apart on an axis. */
function isWide(low: number, high: number): boolean {
  return high - low > Math.max(1e-200, Math.abs(low) * 1e-9, Math.abs(high) * 1e-9);
}

function gridLine(of: { tick: number; y: number; width: number; write: (value: number) => string }): Shape[] {
  const { tick, y, width, write } = of;
  return [
    shape('line', { class: 'grid', x1: margin.left, x2: width - margin.right, y1: y, y2: y }),
    shape('text', { class: 'label', x: margin.left - 6, y: y + 4, 'text-anchor': 'end' }, [write(tick)]),
  ];
}

function timeLabels(
  labels: readonly string[],
  { x, width, height }: { x: (index: number) => number; width: number; height: number },
): Shape[] {
  const places = Math.max(1, Math.floor((width - margin.left - margin.right) / labelWidth));
  const every = Math.max(1, Math.ceil(labels.length / places));
  return labels.flatMap((label, i) => {
    // From the middle of the first stretch on, so that none is cut off at the edge.
    if (i % every !== Math.floor(every / 2)) return [];
    const anchor =
      x(i) < margin.left + labelWidth / 2 ? 'start' : x(i) > width - labelWidth / 2 ? 'end' : 'middle';
    return [shape('text', { class: 'label', x: x(i), y: height - 6, 'text-anchor': anchor }, [label])];
  });
}

function legendOf(legend: FrameOptions['legend'], width: number): Shape[] {
  let left = margin.left;
  return legend.flatMap(({ name, look }) => {
    const needed = 22 + name.length * letterWidth;
    if (left + needed > width && left > margin.left) return [];
    const at = left;
    left += needed + 10;
    return [
      shape('rect', { class: `key ${look}`, x: at, y: 8, width: 14, height: 8, rx: 2 }),
      shape('text', { class: 'label', x: at + 20, y: 16 }, [name]),
    ];
  });
}
