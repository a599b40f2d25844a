// Later changes of what is kept of batches and their rows: part of the list in `migrations.ts`.

export const partsOfSums: string = `
alter table batch add column rows_replaced integer not null default 0;
alter table batch add column rows_added integer not null default 0;
alter table tail add column part_value real;
alter table tail add column part_status integer;
`;

/** Rows of sums that were refused, and what the others come to while they wait. */
export const openSums: string = `
alter table tail add column refused_rows integer;
alter table tail add column answered_rows integer;
alter table tail add column open_value real;
alter table tail add column open_status integer;
alter table tail add column open_rows integer;
`;

/** Quarantined rows that a later batch brought again. */
export const repairs: string = `
alter table batch add column repair_of text;
alter table batch add column repair text;
alter table batch add column rows_repaired integer not null default 0;
create index batch_by_repaired on batch (project, repair_of, seq) where repair_of is not null;
`;

/** What the contract of a project came to when it was asked last, by kind of asking. */
export const contractLooks: string = `
create table contract_look (
  project text not null,
  kind text not null,
  at integer not null,
  version text not null,
  batch_id text,
  source text not null,
  refused integer not null,
  passed integer not null,
  not_checked integer not null,
  failed text not null,
  others integer not null,
  primary key (project, kind)
) strict, without rowid;
`;

/** Which series had rows held back for another unit, and where they were accepted. */
export const unitWords: string = `
create table unit_word (
  project text not null,
  batch_seq integer not null references batch (seq),
  series_id text not null,
  word text not null,
  factor real not null,
  is_sure integer not null,
  primary key (project, batch_seq, series_id)
) strict, without rowid;
`;

/** Which rows are parts of periods that were not over when their batch came. */
export const openPeriods: string = `
alter table batch add column open_from integer;
create index batch_with_parts on batch (project, period_max) where open_from is not null;
`;
