// The schema read as plain JSON Schema: finding the part that governs a path, and saying in words what it expects.

/** The keywords that `schema.ts` uses. */
export interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly default?: unknown;
  /** The default in words, where it depends on something. */
  readonly defaultNote?: string;
  readonly description?: string;
  /** Printed as dots, never in the clear. */
  readonly secret?: boolean;
}

/** The node that governs `path`, or undefined when the schema has no such setting. */
export function nodeAt(root: SchemaNode, path: readonly string[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  for (const key of path) {
    if (node === undefined) return undefined;
    node = childNode(node, key);
  }
  return node;
}

function childNode(node: SchemaNode, key: string): SchemaNode | undefined {
  if (node.properties !== undefined && Object.hasOwn(node.properties, key)) return node.properties[key];
  if (node.patternProperties !== undefined) return Object.values(node.patternProperties)[0];
  if (node.items !== undefined && /^\d+$/.test(key)) return node.items;
  for (const option of node.anyOf ?? []) {
    const child = childNode(option, key);
    if (child !== undefined) return child;
  }
  return undefined;
}

/** What a value must be, in words that fit after "expected": "a whole number from 0 to 65535". */
export function expectation(node: SchemaNode): string {
  if (node.anyOf !== undefined) return node.anyOf.map(expectation).join(', or ');
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return `one of ${node.enum.map(word).join(', ')}`;
  switch (node.type) {
    case 'integer':
      return `a whole number${range(node)}`;
    case 'number':
      return `a number${range(node)}`;
    case 'boolean':
      return 'true or false';
    case 'string':
      return node.maxLength === 1 ? 'one character' : 'a text that is not empty';
    case 'null':
      return 'null';
    case 'array':
      return `a list${items(node)}, each ${expectation(node.items ?? {})}`;
    default:
      return 'an object with settings';
  }
}

/** Quoted where it could be lost among others. */
function word(text: string): string {
  return /^[\w-]+$/.test(text) ? text : JSON.stringify(text);
}

function range(node: SchemaNode): string {
  if (node.exclusiveMinimum !== undefined && node.exclusiveMaximum !== undefined)
    return ` between ${node.exclusiveMinimum} and ${node.exclusiveMaximum}`;
  if (node.minimum !== undefined && node.maximum !== undefined)
    return ` from ${node.minimum} to ${node.maximum}`;
  if (node.minimum !== undefined) return ` of ${node.minimum} or more`;
  return '';
}

function items(node: SchemaNode): string {
  if (node.minItems !== undefined && node.maxItems !== undefined)
    return ` of ${node.minItems} to ${node.maxItems} items`;
  if (node.minItems !== undefined) return ` of ${node.minItems} or more items`;
  if (node.maxItems !== undefined) return ` of at most ${node.maxItems} items`;
  return '';
}
