// The table of exposures, as the migration `exposures` makes it.

/** Who was shown which version first when, where requests are divided among several. */
export const exposureTables: string = `
create table exposure (
  project text not null,
  salt text not null,
  unit text not null,
  arm text not null,
  version_id text not null,
  at integer not null,
  primary key (project, salt, unit, arm, version_id)
) strict;
create index exposure_by_age on exposure (at);
`;
