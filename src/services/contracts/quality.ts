// Quality entries of a contract: the metrics of the standard's library, and those that Almanac adds as `custom` entries of
// engine `almanac`. `sql`, `text` and what other engines check is said to be not checked.

import {
  type BoundOperator,
  type CheckBound,
  type CheckDimension,
  type CheckRule,
  type CheckSeverity,
  type ContractCheck,
  checkDimensions,
} from '../../core/index.ts';
import { isObject, listOf, numberIn, type Obj, recordsIn, textIn } from './fields.ts';
import { withImplementations } from './implementation.ts';
import { safePattern } from './safe-pattern.ts';

const operators: readonly BoundOperator[] = [
  'mustBe',
  'mustNotBe',
  'mustBeGreaterThan',
  'mustBeGreaterOrEqualTo',
  'mustBeLessThan',
  'mustBeLessOrEqualTo',
  'mustBeBetween',
  'mustNotBeBetween',
];

/** Where a quality entry stands: at a column, or at the table. */
interface Place {
  readonly column: string | null;
  readonly at: string;
}

export async function qualityChecks(entries: readonly Obj[], place: Place): Promise<ContractCheck[]> {
  return (await withImplementations(entries)).map((entry) => qualityCheck(entry, place));
}

function qualityCheck(entry: Obj, place: Place): ContractCheck {
  const type = textIn(entry, 'type') ?? 'library';
  const engine = textIn(entry, 'engine');
  const isOwn = type === 'custom' && engine === 'almanac';
  const own = isOwn && isObject(entry.implementation) ? entry.implementation : null;
  const metric = own === null ? textIn(entry, 'metric') : textIn(own, 'check');
  const found =
    type === 'library'
      ? libraryRule(metric, { entry, place })
      : own !== null
        ? ownRule(metric, { own, place })
        : notChecked(isOwn ? unreadWhy(entry) : whyNot(type, engine), 'conformity');
  const bound = boundOf(own ?? entry);
  const rule: CheckRule =
    bound === null && found.rule.kind !== 'unchecked'
      ? { kind: 'unchecked', why: 'it says no number that the figure must keep' }
      : found.rule;
  const columns = rule.kind === 'unchecked' ? [] : found.columns;
  const what = metric ?? type;
  const name = textIn(entry, 'id') ?? textIn(entry, 'name');
  return {
    id: name ?? `${place.at}.${what}`,
    description: textIn(entry, 'description') ?? `${what} of ${place.column ?? 'the table'}`,
    severity: severityOf(textIn(entry, 'severity')),
    dimension: dimensionOf(textIn(entry, 'dimension')) ?? found.dimension,
    columns,
    rule,
    bound: bound ?? { operator: 'mustBe', low: 0 },
    unit: unitOf(rule, textIn(entry, 'unit')),
    refuses: customOf(entry, 'almanacRefuses') === 'batch' ? 'batch' : 'rows',
    scope: scopeOf(rule, customOf(entry, 'almanacScope')),
  };
}

interface FoundRule {
  readonly rule: CheckRule;
  readonly columns: readonly string[];
  readonly dimension: CheckDimension;
}

function notChecked(why: string, dimension: CheckDimension): FoundRule {
  return { rule: { kind: 'unchecked', why }, columns: [], dimension };
}

function whyNot(type: string, engine: string | undefined): string {
  if (type === 'sql') return 'it is a query of SQL: Almanac runs none that comes with a contract';
  if (type === 'text') return 'it is written for people';
  return engine === undefined ? 'it names no engine' : `it is written for ${engine}`;
}

function libraryRule(metric: string | undefined, of: { entry: Obj; place: Place }): FoundRule {
  const { column } = of.place;
  const args = isObject(of.entry.arguments) ? of.entry.arguments : {};
  const named = listOf(args.properties).filter((name) => typeof name === 'string');
  if (metric === 'rowCount') return { rule: { kind: 'rows' }, columns: [], dimension: 'completeness' };
  if (metric === 'duplicateValues') {
    const columns = named.length > 0 ? named : column === null ? [] : [column];
    if (columns.length === 0) return notChecked('it names no columns', 'uniqueness');
    return { rule: { kind: 'duplicates' }, columns, dimension: 'uniqueness' };
  }
  if (column === null)
    return notChecked(`${metric ?? 'it'} is asked of a column, and stands at the table`, 'conformity');
  if (metric === 'nullValues')
    return { rule: { kind: 'nulls' }, columns: [column], dimension: 'completeness' };
  if (metric === 'missingValues') {
    const words = listOf(args.missingValues)
      .filter((word) => word !== null)
      .map(String);
    return { rule: { kind: 'missing', words }, columns: [column], dimension: 'completeness' };
  }
  if (metric === 'invalidValues') return invalidRule(column, args);
  return notChecked(`${JSON.stringify(metric ?? '')} is no metric of the standard`, 'conformity');
}

