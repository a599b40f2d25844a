// Draws the tree of a chart.

import { createElement, type ReactNode } from 'react';
import type { Shape } from '../charts/shape.ts';

export function Drawing({ of }: { of: Shape }): ReactNode {
  return drawn(of, 0);
}

function drawn({ tag, attributes, children }: Shape, key: number): ReactNode {
  const named = Object.entries(attributes).map(([name, value]) => [propOf(name), value]);
  const inside = children.map((child, i) => (typeof child === 'string' ? child : drawn(child, i)));
  return createElement(tag, { key, ...Object.fromEntries(named) }, ...inside);
}

/** As React calls it. */
function propOf(name: string): string {
  if (name === 'class') return 'className';
  return name.startsWith('aria-')
    ? name
    : name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
