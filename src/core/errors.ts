// Every operating error the product can report: code, meaning, and what the reader can do. Grouped by room.
// HTTP statuses live in http/problem.ts; docs/reference/errors.md is generated from this table.

import { inferenceErrors } from './inference-errors.ts';

interface ErrorEntry {
  readonly meaning: string;
  readonly hint: string;
  /** It may pass by itself: background work tries again instead of failing. */
  readonly heals?: true;
}

const ofRooms = {
  'config/invalid': {
    meaning: 'A setting has a value of the wrong type or outside its range.',
    hint: 'See the setting named in the message in docs/reference/settings.md.',
  },
  'config/not-found': {
    meaning: 'The configuration file named does not exist or cannot be read.',
    hint: 'Run `almanac init FILE` to write one, or pass --config.',
  },
  'cli/usage': {
    meaning: 'A command was called with options that do not go together, or without one it needs.',
    hint: 'Add --help to the command to see what it takes.',
  },
  'cli/job-failed': {
    meaning: 'The job that a command started has ended without success.',
    hint: 'The message holds the reason of the job; `almanac runs` shows what was recorded of it.',
  },
  'cli/system': {
    meaning: 'The operating system refused to open, read or write something.',
    hint: 'Look at the path and the reason in the message: permissions, a full disk, a name that is taken.',
  },
  'cli/unreadable-file': {
    meaning: 'A file given to a command cannot be opened, or holds no table.',
    hint: 'Give a CSV or NDJSON file (gzip too) with named columns and at least one row.',
  },
  'cli/unreachable': {
    meaning: 'No Almanac server answers at the address.',
    hint: 'Start one with `almanac up`, or name the address of another with --url.',
  },
  'cli/no-guess': {
    meaning: 'The columns of a sample do not say which is the time and which the demand.',
    hint: 'Name the columns `timestamp` and `value`, or write almanac.config.ts by hand: docs/reference/settings.md.',
  },
  'cli/file-exists': {
    meaning: 'A file would be overwritten.',
    hint: 'Pass --force to overwrite it, or --out with another name.',
  },
  'cli/unwritable-file': {
    meaning: 'A file that a command writes cannot be written.',
    hint: 'Check that its folder exists and that this user may write there.',
  },
  'models/unknown-model': {
    meaning: 'No model of that name is in the catalog.',
    hint: 'Run `almanac models --catalog` or see docs/reference/models.md for the names.',
  },
  'models/corrupt-state': {
    meaning: 'A saved model state does not have the layout its model expects.',
    hint: 'The artifact was written by another version or is damaged: train again.',
  },
  'models/bad-training-set': {
    meaning: 'Rows, targets, weights or columns given to the training of trees are not of the form it needs.',
    hint: 'The message names the column or row: leave such rows out, or give the columns the trees were trained on.',
  },
  'models/bad-booster-option': {
    meaning: 'An option of the training of trees is outside its range.',
    hint: 'Give a value within the range that the message names.',
  },
  'serving/not-trained': {
    meaning: 'Nothing can be forecast yet: no version is the champion and the recent history is empty.',
    hint: 'Send history (POST …/observations or `almanac ingest`), train (POST …/train or `almanac train`), then ask again.',
  },
  'serving/unknown-series': {
    meaning: 'A series asked for is neither in the champion nor in the data that arrived since.',
    hint: 'Check the id (composite keys are joined by `/`), or send observations of it first.',
  },
  'serving/unknown-project': {
    meaning: 'No project of that name is being served.',
    hint: 'GET /v1/projects lists the names; add it to the configuration and restart.',
  },
  'serving/horizon-too-long': {
    meaning: 'More steps were asked for than the project forecasts.',
    hint: 'Ask for at most the horizon named in the message, or raise `horizonSteps` of the project and train again.',
  },
  'serving/invalid-future': {
    meaning: 'The plans in a forecast request do not fit: column, series, number of values or kind of value.',
    hint: 'Give each column that is known ahead one value per step, by column or by series and column.',
  },
  'serving/invalid-levels': {
    meaning: 'A quantile level is not between 0 and 1, or none or too many were given.',
    hint: 'Give up to 99 levels such as 0.1 and 0.9, each above 0 and below 1.',
  },
  'serving/invalid-position': {
    meaning:
      'A stock position or its terms cannot be planned with: a negative number, two targets, a series given twice.',
    hint: 'Change what the message names; docs/guides/replenishment.md lists every field.',
  },
  'serving/overloaded': {
    meaning: 'More forecasts wait to be computed or stored than the server can do in good time.',
    hint: 'Ask again after the time in Retry-After, or for fewer series at once.',
  },
  'serving/deadline-exceeded': {
    meaning: 'The answer was not ready in the time that the request gave it.',
    hint: 'Give a longer `timeoutMs`, ask for fewer series at once, or ask again when there is less to do.',
  },
  'serving/swap-refused': {
    meaning: 'A version did not pass the checks made before it takes traffic; the old one goes on serving.',
    hint: 'See the reason in the message and the event `swap.refused`; train again or promote another version.',
  },
  'registry/no-earlier-champion': {
    meaning: 'There is no version to go back to: none was champion before the present one.',
    hint: 'Promote a version by its number instead; `almanac models` lists them.',
  },
  'serving/no-rollback': {
    meaning: 'No earlier version is loaded to go back to.',
    hint: 'Promote an earlier version by its number instead.',
  },
  'serving/stopped': {
    meaning: 'The server is shutting down.',
    hint: 'Ask again after the restart.',
  },
  'serving/version-not-loaded': {
    meaning: 'A forecast was asked of a version that is neither the champion nor the one before it.',
    hint: 'Ask without a version, or promote the one you want.',
  },
  'edge/damaged-model': {
    meaning:
      'An exported model cannot be read: its bytes are cut or changed, or another version of Almanac wrote them.',
    hint: 'Copy the file again, or export the model again with `almanac export`.',
  },
  'edge/too-many-rows': {
    meaning: 'More rows have arrived since the training than an exported model takes along.',
    hint: 'Train again, then export: rows that were learnt need not be taken along.',
  },
  'monitor/invalid-window': {
    meaning: 'The window of periods asked for is empty or reversed.',
    hint: 'Give `from` at or before `to`.',
  },
  'http/not-found': {
    meaning: 'No route has this path, or nothing has this id.',
    hint: 'GET / lists the routes, /openapi.json describes them.',
  },
  'http/method-not-allowed': {
    meaning: 'The path exists, but not with this method.',
    hint: 'Use a method named in the Allow header.',
  },
  'http/invalid-request': {
    meaning: 'A parameter or a field of the body has the wrong type or is out of range.',
    hint: 'See `errors` for the fields and /openapi.json for the schema.',
  },
  'http/invalid-body': {
    meaning: 'The body cannot be read in the format its content type states.',
    hint: 'Send UTF-8 JSON, NDJSON or CSV with the matching Content-Type.',
  },
  'http/unsupported-media-type': {
    meaning: 'The content type or encoding is not one that this route reads.',
    hint: 'Use application/json, application/x-ndjson or text/csv; gzip or no Content-Encoding.',
  },
  'http/body-too-large': {
    meaning: 'The body, after decompression, is larger than this route accepts.',
    hint: 'Send it in several batches, or use `almanac ingest` for files.',
  },
  'http/headers-invalid': {
    meaning: 'The request line or headers are malformed or too large.',
    hint: 'Send well-formed HTTP/1.1 with headers under 16 kB.',
  },
  'http/timeout': {
    meaning: 'The request took too long to arrive.',
    hint: 'Send it faster or in smaller batches.',
  },
  'http/cannot-listen': {
    meaning: 'The server cannot take the address and port it was given.',
    hint: 'Stop what uses them, or give others with --port (0 = any free one) and --host.',
  },
  'http/internal': {
    meaning: 'The server failed in a way that it does not explain to clients.',
    hint: 'Look for the requestId in the server log and report it.',
  },
  'store/unavailable': {
    meaning: 'The database or the blob folder cannot be read or written.',
    hint: 'Check that the data folder exists, is writable and its disk is healthy.',
    heals: true,
  },
  'store/busy': {
    meaning: 'Other processes kept the database locked for too long.',
    hint: 'Try again; if it lasts, look for a stuck process with the same data folder.',
    heals: true,
  },
  'store/full': {
    meaning: 'The disk that holds the data folder is full.',
    hint: 'Free some space; nothing that was acknowledged is lost.',
    heals: true,
  },
  'store/corrupt': {
    meaning: 'The database file is damaged.',
    hint: 'Stop Almanac and restore the latest backup.',
  },
  'store/too-new': {
    meaning: 'A later version of Almanac has written this data folder.',
    hint: 'Upgrade Almanac, or restore a backup made by this version.',
  },
  'store/old-engine': {
    meaning: 'The Node that runs has an SQLite with a known data-loss bug.',
    hint: 'Upgrade Node to 24.21 or later.',
  },
  'store/foreign-file': {
    meaning: 'The database file belongs to another program.',
    hint: 'Choose another data folder.',
  },
  'store/conflict': {
    meaning: 'The database refused a record that contradicts another one.',
    hint: 'Reload what you refer to; the record it needs is missing or there already.',
  },
  'store/project-changed': {
    meaning: 'The time grid of a project cannot change once it has data.',
    hint: 'Give the new definition another project name, or undo the change.',
  },
  'store/bad-hash': {
    meaning: 'A blob name is not 64 lower-case hexadecimal digits.',
    hint: 'Pass the hash exactly as it was returned.',
  },
  'store/blob-missing': {
    meaning: 'A file named by its hash is not in the data folder.',
    hint: 'Restore it from a backup of the blob folder.',
  },
  'store/blob-corrupt': {
    meaning: 'The bytes of a stored file no longer match its hash.',
    hint: 'Restore it from a backup of the blob folder; check the disk.',
  },
  'jobs/unknown-job': {
    meaning: 'No job has that id.',
    hint: 'List the jobs with GET /v1/jobs.',
  },
  'jobs/unknown-pipeline': {
    meaning: 'A job names a pipeline or step that this version does not have.',
    hint: 'It was queued by another version of Almanac: cancel it and start a new one.',
  },
  'jobs/not-active': {
    meaning: 'The job has already ended.',
    hint: 'Nothing is left to cancel.',
  },
  'tracking/unknown-run': {
    meaning: 'No run has that id.',
    hint: 'List the runs with `almanac runs`.',
  },
  'tracking/unknown-artifact': {
    meaning: 'The run has no artifact of that name.',
    hint: 'A run that failed or still goes on has none yet; the message lists what there is.',
  },
  'tracking/run-ended': {
    meaning: 'Something was logged to a run that has already ended.',
    hint: 'Start a new run.',
  },
  'registry/unknown-version': {
    meaning: 'No model version has that id or number.',
    hint: 'List the versions with `almanac models`.',
  },
  'registry/unknown-prediction': {
    meaning: 'No prediction has that id.',
    hint: 'Use a predictionId from a forecast answer.',
  },
  'hierarchy/bad-grouping': {
    meaning: 'A grouping of a hierarchy is not written as column names joined by / and *.',
    hint: 'Write A/B for B within A and A*B for every pair, as in State/Region*Purpose: docs/guides/hierarchy.md.',
  },
  'hierarchy/unknown-attribute': {
    meaning: 'A hierarchy groups by a column that the series do not have.',
    hint: 'Name series columns or static columns, spelt as in the data.',
  },
  'hierarchy/no-past-errors': {
    meaning: 'The method to reconcile by needs errors of past windows, and there is none.',
    hint: 'Use a longer history or a shorter horizon, or a method without past errors, such as wls-struct.',
  },
  'hierarchy/uneven-test': {
    meaning:
      'The test windows of the series do not begin in the same period, so that they cannot be added up.',
    hint: 'Mark the same periods as test in every series, or leave out --split.',
  },
  'train/not-enough-data': {
    meaning: 'The history is too short to fit and judge a model.',
    hint: 'Send more history; the message names what there is and what is needed.',
  },
  'train/no-data': {
    meaning: 'The project has no accepted observation.',
    hint: 'Send history first (POST …/observations or `almanac ingest`).',
  },
  'train/not-finite': {
    meaning: 'Training gave a model whose forecasts or scores are not finite numbers.',
    hint: 'Report it with the run id; the champion keeps serving.',
  },
  'serving/request-too-large': {
    meaning: 'One request asked for more series and steps than fit into an answer.',
    hint: 'Name the series in several requests, or ask for fewer steps.',
  },
  'data/file-not-found': {
    meaning: 'The data file does not exist or may not be read.',
    hint: 'Check the path, and that this user may read the file.',
  },
  'data/not-a-file': {
    meaning: 'The path is a folder, a device or a pipe, not a file.',
    hint: 'Name a CSV, NDJSON or Parquet file (.gz too).',
  },
  'data/no-rows': {
    meaning: 'The data holds no row: it is empty, has a header only, or the filter removed everything.',
    hint: 'Check that the export has finished, and the filter.',
  },
  'data/unsupported-format': {
    meaning: 'The bytes are not in a format that can be read.',
    hint: 'Bring CSV, NDJSON, JSON or Parquet; text may be compressed with gzip.',
  },
  'data/bad-encoding': {
    meaning: 'The text is not UTF-8.',
    hint: 'Convert it first, for example: iconv -f LATIN1 -t UTF-8 old.csv > new.csv',
  },
  'data/too-large': {
    meaning: 'The data is larger than the limit, possibly only after decompression.',
    hint: 'Split it, or raise the limit named in the message.',
  },
  'data/damaged-file': {
    meaning: 'The file breaks off or breaks the rules of its format.',
    hint: 'Export or copy it again; the message names the place.',
  },
  'data/missing-column': {
    meaning: 'A column that the mapping names is not in the data.',
    hint: 'The message lists the columns found: correct the mapping or the header.',
  },
  'data/duplicate-column': {
    meaning: 'Two columns have the same name.',
    hint: 'Rename one of them in the header.',
  },
  'data/bad-number': {
    meaning: 'A target value is not a finite number.',
    hint: 'Write numbers as 1234.5, without thousands separators; leave unknown values empty. `almanac ingest` sets such rows aside.',
  },
  'data/bad-flag': {
    meaning: 'A cell of the stock-out column is neither yes nor no.',
    hint: 'Write 1, true or yes where the item was out of stock; 0, false, no or nothing where it was not. `almanac ingest` sets such rows aside.',
  },
  'data/bad-time': {
    meaning: 'A time cannot be read on the grid.',
    hint: 'Write dates as 2024-03-31 or 2024-03-31T14:00Z; for plain numbers use frequency step.',
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
  'data/conflicting-rows': {
    meaning: 'Rows of one series and time have different values.',
    hint: 'Name every column of the series key, or say how to resolve them (sum or last).',
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
  'data/idempotency-conflict': {
    meaning: 'This idempotency key came before, with other bytes.',
    hint: 'Use a new key for new data; repeat a key only with exactly the same body.',
  },
  'data/unknown-batch': {
    meaning: 'The project has no batch of that id.',
    hint: 'An ingest prints the id of its batch; leave it out to see the rows of all batches.',
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
  'http/foreign-host': {
    meaning: 'The request was sent by a page of another site, or names a host that is not this machine.',
    hint: 'Use http://127.0.0.1 or localhost; other sites may not use this server.',
  },
  'http/too-many-streams': {
    meaning: 'Too many event streams are open.',
    hint: 'Close one, or poll GET /v1/jobs/{id} instead.',
  },
  'http/too-many-connections': {
    meaning: 'All connections that the server, or your address, may have are busy.',
    hint: 'Reuse connections, or open fewer; `limits.connectionsMax` and `limits.connectionsPerAddressMax` raise the bounds.',
  },
  'http/too-many-requests': {
    meaning: 'One connection has too many requests under way.',
    hint: 'Wait for answers before sending more on a connection.',
  },
  'http/too-many-bodies': {
    meaning: 'The bodies of all requests under way fill the memory set aside for them.',
    hint: 'Send the request again later, or in smaller parts; `limits.bodiesMegabytes` raises the bound.',
  },
  'http/deadline': {
    meaning: 'The answer was not ready within the time that the server gives a request.',
    hint: 'Ask for less at once; `limits.answerSeconds` raises the bound.',
  },
  'train/unknown-project': {
    meaning: 'A training was asked for a project that is not configured.',
    hint: 'Check the name against `almanac config show`.',
  },
  'train/bad-backtest': {
    meaning: 'A backtest job was asked for with test windows or models that make no sense.',
    hint: 'Ask again with `almanac backtest`; see its --help.',
  },
  'train/bad-search': {
    meaning: 'A search was asked for with a space, a budget or a setting that makes no sense.',
    hint: 'The message names the field and what it may be; see docs/guides/search.md.',
  },
  'train/search-too-short': {
    meaning: 'The time given to a search was over before the defaults were scored.',
    hint: 'Give it more minutes, fewer folds, or search on a machine with more cores.',
  },
  'train/bad-report': {
    meaning: 'A training report was written in another format.',
    hint: 'Train again with this version.',
  },
} as const;

export const errorCodes: typeof ofRooms & typeof inferenceErrors = { ...ofRooms, ...inferenceErrors };

export type ErrorCode = keyof typeof errorCodes;

/** Facts about an error that machines may read: rows, fields, limits. Must be JSON. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** An operating error: something outside this code is wrong, and the message says what, where and what to do. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
  }

  /** What the reader can do about it. */
  get hint(): string {
    const entry: ErrorEntry = errorCodes[this.code];
    return entry.hint;
  }

  /** True when the same action may succeed later without anybody doing anything. */
  get heals(): boolean {
    const entry: ErrorEntry = errorCodes[this.code];
    return entry.heals === true;
  }
}

/** True for an `AppError`, optionally of one given code. */
export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}