function invalidRule(column: string, args: Obj): FoundRule {
  const pattern = textIn(args, 'pattern');
  const why = pattern === undefined ? null : safePattern(pattern);
  if (why !== null) return notChecked(why, 'conformity');
  const values = Array.isArray(args.validValues)
    ? args.validValues.map((value) => String(value ?? ''))
    : undefined;
  const numbers = { minimum: numberIn(args, 'minimum'), maximum: numberIn(args, 'maximum') };
  const lengths = { minLength: numberIn(args, 'minLength'), maxLength: numberIn(args, 'maxLength') };
  const said = Object.entries({ values, pattern, ...numbers, ...lengths }).filter(
    ([, item]) => item !== undefined,
  );
  if (said.length === 0) return notChecked('it does not say which values are valid', 'conformity');
  const value = Object.fromEntries(said);
  return { rule: { kind: 'invalid', value }, columns: [column], dimension: 'conformity' };
}

/** What the library of the standard lacks and demand needs. */
function ownRule(name: string | undefined, of: { own: Obj; place: Place }): FoundRule {
  const column = textIn(of.own, 'column') ?? of.place.column;
  const columns = column === null ? [] : [column];
  const values = Array.isArray(of.own.values) ? of.own.values.map(String) : null;
  if (name === 'volume') return { rule: { kind: 'volume' }, columns: [], dimension: 'completeness' };
  if (name === 'freshness') return { rule: { kind: 'freshness' }, columns: [], dimension: 'timeliness' };
  if (column === null) return notChecked(`${JSON.stringify(name ?? '')} names no column`, 'conformity');
  switch (name) {
    case 'segments':
      return { rule: { kind: 'segments', values }, columns, dimension: 'coverage' };
    case 'balance':
      return { rule: { kind: 'balance' }, columns, dimension: 'coverage' };
    case 'references':
      return { rule: { kind: 'references', values }, columns, dimension: 'consistency' };
    case 'units': {
      const factor = numberIn(of.own, 'factor') ?? 0;
      if (factor <= 1) return notChecked('units needs a factor above 1', 'accuracy');
      return { rule: { kind: 'units', factor }, columns, dimension: 'accuracy' };
    }
    default:
      return notChecked(`${JSON.stringify(name ?? '')} is no check of Almanac`, 'conformity');
  }
}

/** See `withImplementations`. */
function unreadWhy({ implementation }: Obj): string {
  return typeof implementation === 'string' && implementation !== ''
    ? implementation
    : 'it has no implementation';
}

/** The first number that the figure must keep. */
function boundOf(entry: Obj): CheckBound | null {
  for (const operator of operators) {
    const said = entry[operator];
    if (typeof said === 'number') return { operator, low: said };
    if (!Array.isArray(said)) continue;
    const [low, high] = said;
    if (typeof low === 'number' && typeof high === 'number')
      return { operator, low: Math.min(low, high), high: Math.max(low, high) };
  }
  return null;
}

/** Words of other people's tools; what is not known stops nobody. */
function severityOf(word: string | undefined): CheckSeverity {
  if (word === undefined) return 'error';
  return ['error', 'critical', 'fatal', 'blocker', 'high'].includes(word.toLowerCase()) ? 'error' : 'warning';
}

function dimensionOf(word: string | undefined): CheckDimension | undefined {
  return checkDimensions.find((dimension) => dimension === word?.toLowerCase());
}

function unitOf({ kind }: CheckRule, word: string | undefined): ContractCheck['unit'] {
  if (kind === 'freshness') return 'hours';
  if (kind === 'volume' || kind === 'balance') return 'percent';
  if (kind === 'rows' || kind === 'segments') return 'rows';
  return word === 'percent' ? 'percent' : 'rows';
}

function scopeOf({ kind }: CheckRule, said: unknown): ContractCheck['scope'] {
  if (said === 'batch' || said === 'table') return said;
  return ['rows', 'volume', 'segments', 'balance', 'freshness'].includes(kind) ? 'table' : 'batch';
}

function customOf(entry: Obj, name: string): unknown {
  return recordsIn(entry, 'customProperties').find(({ property }) => property === name)?.value;
}
