// The tables of sources, as the migration `sources` makes them.

/** Sources that are read by the clock, and what each row of them said. */
export const sourceTables: string = `
create table source (
  name text primary key,
  project text not null,
  identity text not null,
  revision integer not null,
  position text not null,
  paused integer not null,
  problem_code text,
  problem text,
  problem_at integer,
  failures integer not null,
  rows integer not null,
  corrections integer not null,
  read_at integer
) strict, without rowid;
create table source_row (
  source text not null,
  key text not null,
  place text not null,
  hash text not null,
  series_id text,
  period integer,
  value real,
  status integer,
  primary key (source, key)
) strict, without rowid;
create index source_row_by_cell on source_row (source, series_id, period) where series_id is not null;
`;
