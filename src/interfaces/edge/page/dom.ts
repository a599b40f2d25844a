// Elements of the page. Text only ever enters as text nodes and attributes: nothing here or elsewhere parses HTML.

import type { Shape } from './chart.ts';

const svgNamespace = 'http://www.w3.org/2000/svg';

/** The element of the page with this id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element #${id}`);
  return found as T;
}

/** A new element with its attributes and what is in it. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A chart as elements. */
export function drawn(shape: Shape): SVGElement {
  const made = document.createElementNS(svgNamespace, shape.tag);
  for (const [name, value] of Object.entries(shape.attributes)) made.setAttribute(name, String(value));
  for (const child of shape.children) made.append(typeof child === 'string' ? child : drawn(child));
  return made;
}

/** A row of cells; the first names the row. */
export function tableRow(cells: readonly string[]): HTMLTableRowElement {
  return element(
    'tr',
    {},
    ...cells.map((text, i) => (i === 0 ? element('th', { scope: 'row' }, text) : element('td', {}, text))),
  );
}

/** Offers text as a file to save. */
export function download(name: string, parts: readonly string[], type: string): void {
  const url = URL.createObjectURL(new Blob([...parts], { type }));
  element('a', { href: url, download: name }).click();
  // The browser has taken the data over by the next task.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
