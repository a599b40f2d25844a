// A drawing as a tree of SVG elements: charts make it, `parts/chart.tsx` shows it, tests write it to files that one can look at.

export interface Shape {
  readonly tag: string;
  /** Classes give colours; sizes and places are numbers. */
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (Shape | string)[];
}

export function shape(
  tag: string,
  attributes: Shape['attributes'] = {},
  children: Shape['children'] = [],
): Shape {
  return { tag, attributes, children };
}

/** To a tenth of a pixel: no eye sees more, and addresses of points stay short. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** SVG as text; whatever texts hold is text. */
export function svgText({ tag, attributes, children }: Shape): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`);
  const inside = children.map((child) => (typeof child === 'string' ? escaped(child) : svgText(child)));
  return `<${tag}${written.join('')}>${inside.join('')}</${tag}>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
