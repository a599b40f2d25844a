// Stored predictions by ascending cutoff, in pages that one window of labels can cover.

import type { PredictionRecord, PredictionStore } from '../../storage/ports/index.ts';
import { cutoffSpanMax } from './labels.ts';

const pageSize = 128;

/**
 * Reads predictions page by page: those that were served, as what would be under other plans is held against nobody.
 * @param range.oneIn only about one in so many; default all
 */
export async function* predictionPages(
  store: Pick<PredictionStore, 'scanPredictions'>,
  project: string,
  range: { cutoffMin: number; cutoffMax: number; versionId?: string; oneIn?: number },
): AsyncIterable<readonly PredictionRecord[]> {
  let after: { cutoff: number; id: string } | undefined;
  for (;;) {
    const page = await store.scanPredictions(project, {
      ...range,
      purpose: 'served',
      limit: pageSize,
      ...(after === undefined ? {} : { after }),
    });
    yield* parts(page);
    const last = page.at(-1);
    if (!last || page.length < pageSize) return;
    after = { cutoff: last.cutoff, id: last.id };
  }
}

/** Cuts a page, by ascending cutoff, where its cutoffs lie too far apart for one window of labels. */
function* parts(page: readonly PredictionRecord[]): Iterable<readonly PredictionRecord[]> {
  let from = 0;
  for (let i = 1; i <= page.length; i++) {
    const first = page[from] as PredictionRecord;
    if (i < page.length && (page[i] as PredictionRecord).cutoff - first.cutoff <= cutoffSpanMax) continue;
    yield page.slice(from, i);
    from = i;
  }
}
