// Predictions as they were answered: the table that grows with traffic, so rows go in through one prepared statement.

import { endianness } from 'node:os';
import type { Selectable } from 'kysely';
import { assert } from '../../core/index.ts';
import type { AdaptedLevels, JsonObject, PredictionRecord, PredictionStore } from '../ports/index.ts';
import type { Database } from './database.ts';
import { oneRowIn } from './expressions.ts';
import type { PredictionTable } from './schema.ts';
import { countPredictions, predictionStats } from './totals.ts';

const insertSql = `insert into prediction
  (id, request_id, project, series_id, version_id, arm, source, cutoff, made_at, levels, mean, quantiles,
   covariates, features, adapted, purpose)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`;

export function predictionStore(database: Database): PredictionStore {
  return {
    appendPredictions: (predictions) =>
      database.write('predictions of the project', async (trx) => {
        const insert = database.prepare(insertSql);
        const levelsJson = jsonOnce();
        const adaptedJson = jsonOnce();
        const added = new Map<string, { count: number; cutoffMin: number; cutoffMax: number }>();
        for (const p of predictions) {
          const { changes } = insert.run(
            p.id,
            p.requestId,
            p.project,
            p.seriesId,
            p.versionId,
            p.arm,
            p.source,
            p.cutoff,
            p.madeAt,
            levelsJson(p.levels),
            bytesOf(p.mean),
            bytesOf(p.quantiles),
            p.covariates === undefined ? null : JSON.stringify(p.covariates),
            p.features === undefined ? null : bytesOf(p.features),
            p.adapted === undefined ? null : adaptedJson(p.adapted),
            p.purpose,
          );
          if (changes === 0) continue;
          const known = added.get(p.project) ?? { count: 0, cutoffMin: p.cutoff, cutoffMax: p.cutoff };
          added.set(p.project, {
            count: known.count + 1,
            cutoffMin: Math.min(known.cutoffMin, p.cutoff),
            cutoffMax: Math.max(known.cutoffMax, p.cutoff),
          });
        }
        await countPredictions(trx, added);
      }),

    getPrediction: (id) =>
      database.read(async (db) => {
        const row = await db.selectFrom('prediction').selectAll().where('id', '=', id).executeTakeFirst();
        return row === undefined ? undefined : predictionOf(row);
      }),

    scanPredictions: (
      project,
      { cutoffMin, cutoffMax, versionId, seriesId, purpose, after, limit, oneIn = 1 },
    ) =>
      database.read(async (db) => {
        let query = db
          .selectFrom('prediction')
          .selectAll()
          .where('project', '=', project)
          .where('cutoff', '<=', cutoffMax);
        if (versionId !== undefined) query = query.where('version_id', '=', versionId);
        if (seriesId !== undefined) query = query.where('series_id', '=', seriesId);
        if (purpose !== undefined) query = query.where('purpose', '=', purpose);
        // One lower bound: beside a second one the index would be walked from the lower of the two, page after page.
        if (after === undefined || after.cutoff < cutoffMin) query = query.where('cutoff', '>=', cutoffMin);
        else
          query = query.where((eb) => eb(eb.refTuple('cutoff', 'id'), '>', eb.tuple(after.cutoff, after.id)));
        if (oneIn > 1) query = query.where(oneRowIn(oneIn));
        const rows = await query.orderBy('cutoff').orderBy('id').limit(limit).execute();
        return rows.map(predictionOf);
      }),

    featureSamples: (project, versionId, limit) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('prediction')
          .select(['id', 'series_id', 'cutoff', 'covariates', 'features'])
          .where('project', '=', project)
          .where('version_id', '=', versionId)
          .where('features', 'is not', null)
          .orderBy('made_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit)
          .execute();
        return rows.map((row) => ({
          id: row.id,
          seriesId: row.series_id,
          cutoff: row.cutoff,
          features: numbersOf(row.features as Uint8Array),
          ...(row.covariates === null ? {} : { covariates: JSON.parse(row.covariates) as JsonObject }),
        }));
      }),

    predictionStats: (project) => database.read((db) => predictionStats(db, project)),
  };
}

function predictionOf(row: Selectable<PredictionTable>): PredictionRecord {
  return {
    id: row.id,
    requestId: row.request_id,
    project: row.project,
    seriesId: row.series_id,
    versionId: row.version_id,
    arm: row.arm,
    purpose: row.purpose,
    source: row.source,
    cutoff: row.cutoff,
    madeAt: row.made_at,
    levels: JSON.parse(row.levels) as number[],
    mean: numbersOf(row.mean),
    quantiles: numbersOf(row.quantiles),
    ...(row.covariates === null ? {} : { covariates: JSON.parse(row.covariates) as JsonObject }),
    ...(row.adapted === null ? {} : { adapted: JSON.parse(row.adapted) as AdaptedLevels }),
  };
}

/** Writes the same objects as JSON once: the predictions of one request share their levels. */
function jsonOnce(): (value: object) => string {
  const texts = new Map<object, string>();
  return (value) => {
    const text = texts.get(value) ?? JSON.stringify(value);
    texts.set(value, text);
    return text;
  };
}

/** The memory of the numbers, not a copy. Node runs on little-endian machines only, by this check. */
function bytesOf(numbers: Float64Array): Uint8Array {
  assert(endianness() === 'LE', 'numbers are stored little endian');
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** A copy, because the bytes SQLite hands out need not begin at a multiple of eight. */
function numbersOf(bytes: Uint8Array): Float64Array {
  const copy = new Float64Array(bytes.byteLength / 8);
  new Uint8Array(copy.buffer).set(bytes);
  return copy;
}
