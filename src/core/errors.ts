// Every operating error the product can report: code, meaning, and what the reader can do. Grouped by room.
// HTTP statuses live in http/problem.ts; docs/reference/errors.md is generated from this table.

import { alertErrors } from './alert-errors.ts';
import { contractErrors } from './contract-errors.ts';
import { dataErrors } from './data-errors.ts';
import { driftErrors } from './drift-errors.ts';
import { inferenceErrors } from './inference-errors.ts';
import { keepingErrors } from './keeping-errors.ts';
import { onnxErrors } from './onnx-errors.ts';
import { overrideErrors } from './override-errors.ts';
import { projectErrors } from './project-errors.ts';
import { seriesErrors } from './series-errors.ts';
import { servingErrors } from './serving-errors.ts';

export interface ErrorEntry {
  readonly meaning: string;
  readonly hint: string;
  /** It may pass by itself: background work tries again instead of failing. */
  readonly heals?: true;
}

const ofRooms = {
  'config/invalid': {
    meaning: 'A setting has a value of the wrong type or outside its range.',
    hint: 'See the setting named in the message in `almanac docs settings`.',
  },
  'config/unreadable': {
    meaning:
      'The configuration file cannot be run or parsed: an error in its text, or in a file that it imports.',
    hint: 'Mend the line that the message names, or move the file aside and run `almanac init FILE` to write a new one.',
  },
  'config/not-found': {
    meaning: 'The configuration file named does not exist or cannot be read, or names no project.',
    hint: 'Run `almanac init FILE` to write one, pass --config, or add a project with `almanac projects add NAME`.',
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
    hint: 'Say how the file is written with --dialect, name the columns `timestamp` and `value`, or write almanac.config.ts by hand: `almanac docs settings`.',
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
    hint: 'Run `almanac models --catalog` or see `almanac docs models` for the names.',
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
  'registry/no-earlier-champion': {
    meaning: 'There is no version to go back to: none was champion before the present one.',
    hint: 'Promote a version by its number instead; `almanac models` lists them.',
  },
  'monitor/invalid-window': {
    meaning: 'The window of periods asked for is empty or reversed.',
    hint: 'Give `from` at or before `to`.',
  },
  'monitor/unknown-column': {
    meaning:
      'Series cannot be grouped by this column: it names neither a part of their names nor an attribute.',
    hint: 'Group by horizon, series, version or arm, or by a column that the message lists; attributes are those in `columns.static`.',
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
    hint: 'Stop the other program, or choose another address with --port (0 = any free one) and --host.',
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
    meaning: 'What gives the stored rows of a project their meaning cannot change once it has data.',
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
  'jobs/not-failed': {
    meaning: 'The job has not failed and was not cancelled.',
    hint: 'Wait until it has ended; one that is done is put in anew where it was asked for.',
  },
  'jobs/bad-schedule': {
    meaning: 'A schedule is no cron expression of five fields, or its time zone is unknown.',
    hint: 'Write minute, hour, day of month, month and weekday, such as `30 2 * * 1` for Mondays at 02:30.',
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
  'registry/bad-alias': {
    meaning: 'An alias cannot have that name.',
    hint: 'Use a word such as `champion`, `challenger` or `autumn-test`; numbers and ids are names of versions.',
  },
  'registry/unknown-prediction': {
    meaning: 'No prediction has that id.',
    hint: 'Use a predictionId from a forecast answer.',
  },
  'registry/prediction-removed': {
    meaning: 'The prediction is older than predictions are kept.',
    hint: '`retention.predictionsDays` says for how long they are; a backup from before has it.',
  },
  'registry/model-removed': {
    meaning: 'The model of the version was removed because of its age.',
    hint: 'Use a later version; `retention.modelsDays` says how long models are kept that no alias names.',
  },
  'store/name-taken': {
    meaning: 'A project and a registered model cannot have the same name.',
    hint: 'Give one of them another name: forecasts and predictions are asked for by it.',
  },
  'hierarchy/bad-grouping': {
    meaning: 'A grouping of a hierarchy is not written as column names joined by / and *.',
    hint: 'Write A/B for B within A and A*B for every pair, as in State/Region*Purpose: `almanac docs hierarchy`.',
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
  'http/foreign-host': {
    meaning:
      'The request was sent by a page of another site, or names a host that is not known to be this server.',
    hint: 'Use http://127.0.0.1 or localhost, or add the name to `allowedHosts`, the site to `allowedOrigins`: see `almanac docs network`.',
  },
  'http/no-login': {
    meaning: 'The server was told to listen where other machines reach it, and there is no login.',
    hint: 'Leave `host` at 127.0.0.1 and put a proxy that logs people in before it, or say `--insecure` if everybody who reaches it may use it: see `almanac docs network`.',
  },
  'http/too-many-streams': {
    meaning: 'Too many event streams are open.',
    hint: 'Close one, or poll GET /v1/jobs/{id} instead.',
  },
  'http/too-many-connections': {
    meaning: 'All connections that the server, or your address, may have are busy.',
    hint: 'Reuse connections, or open fewer; `limits.connectionsMax` and `limits.connectionsPerAddressMax` raise the bounds.',
  },
  'http/client-busy': {
    meaning: 'One client has as many requests under way as it may.',
    hint: 'Wait for answers before sending more; `limits.requestsPerClientMax` is the bound, per key or else per address.',
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
    hint: 'The message names the field and what it may be; see `almanac docs search`.',
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

export const errorCodes: typeof ofRooms &
  typeof alertErrors &
  typeof contractErrors &
  typeof dataErrors &
  typeof driftErrors &
  typeof inferenceErrors &
  typeof keepingErrors &
  typeof onnxErrors &
  typeof overrideErrors &
  typeof projectErrors &
  typeof seriesErrors &
  typeof servingErrors = {
  ...ofRooms,
  ...alertErrors,
  ...contractErrors,
  ...dataErrors,
  ...driftErrors,
  ...inferenceErrors,
  ...keepingErrors,
  ...onnxErrors,
  ...overrideErrors,
  ...projectErrors,
  ...seriesErrors,
  ...servingErrors,
};

export type ErrorCode = keyof typeof errorCodes;
