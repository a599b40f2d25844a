// What can go wrong when data come in, by files, requests or streams: part of the table in `errors.ts`.

export const dataErrors = {
  'data/file-not-found': {
    meaning: 'The data file does not exist or may not be read.',
    hint: 'Check the path, and that this user may read the file.',
  },
  'data/not-a-file': {
    meaning: 'The path is a folder, a device or a pipe, not a file.',
    hint: 'Name a CSV, NDJSON, Parquet or .xlsx file (text may be .gz).',
  },
  'data/no-rows': {
    meaning: 'The data holds no row: it is empty, has a header only, or the filter removed everything.',
    hint: 'Check that the export has finished, and the filter.',
  },
  'data/unsupported-format': {
    meaning: 'The bytes are not in a format that can be read.',
    hint: 'Bring CSV, NDJSON, JSON, Parquet or a spreadsheet (.xlsx); text may be compressed with gzip, or be the one file of a zip archive.',
  },
  'data/bad-encoding': {
    meaning: 'The text is not in UTF-8, nor in the encoding that is said.',
    hint: 'Write `encoding` into `dialect` of the project (`--dialect encoding=windows-1252` of `almanac evaluate`), or convert it: iconv -f LATIN1 -t UTF-8 old.csv > new.csv',
  },
  'data/too-large': {
    meaning: 'The data is larger than the limit, possibly only after decompression.',
    hint: 'Split it, or raise the limit named in the message.',
  },
  'data/damaged-file': {
    meaning: 'The file breaks off or breaks the rules of its format.',
    hint: 'Export or copy it again; the message names the place.',
  },
  'data/ambiguous-sheet': {
    meaning: 'A workbook has several sheets with cells, and it is not said which is meant.',
    hint: 'Write its name into `dialect.sheet` of the project, or save the sheet as a file of its own.',
  },
  'data/no-sheet': {
    meaning: 'The workbook has no sheet of the name that `dialect.sheet` says.',
    hint: 'The message lists its sheets: correct the setting.',
  },
  'data/merged-cells': {
    meaning:
      'Cells of a table are merged over several rows, so that a value may be for all of them or for one.',
    hint: 'Unmerge the cells that the message names and fill each row.',
  },
  'data/missing-column': {
    meaning: 'A column that the project, or the mapping of the file, names is not in the data.',
    hint: 'The message lists the columns found: correct the setting or the header; for files that call their columns otherwise write a mapping: `almanac init FILE --mapping NAME.json`.',
  },
  'data/bad-mapping': {
    meaning:
      'A mapping cannot be read, is none of the project, or is not known: it says which columns of a file are those of a project.',
    hint: 'The message names the part that is wrong. `almanac init FILE --mapping NAME.json` writes one from a sample of your file.',
  },
  'data/no-header': {
    meaning: 'The first line of a CSV file is a row: the names of the columns are missing.',
    hint: 'Write a line with the names of the columns above the rows.',
  },
  'data/duplicate-column': {
    meaning: 'Two columns have the same name, and it is one that is read.',
    hint: 'Rename one of them in the header.',
  },
  'data/nothing-to-repair': {
    meaning: 'No quarantined row is left that the repair would change.',
    hint: '`almanac quarantine` lists the rows with their reasons; those with a batch in `repaired by` have been sent again already.',
  },
  'data/bad-repair': {
    meaning: 'The repair says nothing that can be done, or names a column that the project does not read.',
    hint: 'Name columns of the project, and what they become: `--set units=12`, `--map item:OLD=NEW`, `--divide 12`.',
  },
  'data/repair-overtaken': {
    meaning: 'Other quarantined rows of the same batch were repaired at the same time.',
    hint: 'Run it again: what is repaired is left alone.',
  },
  'data/repair-too-large': {
    meaning: 'More quarantined rows are meant than are repaired at once.',
    hint: 'Name fewer, by `--code` or `--rows`.',
  },
  'data/refused-rows': {
    meaning: 'More than one row in twenty of a file breaks a rule, too many to score models by the rest.',
    hint: 'The message names the rules and the first row; how numbers and dates are written can be said: `almanac evaluate --help`. `almanac ingest` sets such rows aside.',
  },
  'data/ambiguous-number': {
    meaning:
      'The numbers of a column can be read in two ways: 1.234 as a fraction, or as a thousand and more.',
    hint: 'Say in `dialect.decimal` and `dialect.thousands` of the project which it is; the message names column and row.',
  },
  'data/ambiguous-time': {
    meaning:
      'The times of a column contradict how they are read: weeks among months, or the month where the day should be.',
    hint: 'Say in `dialect.dateFormat` of the project how they are written; the message names column and row.',
  },
  'data/bad-number': {
    meaning: 'A value is not a finite number.',
    hint: 'Write numbers as 1234.5, without thousands separators; leave unknown values empty. `almanac ingest` sets such rows aside.',
  },
  'data/bad-time': {
    meaning: 'A time cannot be read on the grid.',
    hint: 'Write dates as 2024-03-31 or 2024-03-31T14:00Z, or say how they are written in `dialect.dateFormat`; for plain numbers use frequency step.',
  },
  'data/bad-zone': {
    meaning: 'The time zone is unknown.',
    hint: 'Use an IANA name such as Europe/Berlin, or UTC.',
  },
  'data/bad-where': {
    meaning:
      'The filter is not a valid SQL condition over the columns, or asks for something that is not allowed.',
    hint: 'Write one condition such as "frequency = 12 and category = \'MICRO\'"; it sees only the columns of the file.',
  },
  'data/bad-split': {
    meaning: 'The split column does not say which rows are train and which are test.',
    hint: 'Every row must hold train or test, and the test rows of a series must be its last.',
  },
  'data/bad-join': {
    meaning: 'The file to join does not have exactly one row per series key.',
    hint: 'It needs the series columns, and each key once.',
  },
  'data/bad-covariate': {
    meaning:
      'A column is named as a covariate or as the stock-out column and cannot be one: it has another role already.',
    hint: 'Give every column one role: series, time, target, stock-out, split, known, past or static.',
  },
  'data/unknown-calendar': {
    meaning:
      'The calendar of a project names a country or region that has none, or the periods are too long for one.',
    hint: 'Use ISO 3166 codes, such as country DE and region BY, with hours, days, weeks or months.',
  },
  'data/no-attributes': {
    meaning: 'Attributes were sent to a project that names no static column.',
    hint: 'Name the columns in `columns.static` of the project.',
  },
  'data/bad-closing': {
    meaning: '`closedThrough` is no period of the project, lies too far ahead, or names no reporting group.',
    hint: 'Give the last period that is over, as times of rows are written: 2026-10-28, or a step number.',
  },
  'data/conflicting-rows': {
    meaning: 'Rows of one series and time have different values.',
    hint: 'Name every column of the series key, or say how to resolve them: `--conflicts sum` or `last` of `almanac evaluate`, `conflicts` of a project.',
  },
  'data/too-many-periods': {
    meaning: 'The periods between first and last row, over all series, are more than the limit.',
    hint: 'A wrong frequency or a stray date is the usual cause; the message names the longest series.',
  },
  'data/query-timeout': {
    meaning: 'Reading or filtering the data took longer than the time limit.',
    hint: 'Simplify the filter, bring less data, or raise the limit.',
  },
  'data/out-of-memory': {
    meaning: 'Reading the data needs more memory than allowed.',
    hint: 'Raise the memory limit of the data engine, or bring fewer rows at once.',
  },
  'data/engine-failed': {
    meaning: 'The data engine stopped or refused for a reason not foreseen.',
    hint: 'Try again; if it happens again, report it with the message and cause.',
  },
  'data/rows-keep-coming': {
    meaning:
      'With the rule sum a batch is added to what is known; others for the same periods kept landing while it was.',
    hint: 'Send it again with the same key, or the same file: nothing of it is there. Fewer, larger batches at a time meet less.',
    heals: true,
  },
  'data/idempotency-conflict': {
    meaning: 'This idempotency key came before, with other bytes or by another mapping.',
    hint: 'Use a new key for new data; repeat a key only with exactly the same body.',
  },
  'data/read-otherwise': {
    meaning: 'A file with these bytes was taken in before, and was read by another mapping, or by none.',
    hint: 'Take that batch back (`almanac withdraw --batch`), then bring the file again with a `--key` of its own.',
  },
  'data/unknown-batch': {
    meaning: 'The project has no batch of that id.',
    hint: 'An ingest prints the id of its batch; leave it out to see the rows of all batches.',
  },
  'data/nothing-to-withdraw': {
    meaning: 'A withdrawal names no rows, or none that are there.',
    hint: 'Name a batch or a series, as `almanac ingest` and `almanac why` print them; the range of periods is inclusive.',
  },
  'data/unknown-withdrawal': {
    meaning: 'The project has no such withdrawal, or its rows stand again already.',
    hint: 'List them with `almanac withdraw list`.',
  },
  'data/withdrawal-too-large': {
    meaning: 'A withdrawal would change more periods than one batch may hold.',
    hint: 'Withdraw by series, or one range of periods after the other.',
  },
  'data/quarantine-removed': {
    meaning: 'The refused rows of the batch were removed because of their age.',
    hint: 'How many there were and why is in the record of the batch; `retention.quarantineDays` says how long they are kept.',
  },
  'data/unknown-snapshot': {
    meaning: 'The project has no snapshot of that id.',
    hint: 'Run `almanac snapshot list`.',
  },
  'data/stale-history': {
    meaning: 'The newest observation is older than the contract of the project allows.',
    hint: 'Bring newer data, or raise `contract.stalePeriodsMax`.',
  },
  'data/no-history': {
    meaning: 'The project has no accepted observation yet.',
    hint: 'Ingest data first: `almanac ingest FILE`, or POST …/observations.',
  },
  'streams/unreachable': {
    meaning: 'The broker of a stream does not answer, or refuses user and password.',
    hint: 'Check url, user and password of the stream, and that the broker runs; it is tried again by itself.',
    heals: true,
  },
  'streams/unknown-stream': {
    meaning: 'The broker has no stream or topic of that name, or the configuration names no such stream.',
    hint: 'Create the stream or topic at the broker, or correct `streams` in the configuration.',
    heals: true,
  },
  'streams/unsupported-retention': {
    meaning:
      'A JetStream stream drops messages when they are acknowledged, so that none could be read again.',
    hint: 'Use a stream with retention `limits`: its messages stay for a time or up to a size.',
  },
  'streams/other-stream': {
    meaning: 'The stream at the broker is not the one that was read before: it was deleted and made again.',
    hint: 'Stop the server and say where to begin: `almanac streams replay NAME --from start`, `now`, a time or a sequence.',
  },
  'streams/position-moved': {
    meaning: 'Another reader of the stream, or a replay, has moved its position meanwhile.',
    hint: 'Nothing to do: reading goes on from the position as it is now.',
    heals: true,
  },
  'streams/not-taken': {
    meaning: 'The broker did not store an answer or a dead letter.',
    hint: 'NATS: a JetStream stream must cover the subject. Kafka: the topic must exist or be made by the broker.',
    heals: true,
  },
  'streams/too-large': {
    meaning: 'An answer is larger than the broker takes in one message.',
    hint: 'Ask for fewer series or steps in one request, or raise the size that the broker takes.',
  },
  'streams/bad-message': {
    meaning: 'A message is not what its stream carries: not JSON, or not an object.',
    hint: 'Send an object, a list of objects or NDJSON in UTF-8: `almanac docs streams`.',
  },
  'streams/bad-position': {
    meaning: 'The place to read from is not a sequence, a time, `start` or `now`.',
    hint: 'Give --from start, now, a sequence such as 1200, or a time such as 2026-03-31T00:00Z.',
  },
  'streams/no-kafka': {
    meaning: 'A Kafka stream is configured and its client is not installed.',
    hint: 'Run: npm install @platformatic/kafka',
  },
  'sources/unreachable': {
    meaning: 'The server of a source does not answer, or refuses user and password.',
    hint: 'Check url, user and the variable of the password, and that the server runs; it is tried again by itself.',
    heals: true,
  },
  'sources/no-secret': {
    meaning: 'The environment variable that a source takes its secret from is not set.',
    hint: 'Set the variable that the message names for the process of the server, and start it again.',
  },
  'sources/unknown-source': {
    meaning: 'The configuration names no such source.',
    hint: 'Correct the name, or `sources` in the configuration; `almanac sources` lists them.',
  },
  'sources/schema-changed': {
    meaning:
      'A column of a source is gone, or is of another type than before. The source is paused; nothing of it is lost.',
    hint: 'Mend the column or the query, or accept what is there now: `almanac sources resume NAME`.',
  },
  'sources/bad-query': {
    meaning: 'The database refuses the query of a source. The source is paused.',
    hint: 'Mend `query`, or the rights of its user, then `almanac sources resume NAME`.',
  },
  'sources/bad-watermark': {
    meaning:
      'Rows of a source cannot be put in order by its watermark: it is empty, not finite, or of a type that does not rise.',
    hint: 'Fill the column, leave such rows out in the query, or name another column: a timestamptz, timestamp, date or integer.',
  },
  'sources/bad-key': {
    meaning:
      'The key of a source does not name one row: it is empty, or two rows have it. The source is paused.',
    hint: 'Name all columns that together name a row in `key`, then `almanac sources resume NAME`.',
  },
  'sources/other-source': {
    meaning: 'A source has another key, watermark or project than what was read of it before.',
    hint: 'Change it back, or give the source another name and take back what it brought (`almanac withdraw`).',
  },
  'sources/row-too-large': {
    meaning: 'One row of a source is larger than a row may be. The source is paused.',
    hint: 'Select only the columns that the project reads, then `almanac sources resume NAME`.',
  },
  'sources/too-many-objects': {
    meaning: 'More objects lie under the prefix of a source than it looks through.',
    hint: 'Give a longer `prefix`, or an `ending`, or move what has been read elsewhere.',
  },
  'sources/position-moved': {
    meaning: 'Another process has read the source meanwhile.',
    hint: 'Nothing to do: reading goes on from the position as it is now.',
    heals: true,
  },
  'sources/unauthorized': {
    meaning:
      'A delivery to a webhook does not prove that its sender knows the secret, or its signature is too old.',
    hint: 'Sign `id.timestamp.body` with the secret of the webhook at the moment of sending, with a clock that is right: `almanac docs sources`.',
  },
  'sources/bad-delivery': {
    meaning: 'A delivery to a webhook has no id, or no row that can be taken in; nothing of it has landed.',
    hint: 'Mend what the message names, at the sender or in `rowsPath` and `fields`, and send it again; its id may stay.',
  },
  'sources/delivery-too-large': {
    meaning: 'A delivery to a webhook whose fields are named in the settings is larger than one may be.',
    hint: 'Send it in parts, each with an id of its own.',
  },
  'sources/busy': {
    meaning: 'As many deliveries to a webhook are under way as it takes at once.',
    hint: 'Send this one again after the time of Retry-After, with the same id.',
    heals: true,
  },
  'sources/not-read': {
    meaning: 'A webhook is not read: its sender posts what is new.',
    hint: 'Let the sender deliver again what is missing; what has landed is recognised by its id.',
  },
  'sources/paused': {
    meaning: 'A source is paused because of something that only people can judge.',
    hint: 'Look at its reason with `almanac sources`, mend it, then `almanac sources resume NAME`.',
  },
  'sources/no-client': {
    meaning: 'A source of a database is configured and its client is not installed.',
    hint: 'Run: npm install pg',
  },
} as const;
