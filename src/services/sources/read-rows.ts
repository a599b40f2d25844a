// Takes in one reading of rows: what is new or has changed, in batches that move the position in their own commit. Wherever it
// ends, the next reading begins from what is stored.

import type { Clock } from '../../core/index.ts';
import type { JsonObject, SourceRecord, SourceRow, SourceStore } from '../../storage/ports/index.ts';
import type { DataService, SourceRows } from '../data/index.ts';
import type { ReadRow, SourceReading } from './reading.ts';

/** The database keeps what others remove for as long as a reading lasts: then another one goes on. */
const readingMsMax = 300_000;

export interface ReadCounts {
  /** Rows that were looked at, taken in, and corrected by it. */
  readonly seen: number;
  readonly taken: number;
  readonly corrected: number;
  /** There is more to read now. */
  readonly more: boolean;
  /** All that was to be seen when it began is in, or is no longer to be seen. */
  readonly isWhole: boolean;
}

export async function readRows(of: {
  readonly reading: SourceReading;
  readonly record: SourceRecord;
  readonly store: Pick<SourceStore, 'readSourceRows' | 'advanceSource'>;
  readonly data: Pick<DataService, 'ingestSource'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}): Promise<ReadCounts> {
  const { reading, record, clock, signal } = of;
  const begun = clock.now();
  let [seen, taken, corrected, revision] = [0, 0, 0, record.revision];
  for (let stored = JSON.stringify(record.position); ; ) {
    signal.throwIfAborted();
    const rows = await reading.next();
    if (rows.length === 0) break;
    const position = reading.after(rows);
    const before = stored;
    stored = JSON.stringify(position);
    const found = await take(of, rows, { revision, position, moves: before !== stored });
    seen += rows.length;
    taken += found.taken;
    corrected += found.corrected;
    if (found.moved) revision += 1;
    of.onProgress(`${seen} rows seen, ${taken} taken in`);
    // Not before it is past what the last reading saw: else each would see the same rows again and come no further.
    if (found.isPast && clock.now() - begun > readingMsMax)
      return { seen, taken, corrected, more: true, isWhole: false };
  }
  return { seen, taken, corrected, more: false, isWhole: true };
}

async function take(
  of: Parameters<typeof readRows>[0],
  read: readonly ReadRow[],
  at: { revision: number; position: JsonObject; moves: boolean },
): Promise<{ taken: number; corrected: number; moved: boolean; isPast: boolean }> {
  const { reading, record, store, data } = of;
  const former = await store.readSourceRows(
    record.name,
    read.map(({ key }) => key),
  );
  const known = new Map(former.map((row) => [row.key, row]));
  const isSum = reading.project.conflicts === 'sum';
  const changed: { row: ReadRow; former: SourceRow | undefined }[] = [];
  const moved: SourceRow[] = [];
  for (const row of read) {
    const before = known.get(row.key);
    if (before?.hash === row.hash && before.place === row.place) continue;
    // Rows that are added up say the same wherever they stand.
    if (before?.hash === row.hash && isSum) moved.push({ ...before, place: row.place });
    else changed.push({ row, former: before });
  }
  const { position, moves: isPast } = at;
  const advance = { source: record.name, from: at.revision, position, taken: changed.length };
  if (changed.length > 0) {
    const options: SourceRows = {
      source: `source ${record.name}`,
      rows: changed.map(({ row: { key, place, hash }, former }) => ({ key, place, hash, former })),
      moved,
      advance,
    };
    const bytes = Buffer.from(`${changed.map(({ row }) => row.line).join('\n')}\n`);
    const { corrected } = await data.ingestSource(reading.project, bytes, options);
    return { taken: changed.length, corrected, moved: true, isPast };
  }
  if (moved.length === 0 && !isPast) return { taken: 0, corrected: 0, moved: false, isPast };
  await store.advanceSource({ ...advance, rows: moved, corrected: 0 });
  return { taken: 0, corrected: 0, moved: true, isPast };
}
