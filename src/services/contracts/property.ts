// What a contract says of one column, as checks: keys, types, `logicalTypeOptions`, quality entries. What is not looked at is listed.

import type { ContractCheck, ValueRule } from '../../core/index.ts';
import { requiredCheck, unchecked, uniqueCheck, valueCheck } from './checks.ts';
import { isObject, listOf, numberIn, type Obj, recordsIn, textIn } from './fields.ts';
import { qualityChecks } from './quality.ts';
import { safePattern } from './safe-pattern.ts';

/** Options of which `optionChecks` makes checks, where they are numbers, and a pattern. */
const optionsRead = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
];
const times = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];
const uuid = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$';

export async function propertyChecks(property: Obj): Promise<ContractCheck[]> {
  const column = columnOf(property);
  const checks: ContractCheck[] = [];
  if (property.required === true || property.primaryKey === true) checks.push(requiredCheck(column));
  if (property.unique === true) checks.push(uniqueCheck([column], `${column}.unique`));
  checks.push(...typeChecks(property, column), ...optionChecks(property, column));
  checks.push(...(await qualityChecks(recordsIn(property, 'quality'), { column, at: column })));
  if (listOf(property.relationships).length > 0)
    checks.push(unchecked(`${column}.relationships`, 'relationships between tables need the other table'));
  return checks;
}

export function columnOf(property: Obj): string {
  return textIn(property, 'physicalName') ?? textIn(property, 'name') ?? '';
}

function typeChecks(property: Obj, column: string): ContractCheck[] {
  const type = textIn(property, 'logicalType');
  if (type === 'integer') return [valueCheck(`${column}.integer`, column, { integer: true })];
  if (type === 'boolean')
    return [unchecked(`${column}.boolean`, `whether ${column} holds only yes and no is not looked at`)];
  if (type !== 'object' && type !== 'array') return [];
  return [unchecked(`${column}.${type}`, `${column} is nested: columns inside columns are not read`)];
}

/** What `logicalTypeOptions` say of values. */
function optionChecks(property: Obj, column: string): ContractCheck[] {
  const options: Obj = isObject(property.logicalTypeOptions) ? property.logicalTypeOptions : {};
  const checks: ContractCheck[] = [];
  const range = rangeOf(options);
  if (Object.keys(range).length > 0) checks.push(valueCheck(`${column}.range`, column, range));
  const minLength = numberIn(options, 'minLength');
  const maxLength = numberIn(options, 'maxLength');
  if (minLength !== undefined || maxLength !== undefined)
    checks.push(
      valueCheck(`${column}.length`, column, {
        ...(minLength === undefined ? {} : { minLength }),
        ...(maxLength === undefined ? {} : { maxLength }),
      }),
    );
  const pattern = textIn(options, 'pattern');
  if (pattern !== undefined) {
    const why = safePattern(pattern);
    checks.push(
      why === null
        ? valueCheck(`${column}.pattern`, column, { pattern })
        : unchecked(`${column}.pattern`, why),
    );
  }
  const isUuid = property.logicalType === 'string' && options.format === 'uuid';
  if (isUuid) checks.push(valueCheck(`${column}.format`, column, { pattern: uuid }));
  for (const [name, value] of Object.entries(options)) {
    if (isUuid && name === 'format') continue;
    if (times.includes(name) && typeof value === 'string')
      checks.push(
        unchecked(
          `${column}.${name}`,
          `${name} of ${column} is a time: the grid of the project bounds times`,
        ),
      );
    else if (!optionsRead.includes(name))
      checks.push(unchecked(`${column}.${name}`, `${name} of ${column} is not looked at`));
  }
  return checks;
}

function rangeOf(options: Obj): ValueRule {
  const above = numberIn(options, 'exclusiveMinimum');
  const below = numberIn(options, 'exclusiveMaximum');
  const minimum = above ?? numberIn(options, 'minimum');
  const maximum = below ?? numberIn(options, 'maximum');
  const multipleOf = numberIn(options, 'multipleOf');
  return {
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(minimum !== undefined && above !== undefined ? { aboveMinimum: true } : {}),
    ...(maximum !== undefined && below !== undefined ? { belowMaximum: true } : {}),
    ...(multipleOf === undefined || multipleOf <= 0 ? {} : { multipleOf }),
  };
}
