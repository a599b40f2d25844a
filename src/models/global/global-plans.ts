// What users say about the future and about new series, in the words of their columns, turned into the codes of a plan.

import { type Covariates, covariateAt } from '../../core/index.ts';
import type { FeaturePlan } from '../../features/index.ts';
import type { AttributeValues, FutureValues } from '../model.ts';

type Value = number | string | boolean | null;

/** Planned values as the features read them, by column: one per step; NaN = as planned before, or a word never seen. */
export function codedFuture(plan: FeaturePlan, future: FutureValues): ReadonlyMap<string, Float32Array> {
  const coded = new Map<string, Float32Array>();
  for (const { name, role, labels } of plan.varying) {
    const values = future[name];
    if (role !== 'known' || values === undefined) continue;
    coded.set(
      name,
      Float32Array.from(values, (value) => codeOf(labels, value)),
    );
  }
  return coded;
}

/** Attributes of a series in the order and codes of the plan; NaN = not said, or a word never seen. */
export function codedAttributes(plan: FeaturePlan, attributes: AttributeValues): Float32Array {
  return Float32Array.from(plan.fixed, ({ name, labels }) => codeOf(labels, attributes[name] ?? null));
}

/** What is known ahead of a series of some covariates, in the words of their columns. Cost: O(columns × horizon). */
export function knownAhead(
  covariates: Covariates,
  of: { readonly series: number; readonly after: number; readonly horizon: number },
): FutureValues {
  const known = covariates.varying.filter(({ role }) => role === 'known');
  return Object.fromEntries(
    known.map((column) => {
      const values = Array.from({ length: of.horizon }, (_, k): Value => {
        const value = covariateAt(covariates, column, { series: of.series, period: of.after + 1 + k });
        if (Number.isNaN(value)) return null;
        return column.labels === null ? value : (column.labels[value] ?? null);
      });
      return [column.name, values];
    }),
  );
}

/** The attributes of a series of some covariates, in the words of their columns. */
export function attributesOf(covariates: Covariates, series: number): AttributeValues {
  return Object.fromEntries(
    covariates.fixed.map(({ name, labels, values }): [string, Value] => {
      const value = values[series] ?? Number.NaN;
      if (Number.isNaN(value)) return [name, null];
      return [name, labels === null ? value : (labels[value] ?? null)];
    }),
  );
}

function codeOf(labels: readonly string[] | null, value: Value): number {
  if (value === null) return Number.NaN;
  if (labels === null) return Number(value);
  const code = labels.indexOf(String(value));
  return code < 0 ? Number.NaN : code;
}
