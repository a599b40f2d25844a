// The value that each series has in a column: a part of its name, or an attribute.

import { AppError, type Project, seriesPartsOf } from '../../core/index.ts';
import type { HistoryStore } from '../../storage/ports/index.ts';

const pageSize = 1_000;

/**
 * @returns the value by series; null = not known
 * @throws AppError `monitor/unknown-column`
 * Cost of an attribute: a read of all series that have any, in pages.
 */
export async function seriesColumn(
  store: Pick<HistoryStore, 'readAttributes' | 'historyTotals'>,
  { name: project, columns }: Project,
  of: { readonly column: string; readonly breathe: () => Promise<void> },
): Promise<(seriesId: string) => string | null> {
  const { column, breathe } = of;
  const part = columns.series.indexOf(column);
  if (part >= 0) return (seriesId) => seriesPartsOf(seriesId, columns.series.length)[part] ?? null;
  const attributes = columns.static ?? [];
  if (!attributes.includes(column)) {
    const known = [...columns.series, ...attributes];
    throw new AppError(
      'monitor/unknown-column',
      `series of "${project}" cannot be grouped by "${column.slice(0, 100)}": ` +
        (known.length === 0 ? 'it has one series and no attributes' : `there is ${known.join(', ')}`),
    );
  }
  const values = new Map<string, string>();
  const { batchSeq } = await store.historyTotals(project);
  for (let afterId = ''; ; ) {
    const page = await store.readAttributes(project, {
      batchSeqMax: batchSeq,
      afterSeq: 0,
      afterId,
      limit: pageSize,
    });
    for (const row of page) {
      const value = Object.hasOwn(row.attributes, column) ? row.attributes[column] : null;
      if (value !== null && value !== undefined) values.set(row.seriesId, String(value));
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) break;
    afterId = last.seriesId;
    await breathe();
  }
  return (seriesId) => values.get(seriesId) ?? null;
}
