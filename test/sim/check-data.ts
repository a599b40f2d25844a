// Of what was acknowledged: it is there, once, as it was sent.

import { ObservationStatus } from '../../src/core/index.ts';
import type { BatchRecord, TailRow } from '../../src/storage/ports/index.ts';
import type { Finding, Invariant } from './invariants.ts';
import { isAccepted, type Oracle } from './oracle.ts';
import type { Pump } from './pump.ts';
import { rowCount } from './rows.ts';
import type { Seen } from './simulation.ts';

type Found = Omit<Finding, 'step'>;

export async function checkData(seen: Seen & Pump, oracle: Oracle): Promise<Found[]> {
  const { project } = oracle.sim;
  const batches = await seen.store.listBatches(project.name, { afterSeq: 0, limit: 100_000 });
  return [
    ...checkKeys(seen, project.name, batches),
    ...checkRefused(oracle, batches),
    ...(await checkRows(seen, oracle)),
  ];
}

function checkKeys(seen: Seen, project: string, batches: readonly BatchRecord[]): Found[] {
  const found: Found[] = [];
  const byKey = new Map<string, number>();
  for (const { idempotencyKey } of batches) byKey.set(idempotencyKey, (byKey.get(idempotencyKey) ?? 0) + 1);
  for (const [key, count] of byKey)
    if (count > 1)
      found.push({ invariant: 'key-lands-once', what: `${project}: ${key} landed ${count} times` });
  for (const [key, sent] of seen.acknowledged)
    if (sent.project === project && !byKey.has(key))
      found.push({
        invariant: 'rows-are-kept',
        what: `${project}: ${key} was acknowledged and is not there`,
      });
  return found;
}

/** Each batch counts as refused what is wrong, and as accepted what is not. */
function checkRefused(oracle: Oracle, batches: readonly BatchRecord[]): Found[] {
  const found: Found[] = [];
  const bySeq = new Map(batches.map((batch) => [batch.seq, batch]));
  for (const { key, rows, seq } of oracle.landed()) {
    const batch = bySeq.get(seq as number);
    const wrong = rowCount(rows.filter((row) => !isAccepted(oracle.sim, row)));
    if (batch === undefined || batch.rowsQuarantined === wrong) continue;
    const what = `${oracle.sim.project.name}: ${key} has ${wrong} bad rows (${kindsOf(rows)}), ${batch.rowsQuarantined} were refused`;
    found.push({ invariant: 'bad-rows-are-refused', what });
  }
  return found;
}

function kindsOf(rows: readonly { kind: string }[]): string {
  return [...new Set(rows.map(({ kind }) => kind))].filter((kind) => kind !== 'plain').join(', ');
}

/** Read back through the data service: of two values of one period the later batch's, or their sum. */
async function checkRows(seen: Seen & Pump, oracle: Oracle): Promise<Found[]> {
  const { project } = oracle.sim;
  const read = async (): Promise<TailRow[]> => {
    const rows: TailRow[] = [];
    const [process] = seen.processes;
    for await (const page of process?.data.observationsSince(project.name, 0) ?? []) rows.push(...page.rows);
    return rows;
  };
  const there = new Map<string, number>();
  for (const { seriesId, period, value, status } of await seen.pump(read())) {
    if (status === ObservationStatus.refused) continue;
    there.set(`${seriesId} ${period}`, status === ObservationStatus.observed ? value : Number.NaN);
  }
  const meant = oracle.accepted();
  const invariant: Invariant = 'rows-are-kept';
  const found: Found[] = [];
  for (const key of new Set([...there.keys(), ...meant.keys()])) {
    if (Object.is(there.get(key), meant.get(key))) continue;
    const what = `${project.name}: ${key} is ${there.get(key) ?? 'not there'}, sent was ${meant.get(key) ?? 'nothing that may land'}`;
    found.push({ invariant, what });
  }
  return found;
}
