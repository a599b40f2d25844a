// The tables of alerts, as the migration `alerts` makes them.

/** `body`: the alert as JSON; beside it what it is found by. */
export const alertTables: string = `
create table alert (
  id text primary key,
  project text not null,
  fingerprint text not null,
  is_open integer not null,
  last_at integer not null,
  body text not null,
  unique (project, fingerprint)
) strict, without rowid;
create index alert_by_time on alert (is_open, last_at);
create index alert_by_project on alert (project, is_open, last_at);
create table alert_delivery (
  id text primary key,
  project text not null,
  route text not null,
  group_key text not null,
  state text not null,
  due_at integer not null,
  created_at integer not null,
  ended_at integer,
  tries integer not null,
  error text,
  items text not null
) strict, without rowid;
create index alert_delivery_by_due on alert_delivery (route, state, due_at);
create index alert_delivery_by_group on alert_delivery (group_key) where state = 'waiting' and tries = 0;
`;
