// Agreements of a contract on how fresh data are.

import type { ContractCheck } from '../../core/index.ts';
import { type Obj, textIn } from './fields.ts';

const hoursPer: Readonly<Record<string, number>> = {
  s: 1 / 3600,
  m: 1 / 60,
  h: 1,
  d: 24,
  w: 24 * 7,
  y: 24 * 365.25,
};
const words: Readonly<Record<string, string>> = {
  sec: 's',
  second: 's',
  seconds: 's',
  min: 'm',
  minute: 'm',
  minutes: 'm',
  hr: 'h',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
  week: 'w',
  weeks: 'w',
  yr: 'y',
  year: 'y',
  years: 'y',
};

/** `latency` and `freshness` as checks; what else is agreed on is listed as not checked. */
export function latencyChecks(properties: readonly Obj[]): ContractCheck[] {
  return properties.map((property) => {
    const name = textIn(property, 'property') ?? '';
    const why = `${JSON.stringify(name)} is agreed between people: Almanac cannot see it in the data`;
    const isAge = ['latency', 'freshness', 'ly', 'dataFreshness'].includes(name);
    const hours = isAge ? hoursOf(property) : null;
    const base = {
      id: `sla.${name}`,
      description:
        textIn(property, 'description') ??
        `${name} ${String(property.value ?? '')} ${textIn(property, 'unit') ?? ''}`.trim(),
      severity: 'warning' as const,
      dimension: 'timeliness' as const,
      columns: [],
      refuses: 'batch' as const,
      scope: 'table' as const,
    };
    if (hours === null)
      return {
        ...base,
        rule: { kind: 'unchecked', why: isAge ? 'its value or unit is no length of time' : why },
        bound: { operator: 'mustBe', low: 0 },
        unit: 'rows',
      };
    return {
      ...base,
      rule: { kind: 'freshness' },
      bound: { operator: 'mustBeLessOrEqualTo', low: hours },
      unit: 'hours',
    };
  });
}

function hoursOf(property: Obj): number | null {
  const value = Number(property.value);
  const unit = (textIn(property, 'unit') ?? 'd').toLowerCase();
  const hours = hoursPer[words[unit] ?? unit];
  return hours === undefined || !Number.isFinite(value) || value < 0 || property.value === null
    ? null
    : value * hours;
}
