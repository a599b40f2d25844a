// Door of `data`: from files and bodies to checked histories, snapshots and panels.
export { type BuiltPanel, buildPanel, type PanelOptions, type PanelRows } from './build-panel.ts'; // rows to histories
export { DuckDb, type DuckDbOptions, type Timers } from './duckdb.ts'; // workers that run DuckDB
export {
  type ExtraColumn,
  readTable,
  type Table,
  type TableConflictRule,
  type TableOptions,
} from './table.ts'; // a file as columns, for evaluate
