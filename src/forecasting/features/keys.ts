// The parts of the series' ids as attributes: the store and the brand behind `12/Geisha`, without their being told twice.

import type { Panel } from '../../core/index.ts';
import type { FeaturePlan, KeyPart } from './feature-plan.ts';
import type { Block } from './origin.ts';

/** Values of one part at most: trees tell no more of them apart. */
const valuesMax = 120;
/** Known values that stand behind each value of a part, at least: fewer say more of chance than of the value. */
const knownPerValueMin = 50;

/**
 * The parts worth a column where something is known beside demand: what it does differs from store to store and brand to
 * brand. A part that says what an attribute says already is left out, and so is one that the ids of some series lack.
 * Cost: O(series × parts).
 */
export function keyParts(panel: Panel, varyingCount: number): KeyPart[] {
  const { series, covariates } = panel;
  const first = series[0];
  if (first === undefined || covariates === undefined || varyingCount === 0) return [];
  const ids = series.map(({ id }) => id.split('/'));
  const count = ids[0]?.length ?? 0;
  if (ids.some((parts) => parts.length !== count)) return [];
  const known = series.reduce((sum, { values }) => sum + values.length, 0);
  return Array.from({ length: count }, (_, part): KeyPart => {
    const numbers = new Map<string, number>();
    const codes = ids.map((parts) => {
      const value = parts[part] as string;
      const code = numbers.get(value) ?? numbers.size;
      numbers.set(value, code);
      return code;
    });
    return { part, codes };
  }).filter(({ codes }) => {
    const values = 1 + codes.reduce((most, code) => Math.max(most, code), 0);
    if (values < 2 || values > valuesMax || known < knownPerValueMin * values) return false;
    return !covariates.fixed.some((column) => saysTheSame(codes, column.values));
  });
}

/** Whether two columns part the series alike. */
function saysTheSame(codes: readonly number[], values: Float32Array): boolean {
  const valueByCode = new Map<number, number>();
  const codeByValue = new Map<number, number>();
  return codes.every((code, s) => {
    const value = values[s] ?? Number.NaN;
    if (!valueByCode.has(code)) valueByCode.set(code, value);
    if (!codeByValue.has(value)) codeByValue.set(value, code);
    return Object.is(valueByCode.get(code), value) && codeByValue.get(value) === code;
  });
}

/** The parts of the window's series as categories; NaN for a series that the training did not have. */
export function keysBlock(plan: FeaturePlan): Block {
  const keys = plan.keys ?? [];
  return {
    columns: keys.map(({ part }) => ({ name: `key_${part + 1}`, kind: 'category' })),
    atOrigin: (origin, row, at) => {
      for (let i = 0; i < keys.length; i++) row[at + i] = keys[i]!.codes[origin.series] ?? Number.NaN;
    },
  };
}
