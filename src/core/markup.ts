// HTML and SVG as text, for what leaves us as a file or a mail. What comes from data is a child or an attribute of `element`, and nothing else: no id is obeyed by a browser.

import { visibleText } from './visible-text.ts';

/** Text that is markup already: made here, never from data. */
export interface Markup {
  readonly markup: string;
}

const names: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** From anywhere, to be read and not obeyed; what is not seen is written out. */
function escaped(given: string): string {
  return visibleText(given.toWellFormed()).replace(/[&<>"']/g, (character) => names[character] as string);
}

/** An element. Strings among the children are texts. */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly (Markup | string)[]
): Markup {
  const said = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`);
  const inside = children.map((child) => (typeof child === 'string' ? escaped(child) : child.markup));
  return { markup: `<${tag}${said.join('')}>${inside.join('')}</${tag}>` };
}

/** Several, one after the other. */
export function markups(parts: readonly (Markup | null)[]): Markup {
  return { markup: parts.map((part) => part?.markup ?? '').join('\n') };
}

/** The id of a series, whatever is in it: cut when very long, and never turning around what stands beside it. */
export function keyMarkup(seriesId: string): Markup {
  const letters = [...seriesId.slice(0, 2 * keyMax + 2)];
  const isLong = letters.length > keyMax;
  const shown = isLong ? `${letters.slice(0, keyMax).join('')}…` : seriesId;
  return element('bdi', { class: 'key' }, shown === '' ? '(empty)' : shown);
}

const keyMax = 80;
