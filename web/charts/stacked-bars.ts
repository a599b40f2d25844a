// Parts that add up to a whole, period by period: what is above zero is stacked upward, what is below downward.

import { frameOf } from './frame.ts';
import type { Size } from './line-chart.ts';
import { rounded, type Shape, shape } from './shape.ts';

export interface StackedBarsData {
  readonly title: string;
  readonly labels: readonly string[];
  /** From the one at zero outward; `look` is a class of the styles. */
  readonly parts: readonly {
    readonly name: string;
    readonly look: string;
    readonly values: readonly number[];
  }[];
  /** The whole of each period, drawn over the bars. */
  readonly whole: { readonly name: string; readonly look: string; readonly values: readonly number[] };
  readonly write: (value: number) => string;
}

/** Room between two bars, of that of one. */
const gap = 0.25;

/** Cost: O(periods × parts). */
export function stackedBars(
  { title, labels, parts, whole, write }: StackedBarsData,
  { width, height }: Size,
): Shape {
  const above = labels.map((_, i) => sumOf(parts, i, 1));
  const below = labels.map((_, i) => sumOf(parts, i, -1));
  const low = Math.min(0, ...below, ...whole.values);
  const high = Math.max(0, ...above, ...whole.values);
  const legend = [...parts, whole].map(({ name, look }) => ({ name, look }));
  const { x, y, draw } = frameOf({ title, width, height, labels, low, high, write, legend });
  const room = labels.length > 1 ? x(1) - x(0) : width / 4;
  const thick = rounded(Math.min(40, room * (1 - gap)));
  const up = labels.map(() => 0);
  const down = labels.map(() => 0);
  const bars = parts.flatMap(({ name, look, values }) =>
    values.flatMap((value, i) => {
      if (value === 0 || !Number.isFinite(value)) return [];
      const stack = value > 0 ? up : down;
      const from = stack[i] as number;
      stack[i] = from + value;
      const [top, bottom] = [y(Math.max(from, from + value)), y(Math.min(from, from + value))];
      const place = { x: rounded(x(i) - thick / 2), y: top, width: thick, height: rounded(bottom - top) };
      return [
        shape('rect', { class: `part ${look}`, ...place }, [
          shape('title', {}, [`${labels[i]}: ${name} ${write(value)}`]),
        ]),
      ];
    }),
  );
  const steps = whole.values.map((value, i) =>
    shape(
      'line',
      {
        class: `whole ${whole.look}`,
        x1: rounded(x(i) - thick / 2),
        x2: rounded(x(i) + thick / 2),
        y1: y(value),
        y2: y(value),
      },
      [shape('title', {}, [`${labels[i]}: ${whole.name} ${write(value)}`])],
    ),
  );
  return draw([...bars, ...steps]);
}

function sumOf(parts: StackedBarsData['parts'], i: number, sign: 1 | -1): number {
  return parts.reduce((sum, { values }) => sum + sign * Math.max(0, sign * (values[i] ?? 0)), 0);
}
