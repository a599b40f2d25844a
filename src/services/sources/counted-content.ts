// Contents of files that are added up: each counts once, as long as a file says it.

import { AppError, isAppError, type Project, type S3Settings } from '../../core/index.ts';
import type { BatchRecord, HistoryStore } from '../../storage/ports/index.ts';
import { type DataService, keyOfContent } from '../data/index.ts';

interface Counting {
  readonly settings: Pick<S3Settings, 'name'>;
  readonly project: Project;
  readonly data: Pick<DataService, 'withdraw' | 'restoreWithdrawal' | 'withdrawals'>;
  readonly store: Pick<HistoryStore, 'findBatch'>;
}

/** The batch of a content is known by it, as by `almanac ingest`. */
export function contentKey(contentHash: string): string {
  return keyOfContent('file', contentHash);
}

/**
 * Takes out what a file brought before, unless somebody has taken it back already.
 * @throws AppError `data/withdrawal-too-large`, `store/busy`, naming the file
 */
export async function takeOut(of: Counting, key: string, contentHash: string): Promise<void> {
  const { settings, project, store, data } = of;
  const batch = await store.findBatch(project.name, contentKey(contentHash));
  // What it had refused is waited for too.
  if (batch === undefined || batch.rowsAccepted + batch.rowsQuarantined === 0) return;
  if ((await standing(of, batch)) !== undefined) return;
  try {
    await data.withdraw(project, { batchId: batch.id, reason: reasonOf(settings.name) });
  } catch (error) {
    // Its rows have been taken back one by one.
    if (isAppError(error, 'data/nothing-to-withdraw')) return;
    if (!isAppError(error)) throw error;
    throw new AppError(
      error.code,
      `source ${settings.name}: ${key} has changed, and what it brought before (batch ${batch.id}) counts until it is taken back: ${error.message}`,
      { cause: error },
    );
  }
}

/** A content that was taken out when its file changed, and is said again, counts again. */
export async function putBack(of: Counting, contentHash: string): Promise<void> {
  const { settings, project, store, data } = of;
  const batch = await store.findBatch(project.name, contentKey(contentHash));
  const withdrawal = batch === undefined ? undefined : await standing(of, batch);
  if (withdrawal?.reason === reasonOf(settings.name)) await data.restoreWithdrawal(project, withdrawal.id);
}

/** The withdrawal of a whole batch that stands. */
async function standing(
  { data, project }: Counting,
  batch: BatchRecord,
): Promise<{ id: string; reason: string } | undefined> {
  const all = await data.withdrawals(project.name);
  return all.find(
    ({ batchSeq, restoredSeq, seriesId, periodMin, periodMax }) =>
      batchSeq === batch.seq &&
      restoredSeq === null &&
      seriesId === null &&
      periodMin === null &&
      periodMax === null,
  );
}

function reasonOf(name: string): string {
  return `source ${name}: the file has changed`;
}
