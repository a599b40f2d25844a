// The kinds of series that a version is judged on by themselves: by what names them, by their attributes, by their demand.

import { type Panel, type Project, seriesPartsOf } from '../../../core/index.ts';
import type { LossKind } from '../../../forecasting/evaluate/index.ts';
import type { Slice } from './evidence.ts';

/** A column with more values than this is a name, not a kind. */
const valuesMax = 50;

/**
 * Every value of every column that names or describes series, and steady and intermittent demand. A slice with all series, or of a column
 * that tells every series apart, is left out.
 * @param kinds of each series of the panel: `squared` = intermittent
 */
export function slicesOf(
  project: Pick<Project, 'columns'>,
  panel: Panel,
  kinds: readonly LossKind[],
): readonly Slice[] {
  const count = panel.series.length;
  const names = project.columns.series;
  const columns = new Map<string, (s: number) => string | undefined>();
  if (names.length > 1) {
    const parts = panel.series.map(({ id }) => seriesPartsOf(id, names.length));
    for (const [n, name] of names.entries()) columns.set(name, (s) => parts[s]?.[n]);
  }
  for (const { name, labels, values } of panel.covariates?.fixed ?? [])
    columns.set(name, (s) => {
      const value = values[s] as number;
      return Number.isNaN(value) ? undefined : (labels?.[value] ?? String(value));
    });
  columns.set('demand', (s) => (kinds[s] === 'squared' ? 'intermittent' : 'steady'));
  return [...columns].flatMap(([column, kindOf]) => {
    const groups = new Map<string, number[]>();
    for (let s = 0; s < count; s++) {
      const value = kindOf(s);
      if (value === undefined) continue;
      const group = groups.get(value);
      if (group === undefined) groups.set(value, [s]);
      else group.push(s);
    }
    if (groups.size < 2 || groups.size > valuesMax) return [];
    return [...groups].map(([value, series]) => ({ column, value, series }));
  });
}
