// Pictures of a profile as pure functions: numbers in, SVG out. They stretch to the width they are given, so that text stands beside
// them as text, at its own size on every screen.

import { element, type Markup, markups, shortNumber, ticksOf } from '../../../core/index.ts';
import { adiCut, cv2Cut } from '../../../forecasting/evaluate/index.ts';
import type { DataProfile, SeriesPicture } from '../../../services/data/index.ts';

interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/** A line from left to right over time, filled down to zero. Of few points each is a step. */
export function timeChart(of: {
  readonly title: string;
  readonly line: Line;
  /** Of the first point, of one in the middle, and of the last. */
  readonly labels: readonly string[];
  /** The last point is not whole: it is drawn apart. */
  readonly isOpenEnded: boolean;
}): Markup {
  const { values } = of.line;
  const [low, high] = rangeOf(values);
  const ticks = ticksOf(low, high);
  const place = placer(ticks, values.length);
  const whole = of.isOpenEnded ? values.slice(0, -1) : values;
  const last = of.isOpenEnded ? values.at(-1) : null;
  return figure(of.title, ticks, of.labels, [
    element('path', { class: 'fill', d: areaPath(whole, place) }),
    element('path', { class: 'line', d: linePath(whole, place) }),
    last === null || last === undefined
      ? null
      : element('path', { class: 'open', d: `M${place(values.length - 1, last)}h0` }),
  ]);
}

/** Which share of the demand the largest series have. */
export function shareChart(title: string, curve: readonly number[]): Markup {
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const place = (i: number, share: number): string =>
    `${rounded((100 * i) / (curve.length - 1))} ${rounded(100 * (1 - share))}`;
  return figure(
    title,
    ticks,
    ['none of the series', 'half of them', 'all'],
    [
      element('path', { class: 'even', d: 'M0 100L100 0' }),
      element('path', { class: 'line', d: linePath(curve, place) }),
    ],
    (tick) => `${100 * tick} %`,
  );
}

/** Interval between demands (to the right) and variation of their sizes (upwards), both by ratio, with the borders of the classes. */
export function kindsChart(title: string, kinds: DataProfile['kinds']): Markup {
  const x = (adi: number): number => within(100 * (Math.log(Math.max(1, adi)) / Math.log(adiMax)));
  const y = (cv2: number): number => within(100 - 100 * (Math.sqrt(cv2) / Math.sqrt(cv2Max)));
  const dots = kinds.map(({ adi, cv2 }) => `M${rounded(x(adi))} ${rounded(y(cv2))}h0`);
  const border = { x: rounded(x(adiCut)), y: rounded(y(cv2Cut)) };
  const names = [
    ['erratic', 'left top'],
    ['lumpy', 'right top'],
    ['smooth', 'left bottom'],
    ['intermittent', 'right bottom'],
  ] as const;
  return element(
    'div',
    { class: 'chart kinds' },
    element(
      'div',
      { class: 'plot' },
      svg(title, [
        element('path', { class: 'even', d: `M${border.x} 0V100M0 ${border.y}H100` }),
        element('path', { class: 'dots', d: dots.join('') }),
      ]),
      ...names.map(([name, where]) =>
        element('span', { class: `corner ${where}`, 'aria-hidden': 'true' }, name),
      ),
    ),
    element(
      'div',
      { class: 'times' },
      element('span', {}, 'sells every period'),
      element('span', {}, `every ${adiMax} periods or more rarely →`),
    ),
  );
}

const adiMax = 30;
const cv2Max = 6;

/** One history, small. */
export function sparkline(picture: SeriesPicture, title: string): Markup {
  const { values, mark } = picture;
  const [low, high] = rangeOf(values);
  const ticks = [low, high > low ? high : low + 1];
  const place = placer(ticks, values.length);
  const zero = rounded(100 - (100 * (0 - low)) / ((ticks[1] as number) - low));
  const marked = mark === null ? null : values[mark];
  return svg(title, [
    element('path', { class: 'zero', d: `M0 ${zero}H100` }),
    element('path', { class: 'line', d: linePath(values, place) }),
    element('path', { class: 'dots', d: lonePoints(values, place) }),
    marked === null || marked === undefined
      ? null
      : element('path', { class: 'open', d: `M${place(mark as number, marked)}h0` }),
  ]);
}

function figure(
  title: string,
  ticks: readonly number[],
  labels: readonly string[],
  shapes: readonly (Markup | null)[],
  tickText: (tick: number) => string = shortNumber,
): Markup {
  const [low, high] = [ticks[0] as number, ticks.at(-1) as number];
  const top = (tick: number): number => rounded(100 - (100 * (tick - low)) / (high - low));
  return element(
    'div',
    { class: 'chart' },
    element(
      'div',
      { class: 'ticks', 'aria-hidden': 'true' },
      ...ticks.map((tick) => element('span', { style: `top:${top(tick)}%` }, tickText(tick))),
    ),
    element(
      'div',
      { class: 'plot' },
      svg(title, [
        element('path', { class: 'grid', d: ticks.map((tick) => `M0 ${top(tick)}H100`).join('') }),
        ...shapes,
      ]),
    ),
    element('div', { class: 'times' }, ...labels.map((label) => element('span', {}, label))),
  );
}

function svg(title: string, shapes: readonly (Markup | null)[]): Markup {
  return element(
    'svg',
    { viewBox: '0 0 100 100', preserveAspectRatio: 'none', role: 'img', 'aria-label': title },
    markups(shapes),
  );
}

type Place = (i: number, value: number) => string;

function placer(ticks: readonly number[], points: number): Place {
  const [low, high] = [ticks[0] as number, ticks.at(-1) as number];
  return (i, value) =>
    `${rounded(points < 2 ? 50 : (100 * i) / (points - 1))} ${rounded(100 - (100 * (value - low)) / (high - low))}`;
}

/** From zero, or below it where demand is. */
function rangeOf(values: readonly (number | null)[]): [number, number] {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (value === null) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** A line through what is known; the unknown breaks it. */
function linePath(values: readonly (number | null)[], place: Place): string {
  let path = '';
  let drawing = false;
  for (const [i, value] of values.entries()) {
    if (value !== null) path += `${drawing ? 'L' : 'M'}${place(i, value)}`;
    drawing = value !== null;
  }
  return path;
}

/** What is known between two unknown ones: no line shows it. */
function lonePoints(values: readonly (number | null)[], place: Place): string {
  const isKnown = (i: number): boolean => values[i] !== null && values[i] !== undefined;
  return values
    .map((value, i) => (value !== null && !isKnown(i - 1) && !isKnown(i + 1) ? `M${place(i, value)}h0` : ''))
    .join('');
}

function areaPath(values: readonly (number | null)[], place: Place): string {
  if (values.length < 2) return '';
  const first = place(0, 0);
  const last = place(values.length - 1, 0);
  return `M${first}${values.map((value, i) => `L${place(i, value ?? 0)}`).join('')}L${last}Z`;
}

function within(share: number): number {
  return Math.min(99, Math.max(1, share));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
