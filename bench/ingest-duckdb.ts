// A peer of `bench/ingest.ts`: DuckDB alone from CSV to Parquet, one row per series and period. Usage: ingest-duckdb.ts FROM TO [sorted]

import { availableParallelism } from 'node:os';
import { DuckDBInstance } from '@duckdb/node-api';

const [from = '', to = '', order] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:', { threads: String(availableParallelism()) });
const connection = await instance.connect();
await connection.run(
  `COPY (SELECT store, item, date, sum(units) AS units FROM read_csv('${from}') GROUP BY ALL
         ${order === 'sorted' ? 'ORDER BY store, item, date' : ''})
   TO '${to}' (FORMAT parquet, COMPRESSION zstd)`,
);
