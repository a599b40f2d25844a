// Staged rows that do not fit into memory: a table of the engine.

import type { DuckDBDataChunk } from '@duckdb/node-api';

import { ObservationStatus } from '../../../core/index.ts';
import { ColumnWriter } from './column-writer.ts';
import type { Engine } from './engine.ts';
import { type StagedRow, type StagedSource, silentPlan } from './staged-row.ts';

const { plan, refused } = ObservationStatus;
/** Rows that say something of demand. */
const says = `st NOT IN (${plan}, ${silentPlan}, ${refused})`;

/** Table `staged`: number, series, period, instant, value, status, covariates x0… */
export class StagedTable implements StagedSource {
  rows: number;
  readonly #engine: Engine;
  readonly #cells: number;

  constructor(engine: Engine, { rows, cells }: { rows: number; cells: number }) {
    this.#engine = engine;
    this.#cells = cells;
    this.rows = rows;
  }

  async span(): Promise<{ min: number; max: number }> {
    const [min, max] = await this.#engine.row('SELECT min(p), max(p) FROM staged');
    return { min: Number(min), max: Number(max) };
  }

  async periods(known: number | null): Promise<number[]> {
    const after = known === null ? '' : ` AND p > ${known}`;
    const periods = await this.#engine.rows(`SELECT DISTINCT p FROM staged WHERE ${says}${after} ORDER BY p`);
    return periods.map(([period]) => Number(period));
  }

  async rowsBySeries(from: number): Promise<ReadonlyMap<number, number>> {
    const since = Number.isFinite(from) ? ` AND p >= ${from}` : '';
    const rows = await this.#engine.rows(`SELECT s, count(*) FROM staged WHERE ${says}${since} GROUP BY s`);
    return new Map(rows.map(([series, count]) => [Number(series), Number(count)]));
  }

  async takeOut(from: number, { isMarked }: { isMarked: boolean }): Promise<number[]> {
    const isTaken = `p >= ${from} AND st NOT IN (${plan}, ${silentPlan})`;
    const taken = await this.#engine.rows(
      `SELECT n FROM staged WHERE ${isTaken} AND st <> ${refused} ORDER BY n`,
    );
    await this.#engine.run(
      isMarked ? `UPDATE staged SET st = ${refused} WHERE ${isTaken}` : `DELETE FROM staged WHERE ${isTaken}`,
    );
    const [rows] = await this.#engine.row('SELECT count(*) FROM staged');
    this.rows = Number(rows);
    return taken.map(([row]) => Number(row));
  }

  async newest(plansThrough: number): Promise<number> {
    const plans = Number.isFinite(plansThrough) ? ` OR (st = ${plan} AND p <= ${plansThrough})` : '';
    const [newest] = await this.#engine.row(`SELECT max(p) FROM staged WHERE ${says}${plans}`);
    return newest === null || newest === undefined ? Number.NEGATIVE_INFINITY : Number(newest);
  }

  async lastInstants(periodsMax: number): Promise<ReadonlyMap<number, number>> {
    const rows = await this.#engine.rows(
      `SELECT p, max(t) FROM staged WHERE ${says} GROUP BY p ORDER BY p DESC LIMIT ${periodsMax}`,
    );
    return new Map(rows.map(([period, instant]) => [Number(period), Number(instant)]));
  }

  async each(rank: Int32Array, visit: (row: StagedRow) => void): Promise<void> {
    const writer = await ColumnWriter.create(this.#engine, 'ranks', { s: 'INTEGER', k: 'INTEGER' });
    for (const [series, k] of rank.entries()) writer.push(series, k);
    writer.end();
    const cells = Array.from({ length: this.#cells }, (_, i) => `, x${i}`).join('');
    const sorted = this.#engine.chunks(
      `SELECT s, p, t, n, v, st${cells} FROM staged JOIN ranks USING (s) ORDER BY k, p, t, n`,
      this.rows,
    );
    for await (const chunk of sorted) this.#visit(chunk, visit);
  }

  #visit(chunk: DuckDBDataChunk, visit: (row: StagedRow) => void): void {
    const column = (i: number) => (chunk.getColumnVector(i) as unknown as { items: ArrayLike<number> }).items;
    const [s, p, t, n, st] = [column(0), column(1), column(2), column(3), column(5)];
    const v = chunk.getColumnVector(4);
    const cells = Array.from({ length: this.#cells }, (_, i) => chunk.getColumnVector(6 + i));
    const row: StagedRow = { series: 0, period: 0, instant: 0, row: 0, value: 0, status: 0, cells: null };
    const { rowCount } = chunk;
    for (let i = 0; i < rowCount; i++) {
      row.series = s[i]!;
      row.period = p[i]!;
      row.instant = t[i]!;
      row.row = n[i]!;
      row.value = (v.getItem(i) as number | null) ?? Number.NaN;
      row.status = st[i]!;
      if (cells.length > 0)
        row.cells = Float64Array.from(cells, (cell) => (cell.getItem(i) as number | null) ?? Number.NaN);
      visit(row);
    }
  }
}
