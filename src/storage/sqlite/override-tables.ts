// The tables of overrides, as the migration `overrides` makes them: only ever added to, until the project is purged.

/** What was said together, and each period of it. `ends`: the entry that does not stand any more since; no entry is ended twice. */
export const overrideTables: string = `
create table override_change (
  id text primary key,
  project text not null,
  client_key text,
  content_hash text not null
) strict, without rowid;
create unique index override_change_by_key on override_change (project, client_key) where client_key is not null;
create table override_entry (
  seq integer primary key autoincrement,
  id text not null unique,
  change_id text not null references override_change (id),
  project text not null,
  series_id text not null,
  period integer not null,
  kind text not null,
  ends text unique,
  at integer not null,
  by text not null,
  reason text not null,
  value real,
  asked text,
  said text
) strict;
create index override_entry_by_project on override_entry (project, seq);
create index override_entry_by_cell on override_entry (project, series_id, period, seq);
create index override_entry_by_period on override_entry (project, period, seq);
create index override_entry_by_change on override_entry (change_id);
`;
