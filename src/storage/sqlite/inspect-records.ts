// Do the records of a database fit each other? Each check is a query for what does not, with how to say it.

import type { DatabaseSync } from 'node:sqlite';

const examplesMax = 20;

const referenceChecks: readonly { readonly what: string; readonly sql: string }[] = [
  {
    what: 'predictions of a version that is not there',
    sql: `select version_id as name, count(*) as n from prediction
      where source = 'model' and version_id not in (select id from version) group by version_id`,
  },
  {
    what: 'exposures to a version that is not there',
    sql: `select version_id as name, count(*) as n from exposure
      where version_id not in (select id from version) group by version_id`,
  },
  {
    what: 'overrides that end one that is not there',
    sql: `select id as name, 1 as n from override_entry as later where ends is not null and not exists (
      select 1 from override_entry as entry where entry.id = later.ends and entry.kind = 'set' and entry.project = later.project
        and entry.series_id = later.series_id and entry.period = later.period and entry.seq < later.seq)`,
  },
  {
    what: 'snapshots with a segment that is no segment of the project any more',
    sql: `select snapshot.id as name, count(*) as n from snapshot, json_each(segments)
      where not exists (select 1 from segment where segment.project = snapshot.project and segment.hash = json_extract(value, '$.hash'))
      group by snapshot.id`,
  },
  {
    what: 'batches that count as sealed, and no segment has them',
    sql: `select id as name, 1 as n from batch where sealed = 1 and rows_accepted > 0 and not exists (
      select 1 from segment where segment.project = batch.project and batch.seq between batch_seq_min and batch_seq_max)`,
  },
  {
    what: 'rows of a batch of another project',
    sql: `select batch.id as name, count(*) as n from tail join batch on batch.seq = tail.batch_seq
      where tail.project <> batch.project group by batch.id`,
  },
];

const orderChecks: readonly { readonly what: string; readonly sql: string }[] = [
  {
    what: 'aliases that point to a version of another project',
    sql: `select alias.project || ' ' || alias as name, 1 as n from alias join version on version.id = alias.version_id
      where version.project <> alias.project`,
  },
  {
    what: 'aliases that are not what their last change says',
    sql: `select alias.project || ' ' || alias.alias as name, 1 as n from alias where version_id <> (
      select version_id from alias_change where alias_change.project = alias.project and alias_change.alias = alias.alias
      order by seq desc limit 1)`,
  },
  {
    what: 'positions of a stream that is not there, or that make no sense',
    sql: `select stream as name, 1 as n from stream_position
      where stream not in (select name from stream) or messages < 0 or dead_letters < 0 or dead_letters > messages`,
  },
  {
    what: 'holes in the order of events',
    sql: `select seq as name, gap as n from (select seq, seq - lag(seq) over (order by seq) - 1 as gap from event) where gap > 0`,
  },
  {
    what: 'holes in the order of batches',
    sql: `select seq as name, gap as n from (select seq, seq - lag(seq) over (order by seq) - 1 as gap from batch) where gap > 0`,
  },
  {
    what: 'batches without the event that told of them, though later ones have theirs',
    sql: `select id as name, 1 as n from batch where seq > coalesce((
        select min(json_extract(data, '$.seq')) from event where type = 'batch.committed'), 0)
      and seq not in (select json_extract(data, '$.seq') from event where type = 'batch.committed')`,
  },
];

/** Foreign keys, and references that have none. */
export function checkReferences(file: DatabaseSync): string[] {
  const broken = file
    .prepare('select "table" as name, parent, count(*) as n from pragma_foreign_key_check group by 1, 2')
    .all()
    .map(({ name, parent, n }) => `${n} records of ${name} refer to a ${parent} that is not there`);
  return [...broken, ...run(file, referenceChecks)];
}

/** Aliases, streams, and whether batches and events follow each other without holes. */
export function checkOrder(file: DatabaseSync): string[] {
  return run(file, orderChecks);
}

function run(file: DatabaseSync, checks: typeof orderChecks): string[] {
  return checks.flatMap(({ what, sql }) => {
    const rows = file.prepare(`${sql} limit ${examplesMax}`).all();
    if (rows.length === 0) return [];
    const names = rows.slice(0, 3).map(({ name, n }) => (Number(n) > 1 ? `${name} (${n})` : String(name)));
    return [`${what}: ${names.join(', ')}${rows.length > names.length ? ', …' : ''}`];
  });
}
