// What users say about the future and about new series, in the words of their columns, turned into the codes of a plan.

import { type Covariates, covariateAt } from '../../../core/index.ts';
import type { FeaturePlan, WindowNews } from '../../features/index.ts';
import type { AttributeValues, CovariateNews, FutureValues } from '../model.ts';

type Value = number | string | boolean | null;

/**
 * What a forecast knows of varying columns, as the features read it; NaN = as known before, or a word never seen. Of
 * columns that are not known ahead only what is up to the origin. Undefined when nothing is known of any column.
 */
export function codedNews(plan: FeaturePlan, { future, since }: CovariateNews): WindowNews | undefined {
  if (future === undefined && since === undefined) return undefined;
  const columns = new Map<string, Float32Array>();
  let back = 0;
  for (const { name } of plan.varying) back = Math.max(back, since?.[name]?.length ?? 0);
  for (const { name, role, labels } of plan.varying) {
    const ahead = role === 'known' ? future?.[name] : undefined;
    const behind = since?.[name];
    if (ahead === undefined && behind === undefined) continue;
    const coded = new Float32Array(back + (ahead?.length ?? 0)).fill(Number.NaN);
    if (behind !== undefined) writeCodes(coded, labels, { values: behind, at: back - behind.length });
    if (ahead !== undefined) writeCodes(coded, labels, { values: ahead, at: back });
    columns.set(name, coded);
  }
  return columns.size === 0 ? undefined : { back, columns };
}

function writeCodes(
  coded: Float32Array,
  labels: readonly string[] | null,
  { values, at }: { readonly values: readonly Value[]; readonly at: number },
): void {
  for (let i = 0; i < values.length; i++) coded[at + i] = codeOf(labels, values[i] ?? null);
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
