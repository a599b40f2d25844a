// The data folder of `bench/ledger.ts`: written straight into the database, as half a million requests would take hours.

import { DatabaseSync } from 'node:sqlite';
import { IdSource, Rng } from '../src/core/index.ts';

export const seriesCount = 1_000;
const startMs = Date.UTC(2025, 0, 1);
const dayMs = 86_400_000;
/** Days since 1970, the periods of a daily grid. */
export const firstDay: number = startMs / dayMs;

export const seriesName = (i: number): string => `item-${String(i).padStart(4, '0')}`;
export const dayName = (period: number): string => new Date(period * dayMs).toISOString().slice(0, 10);
export const demandOf = (series: number, period: number): number =>
  20 + (series % 50) + 5 * ((period + series) % 7) + ((period * 7919 + series * 104_729) % 11);

/** One batch of one row after the other, series by series and day by day, each with its event. Days before the last are closed. */
export function addBatches(path: string, count: number): void {
  const file = new DatabaseSync(path);
  file.exec('pragma synchronous = off; begin immediate');
  const batch = file.prepare(`insert into batch
    (id, project, idempotency_key, content_hash, source, received_at, rows_accepted, rows_duplicate, rows_quarantined,
     quarantined_by_code, period_min, period_max, sealed) values (?, 'shop', ?, '', 'http', ?, 1, 0, 0, '{}', ?, ?, 0) returning seq`);
  const tail = file.prepare(`insert into tail (project, period, series_id, batch_seq, value, status, known_at)
    values ('shop', ?, ?, ?, ?, 0, ?)`);
  const closing = file.prepare(`insert into closing (project, reporting_group, batch_seq, through, cause, at)
    values ('shop', '', ?, ?, 'reporters', ?)`);
  const event = file.prepare(
    `insert into event (seq, at, project, type, data) values (?, ?, 'shop', 'batch.committed', ?)`,
  );
  let seq = Number(file.prepare(`select value from counter where name = 'event'`).get()?.value);
  for (let i = 0; i < count; i++) {
    const period = firstDay + 1 + Math.floor(i / seriesCount);
    const series = i % seriesCount;
    const at = period * dayMs;
    const batchSeq = Number(batch.get(`bat_ledger_${i}`, `ledger-${i}`, at, period, period)?.seq);
    tail.run(period, seriesName(series), batchSeq, demandOf(series, period), at);
    if (series === seriesCount - 1) closing.run(batchSeq, period, at);
    const told = { batchId: `bat_ledger_${i}`, seq: batchSeq, rowsAccepted: 1, rowsQuarantined: 0 };
    event.run(++seq, at, JSON.stringify({ ...told, periodMin: period, periodMax: period }));
  }
  file.prepare(`update counter set value = ? where name = 'event'`).run(seq);
  file.exec(`insert or replace into history_total
    select project, count(*), max(seq), sum(case when sealed = 0 then rows_accepted + rows_quarantined else 0 end),
      min(period_min), max(period_max) from batch group by project; commit`);
  file.close();
}

/** Forecasts of every series at every cutoff up to the last day, as many of each as it takes. */
export function addPredictions(path: string, of: { count: number; days: number; versionId: string }): void {
  const { count, days, versionId } = of;
  const file = new DatabaseSync(path);
  file.exec('pragma synchronous = off; begin immediate');
  const rng = new Rng(1);
  const ids = new IdSource(
    () => startMs,
    (bytes) => {
      for (let i = 0; i < bytes.length; i++) bytes[i] = rng.below(256);
    },
  );
  const insert = file.prepare(`insert into prediction
    (id, request_id, project, series_id, version_id, arm, source, cutoff, made_at, levels, mean, quantiles, adapted)
    values (?, 'req_1', 'shop', ?, ?, 'champion', 'model', ?, ?, '[0.1,0.5,0.9]', ?, ?, ?)`);
  const adapted = JSON.stringify({ demand: 'regular', levels: [0.1, 0.5, 0.9] });
  const horizon = 7;
  for (let i = 0; i < count; i++) {
    const series = i % seriesCount;
    const cutoff = firstDay + (Math.floor(i / seriesCount) % days);
    const mean = Float64Array.from(
      { length: horizon },
      (_, k) => demandOf(series, cutoff + k + 1) - 5 + rng.below(10),
    );
    const quantiles = Float64Array.from({ length: 3 * horizon }, (_, k) =>
      Math.max(0, (mean[k % horizon] as number) + (Math.floor(k / horizon) - 1) * 6),
    );
    const bytes = (numbers: Float64Array): Uint8Array => new Uint8Array(numbers.buffer);
    insert.run(
      ids.next('prd'),
      seriesName(series),
      versionId,
      cutoff,
      cutoff * dayMs,
      bytes(mean),
      bytes(quantiles),
      adapted,
    );
  }
  file.exec(`insert or replace into prediction_total
    select project, count(*), min(cutoff), max(cutoff) from prediction group by project; commit`);
  file.close();
}
