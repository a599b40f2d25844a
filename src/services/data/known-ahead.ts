// What is known beside demand, as serving needs it: covariates of rows that are in the tail, and attributes of series.

import type { SeriesAttributes, TailRow } from '../../storage/ports/index.ts';
import type { DataContext } from './data-options.ts';

const pageRows = 1_000;

/**
 * Rows with covariates of periods from `periodMin` on that came after a batch, plans among them, ascending by batch, in
 * pages; one batch may fill many. Plans of any age are there, and observations as long as they label predictions.
 */
export async function* covariatesSince(
  context: Pick<DataContext, 'store'>,
  project: string,
  from: { readonly afterSeq: number; readonly periodMin: number },
): AsyncGenerator<TailRow[]> {
  for (let afterRow: TailRow | undefined; ; ) {
    const page = await context.store.readCovariates(project, { ...from, limit: pageRows, afterRow });
    afterRow = page.at(-1);
    if (afterRow === undefined) return;
    yield page;
  }
}

/** What batches after `afterSeq` and up to `batchSeqMax` changed of series: all that is known of each, in pages. */
export async function* attributesSince(
  context: Pick<DataContext, 'store'>,
  project: string,
  from: { readonly afterSeq: number; readonly batchSeqMax?: number },
): AsyncGenerator<SeriesAttributes[]> {
  const { afterSeq } = from;
  // Fixed before the first page: a batch that comes meanwhile would be seen in part.
  const last = await context.store.lastAttributesSeq(project, from.batchSeqMax ?? Number.MAX_SAFE_INTEGER);
  if (last <= afterSeq) return;
  for (let afterId = ''; ; ) {
    const page = await context.store.readAttributes(project, {
      batchSeqMax: last,
      afterSeq,
      afterId,
      limit: pageRows,
    });
    if (page.length === 0) return;
    yield page;
    afterId = page.at(-1)?.seriesId ?? afterId;
  }
}
