// Rows that are sent again belong where they were first: what later batches have said meanwhile stands.

import { ObservationStatus, type Project } from '../../core/index.ts';
import type { ObservationRow } from '../../storage/ports/index.ts';
import type { DataContext } from './data-options.ts';
import { keyOf, wordsOf } from './earlier-words.ts';
import { isWord } from './rows/add-words.ts';
import type { CheckedBody } from './rows/ingest-result.ts';

const pageRows = 1_000;

/**
 * Leaves out what batches after `seq` have spoken of: periods, unless all batches add up; plans; attributes of series. A row that is
 * left out counts as a duplicate, one that gave way.
 */
export async function withoutOvertaken(
  context: DataContext,
  project: Project,
  checked: CheckedBody,
  seq: number,
): Promise<CheckedBody> {
  const said = checked.observations.filter(isWord);
  const plans = checked.observations.filter(({ status }) => status === ObservationStatus.plan);
  const words =
    project.conflicts === 'sum' || said.length === 0
      ? new Map<string, never>()
      : await wordsOf(context, project.name, said, { exact: true });
  const planned = await laterPlans(context, project.name, plans, seq);
  const stays = (row: ObservationRow): boolean => {
    if (row.status === ObservationStatus.plan) return !planned.has(keyOf(row));
    const word = words.get(keyOf(row));
    return (
      !isWord(row) ||
      word === undefined ||
      word.batchSeq <= seq ||
      word.status === ObservationStatus.withdrawn
    );
  };
  const observations = checked.observations.filter(stays);
  const gone = checked.observations.length - observations.length;
  const plansGone = plans.filter((row) => !stays(row)).length;
  const described = await laterAttributes(context, project.name, checked, seq);
  return {
    ...checked,
    observations,
    attributes: checked.attributes.filter(({ seriesId }) => !described.has(seriesId)),
    accepted: checked.accepted - gone,
    plans: checked.plans - plansGone,
    duplicates: checked.duplicates + gone,
  };
}

/** Of which of the planned periods later batches say something beside demand. */
async function laterPlans(
  { store }: DataContext,
  project: string,
  plans: readonly ObservationRow[],
  seq: number,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  if (plans.length === 0) return found;
  const wanted = new Set(plans.map(keyOf));
  const periodMin = plans.reduce((min, { period }) => Math.min(min, period), Number.POSITIVE_INFINITY);
  for (let afterRow: (ObservationRow & { batchSeq: number }) | undefined; ; ) {
    const page = await store.readCovariates(project, { afterSeq: seq, periodMin, limit: pageRows, afterRow });
    for (const row of page) if (wanted.has(keyOf(row))) found.add(keyOf(row));
    afterRow = page.at(-1);
    if (page.length < pageRows) return found;
  }
}

async function laterAttributes(
  { store }: DataContext,
  project: string,
  { attributes }: CheckedBody,
  seq: number,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  if (attributes.length === 0) return found;
  for (let afterId = ''; ; ) {
    const page = await store.readAttributes(project, {
      batchSeqMax: Number.MAX_SAFE_INTEGER,
      afterSeq: seq,
      afterId,
      limit: pageRows,
    });
    for (const { seriesId } of page) found.add(seriesId);
    afterId = page.at(-1)?.seriesId ?? '';
    if (page.length < pageRows) return found;
  }
}
