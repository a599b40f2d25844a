// Two distributions side by side: for each bin or level, the share that each of them has there.

import { frameOf } from './frame.ts';
import type { Size } from './line-chart.ts';
import { rounded, type Shape, shape } from './shape.ts';

export interface PairedBarsData {
  readonly title: string;
  /** Of bins or levels. */
  readonly labels: readonly string[];
  /** The first is the left one; `look` is a class of the styles. */
  readonly sides: readonly {
    readonly name: string;
    readonly look: string;
    readonly values: readonly number[];
  }[];
  readonly write: (value: number) => string;
}

/** Room between two pairs, of that of one. */
const gap = 0.25;
const widthMax = 32;

/** Cost: O(labels × sides). */
export function pairedBars({ title, labels, sides, write }: PairedBarsData, { width, height }: Size): Shape {
  const high = Math.max(0, ...sides.flatMap(({ values }) => values));
  const legend = sides.map(({ name, look }) => ({ name, look }));
  const { x, y, draw } = frameOf({ title, width, height, labels, low: 0, high, write, legend });
  const room = (labels.length > 1 ? x(1) - x(0) : width / 4) * (1 - gap);
  const thick = rounded(Math.min(widthMax, room / Math.max(1, sides.length)));
  const left = (thick * sides.length) / 2;
  const bars = sides.flatMap(({ name, look, values }, k) =>
    labels.flatMap((label, i) => {
      const value = values[i] ?? 0;
      if (!(value > 0)) return [];
      const place = { x: rounded(x(i) - left + k * thick), y: y(value), width: thick };
      return [
        shape('rect', { class: `part ${look}`, ...place, height: rounded(y(0) - y(value)) }, [
          shape('title', {}, [`${label}: ${name} ${write(value)}`]),
        ]),
      ];
    }),
  );
  return draw(bars);
}
