// The table of reports of drift, as the migration `drift reports` makes it.

/** Reports of checks for drift, the newest of each project. */
export const driftTables: string = `
create table drift_report (
  id text primary key,
  project text not null,
  at integer not null,
  period integer not null,
  verdict text not null,
  summary text not null,
  report text not null
) strict, without rowid;
create index drift_report_by_project on drift_report (project, at, id);
`;
