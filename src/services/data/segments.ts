// The segments of a project as verified local files that the engine may read.

import type { SegmentRecord } from '../../storage/ports/index.ts';
import type { DataContext } from './data-options.ts';
import type { SegmentFile } from './engine/segment-files.ts';

export async function segmentFiles(
  context: Pick<DataContext, 'store' | 'files'>,
  project: string,
  batchSeqMax: number,
): Promise<{ records: readonly SegmentRecord[]; files: SegmentFile[] }> {
  const records = await context.store.listSegments(project, { batchSeqMax });
  return { records, files: await localSegments(context, records) };
}

/** @throws AppError `store/blob-missing`, `store/blob-corrupt` */
export async function localSegments(
  context: Pick<DataContext, 'files'>,
  records: readonly SegmentRecord[],
): Promise<SegmentFile[]> {
  const files: SegmentFile[] = [];
  for (const record of records)
    files.push({ path: await context.files.localPath(record.hash), batchSeqMin: record.batchSeqMin });
  return files;
}
