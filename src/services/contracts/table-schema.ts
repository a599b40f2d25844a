// Import of Frictionless Table Schema, alone or inside a `datapackage.json`: constraints of fields as checks.

import { AppError, type ContractCheck, type ContractRules } from '../../core/index.ts';
import { requiredCheck, uniqueCheck, valueCheck, withUniqueIds } from './checks.ts';
import { isObject, listOf, numberIn, type Obj, recordsIn, textIn } from './fields.ts';
import { safePattern } from './safe-pattern.ts';

const knownConstraints = [
  'required',
  'unique',
  'minimum',
  'maximum',
  'pattern',
  'enum',
  'minLength',
  'maxLength',
];

/** Whether a document is one of Frictionless rather than of ODCS. */
export function isTableSchema(document: Obj): boolean {
  return document.kind === undefined && (Array.isArray(document.fields) || Array.isArray(document.resources));
}

/** @throws AppError `contract/unsupported` when no table of the package can be told */
export function readTableSchema(
  document: Obj,
  of: { readonly file: string; readonly object: string },
): ContractRules {
  const schema = schemaOf(document, of);
  const warnings: string[] = [];
  const words = Array.isArray(schema.missingValues) ? schema.missingValues.map(String) : [''];
  const checks = recordsIn(schema, 'fields').flatMap((field) => fieldChecks(field, { words, warnings }));
  const key =
    typeof schema.primaryKey === 'string' ? [schema.primaryKey] : listOf(schema.primaryKey).map(String);
  if (key.length > 0) checks.push(...key.map(requiredCheck), uniqueCheck(key, 'primaryKey'));
  if (listOf(schema.foreignKeys).length > 0)
    warnings.push('foreignKeys are not checked: they need the other table');
  return {
    file: of.file,
    id: textIn(document, 'id') ?? textIn(document, 'name') ?? '',
    version: textIn(document, 'version') ?? '',
    checks: withUniqueIds(checks),
    warnings,
  };
}

function schemaOf(document: Obj, { file, object }: { file: string; object: string }): Obj {
  if (Array.isArray(document.fields)) return document;
  const resources = recordsIn(document, 'resources').filter(({ schema }) => isObject(schema));
  const found = resources.length === 1 ? resources[0] : resources.find(({ name }) => name === object);
  if (found !== undefined) return found.schema as Obj;
  throw new AppError(
    'contract/unsupported',
    `${file} has ${resources.length} resources with a schema, and none is called ${JSON.stringify(object)}`,
  );
}

function fieldChecks(field: Obj, of: { words: readonly string[]; warnings: string[] }): ContractCheck[] {
  const name = textIn(field, 'name') ?? '';
  const constraints = isObject(field.constraints) ? field.constraints : {};
  for (const other of Object.keys(constraints).filter((each) => !knownConstraints.includes(each)))
    of.warnings.push(`fields.${name}.constraints has ${JSON.stringify(other)}, which is not used`);
  const checks: ContractCheck[] = [];
  const words = of.words.filter((word) => word !== '');
  if (constraints.required === true) {
    const required = requiredCheck(name);
    checks.push(words.length === 0 ? required : { ...required, rule: { kind: 'missing', words } });
  }
  if (constraints.unique === true) checks.push(uniqueCheck([name], `${name}.unique`));
  const pattern = textIn(constraints, 'pattern');
  const why = pattern === undefined ? null : safePattern(pattern);
  if (why !== null) of.warnings.push(`the pattern of ${name} is not checked: ${why}`);
  const values = Array.isArray(constraints.enum) ? constraints.enum.map(String) : undefined;
  const said = Object.entries({
    minimum: numberIn(constraints, 'minimum'),
    maximum: numberIn(constraints, 'maximum'),
    minLength: numberIn(constraints, 'minLength'),
    maxLength: numberIn(constraints, 'maxLength'),
    // A pattern of Table Schema is for the whole value.
    pattern: pattern === undefined || why !== null ? undefined : `^(?:${pattern})$`,
    values,
    integer: field.type === 'integer' ? true : undefined,
  }).filter(([, value]) => value !== undefined);
  if (said.length > 0) checks.push(valueCheck(`${name}.constraints`, name, Object.fromEntries(said)));
  return checks;
}
