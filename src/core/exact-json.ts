// JSON without what JSON.parse loses: digits of whole numbers beyond 2^53, and the first of two members with one name. The
// usual parser does the work; what is here looks at the text beside it.

/** The source text of a number, where the engine gives it (Node 22, browsers of 2025). */
type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;
const rawJson = (JSON as { rawJSON?: (text: string) => unknown }).rawJSON;
const digits = /^-?\d+$/;

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const comma = 0x2c;

/**
 * As JSON.parse, but a whole number that a double rounds is the bigint of its digits. One written with an exponent, and every
 * one in an engine that does not give its digits, stays the rounded number: see `isRounded`.
 * @throws SyntaxError as JSON.parse
 * Cost: several times that of JSON.parse: for texts that hold such a number, which `isRounded` of a plain parse tells.
 */
export function parseExactJson(text: string): unknown {
  const revive: Reviver = (_key, value, context) =>
    isRounded(value) && context?.source !== undefined && digits.test(context.source)
      ? BigInt(context.source)
      : value;
  return JSON.parse(text, revive);
}

/** True for a whole number that may have been rounded. */
export function isRounded(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** The text of a value with bigints as the digits that they are; a number that may have been rounded has an exponent. */
export function exactJsonText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return rawJson === undefined ? String(item) : rawJson(String(item));
    return isRounded(item) && rawJson !== undefined ? rawJson(item.toExponential()) : item;
  });
}

/** Does an object of the text name a member twice? @param value what the text parses to. Cost: O(length) and O(values). */
export function repeatsKey(text: string, value: unknown): boolean {
  return colonsOf(text) !== keysOf(value);
}

/** The texts of the items of a list, each on one line. @param text that parses to a list */
export function itemTexts(text: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let from = 0;
  const end = (at: number): void => {
    const item = text.slice(from, at).trim();
    if (item !== '') items.push(oneLine(item));
    from = at + 1;
  };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) i = endOfString(text, i);
    else if (code === 0x5b || code === 0x7b) {
      if (depth === 0) from = i + 1;
      depth += 1;
    } else if (code === 0x5d || code === 0x7d) {
      depth -= 1;
      if (depth === 0) end(i);
    } else if (code === comma && depth === 1) end(i);
  }
  return items;
}

/** Line ends of valid JSON stand between its parts only. */
export function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

/** Of valid JSON: one for each member of an object. */
function colonsOf(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) i = endOfString(text, i);
    else if (code === colon) count += 1;
  }
  return count;
}

/** The place of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) === backslash) before -= 1;
    if ((at - before) % 2 === 1) return at;
  }
  return text.length;
}

function keysOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (typeof value[i] === 'object') count += keysOf(value[i]);
    return count;
  }
  const items = Object.values(value);
  for (let i = 0; i < items.length; i++) if (typeof items[i] === 'object') count += keysOf(items[i]);
  return count + items.length;
}
