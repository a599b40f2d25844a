// YAML of strangers, within bounds: size, depth, aliases, one value per key.

import { AppError } from '../../core/index.ts';

/** The longest contracts of real life have some ten thousand lines. */
const contractBytesMax = 1024 * 1024;
const depthMax = 64;
/** Nodes that aliases may multiply to: enough for shared descriptions, not for a bomb. */
const aliasesMax = 100;

/**
 * The value that a YAML (or JSON) text holds.
 * @throws AppError `contract/unreadable` naming line and reason
 */
export async function parseYaml(text: string, name: string): Promise<unknown> {
  if (Buffer.byteLength(text) > contractBytesMax)
    throw unreadable(`${name} is larger than ${contractBytesMax} bytes`);
  const deep = tooDeepAt(text);
  if (deep !== null) throw unreadable(`${name}:${deep}: nested deeper than ${depthMax} levels`);
  const { isAlias, isNode, isScalar, parseAllDocuments, visit } = await import('yaml');
  const [document, second] = parseAllDocuments(text, {
    // Asked below: the parser compares every key with every other one.
    uniqueKeys: false,
    merge: false,
    schema: 'core',
    prettyErrors: true,
    logLevel: 'silent',
  });
  if (document === undefined) throw unreadable(`${name} is empty`);
  if (second !== undefined) throw unreadable(`${name} holds more than one document`);
  const [error] = document.errors;
  if (error !== undefined) throw unreadable(`${name}:${placeOf(error)}: ${firstLine(error.message)}`);
  const repeated: { key: string; at: number }[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const node = isAlias(key) ? key.resolve(document) : key;
        // What is no scalar becomes a text of its own, by which it would hide another.
        const name = isScalar(node) ? String(node.value) : String(key);
        if (seen.has(name)) repeated.push({ key: name, at: isNode(key) ? (key.range?.[0] ?? 0) : 0 });
        seen.add(name);
      }
      return repeated.length > 0 ? visit.BREAK : undefined;
    },
  });
  const [twice] = repeated;
  if (twice !== undefined)
    throw unreadable(
      `${name}:${lineAt(text, twice.at)}: the key ${JSON.stringify(twice.key.slice(0, 80))} is there twice`,
    );
  try {
    const value: unknown = document.toJS({ maxAliasCount: aliasesMax });
    if (value === null || value === undefined) throw unreadable(`${name} is empty`);
    return value;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const reason = cause instanceof Error ? firstLine(cause.message) : '';
    throw unreadable(`${name} cannot be unfolded: ${reason}`);
  }
}

function unreadable(message: string): AppError {
  return new AppError('contract/unreadable', message);
}

/** The line at which brackets or indentation go deeper than anything a person writes; null when none does. */
function tooDeepAt(text: string): number | null {
  let open = 0;
  let line = 1;
  const indents: number[] = [];
  for (const content of text.split('\n')) {
    for (const letter of content)
      if (letter === '[' || letter === '{') open += 1;
      else if ((letter === ']' || letter === '}') && open > 0) open -= 1;
    const indent = content.search(/[^ ]/);
    if (indent >= 0) {
      while (indents.length > 0 && (indents.at(-1) as number) >= indent) indents.pop();
      indents.push(indent);
    }
    // `- - - -` nests without indentation.
    const dashes = /^(?:- )+/.exec(content.trimStart())?.[0].length ?? 0;
    if (open > depthMax || indents.length + dashes / 2 > depthMax) return line;
    line += 1;
  }
  return null;
}

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line += 1;
  return line;
}

function placeOf(error: { linePos?: readonly { line: number }[] | undefined }): number {
  return error.linePos?.[0]?.line ?? 1;
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
}
