// All that is stored of a project, gathered for a worker: files of segments, and the rows that wait in the tail.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DataContext } from './data-options.ts';
import { ObservationColumns } from './engine/observation-columns.ts';
import type { StoredRows } from './engine/stored-words.ts';
import { localSegments } from './segments.ts';

const pageRows = 1_000;

/** Cost: O(rows that wait), a page at a time. */
export async function storedRows(context: DataContext, project: string): Promise<StoredRows> {
  // Rows first: what is sealed meanwhile is in both, which says it twice and changes nothing.
  const tail = new ObservationColumns();
  for (let afterSeq = 0; ; ) {
    const page = await context.store.readTail(project, { afterSeq, unsealedOnly: true, limit: pageRows });
    for (const { part: _, refused: __, answered: ___, open: ____, ...row } of page)
      tail.add(row, row.batchSeq);
    afterSeq = page.at(-1)?.batchSeq ?? afterSeq;
    if (page.length === 0) break;
    await nextTurn();
  }
  const segments = await context.store.listSegments(project, { batchSeqMax: Number.MAX_SAFE_INTEGER });
  return { segments: await localSegments(context, segments), tail: tail.end() };
}
