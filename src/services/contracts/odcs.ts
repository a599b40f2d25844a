// A contract of the Open Data Contract Standard (v3.0.x, v3.1.x) as checks: what its properties say of columns, its quality
// entries, and its agreements on how fresh data are. What cannot be checked stays in the list, and says why.

import { AppError, type ContractCheck, type ContractRules } from '../../core/index.ts';
import { unchecked, uniqueCheck, withUniqueIds } from './checks.ts';
import { isObject, listOf, type Obj, recordsIn, textIn } from './fields.ts';
import { checkOdcs } from './odcs-schema.ts';
import { columnOf, propertyChecks } from './property.ts';
import { qualityChecks } from './quality.ts';
import { latencyChecks } from './service-level.ts';

/**
 * @param of.object name of the table in the contract, where it holds several; default: the only one
 * @throws AppError `contract/invalid`, `contract/unsupported`
 */
export async function readOdcs(
  given: Obj,
  of: { readonly file: string; readonly object: string },
): Promise<ContractRules> {
  const version = textIn(given, 'apiVersion') ?? '';
  if (!/^v3\.[01]\.\d+$/.test(version))
    throw new AppError(
      'contract/unsupported',
      `${of.file} is of ${version === '' ? 'no version' : version} of the standard; v3.0.x and v3.1.x are read`,
    );
  const document = (version.startsWith('v3.0.') ? currentWords(given) : given) as Obj;
  // A patch that is newer than the schema says the same.
  const known = { ...document, apiVersion: 'v3.1.0' };
  const warnings = await checkOdcs(known, of.file);
  const table = tableOf(document, of);
  const checks: ContractCheck[] = [];
  if (table !== null) {
    const properties = recordsIn(table, 'properties');
    for (const property of properties) checks.push(...(await propertyChecks(property)));
    checks.push(...keyChecks(properties));
    checks.push(...(await qualityChecks(recordsIn(table, 'quality'), { column: null, at: 'table' })));
    if (listOf(table.relationships).length > 0)
      checks.push(unchecked('relationships', 'relationships between tables need the other table'));
  }
  checks.push(...latencyChecks(recordsIn(document, 'slaProperties')));
  return {
    file: of.file,
    id: textIn(document, 'id') ?? '',
    version: textIn(document, 'version') ?? '',
    checks: withUniqueIds(checks),
    warnings,
  };
}

/** v3.0 calls a metric `rule`, whatever it is, and says of a bound with yes or no whether it belongs to the range. */
function currentWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(currentWords);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
    if (key === 'quality' && Array.isArray(item)) return [key, item.map(currentQuality)];
    if (key === 'logicalTypeOptions' && isObject(item)) return [key, currentOptions(item)];
    return [key, currentWords(item)];
  });
  return Object.fromEntries(entries);
}

const metrics = ['nullValues', 'missingValues', 'invalidValues', 'duplicateValues', 'rowCount'];

function currentQuality(entry: unknown): unknown {
  if (!isObject(entry) || entry.rule === undefined || entry.metric !== undefined) return entry;
  const { rule, ...rest } = entry;
  const metric = rule === 'duplicateCount' ? 'duplicateValues' : rule;
  if (metrics.includes(String(metric))) return { ...rest, metric };
  const { name, description, severity, dimension } = rest;
  const told = Object.entries({ name, description, severity, dimension }).filter(
    ([, item]) => item !== undefined,
  );
  return {
    ...Object.fromEntries(told),
    type: 'custom',
    engine: `the rule ${String(rule)}`,
    implementation: '',
  };
}

function currentOptions(options: Obj): Obj {
  const current: Record<string, unknown> = { ...options };
  for (const [exclusive, inclusive] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof current[exclusive] !== 'boolean') continue;
    if (current[exclusive] && current[inclusive] !== undefined) {
      current[exclusive] = current[inclusive];
      delete current[inclusive];
    } else delete current[exclusive];
  }
  return current;
}

function tableOf(document: Obj, { file, object }: { file: string; object: string }): Obj | null {
  const tables = recordsIn(document, 'schema');
  if (tables.length <= 1) return tables[0] ?? null;
  const found = tables.find(({ name, physicalName }) => name === object || physicalName === object);
  if (found !== undefined) return found;
  const names = tables.map((table) => textIn(table, 'name') ?? '').join(', ');
  throw new AppError(
    'contract/unsupported',
    `${file} has several tables (${names}) and none is called ${JSON.stringify(object)}: name one as the project is, or keep one`,
  );
}

function keyChecks(properties: readonly Obj[]): ContractCheck[] {
  const columns = properties.filter(({ primaryKey }) => primaryKey === true).map(columnOf);
  return columns.length === 0 ? [] : [uniqueCheck(columns, 'primaryKey')];
}
