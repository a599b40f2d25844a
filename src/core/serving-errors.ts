// What can go wrong when forecasts are made: served, scored into files, by exported models. Part of the table in `errors.ts`.

export const servingErrors = {
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
    hint: 'GET /v1/projects lists the names; POST /v1/projects and `almanac projects add NAME` add one.',
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
    hint: 'Change what the message names; `almanac docs replenishment` lists every field.',
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
    hint: 'The reason is in the message and stays with the version (`almanac models`); train again or promote another version.',
  },
  'serving/not-proven': {
    meaning:
      'A process that serves could not be asked whether it can take a version in: nothing was changed.',
    hint: 'Ask again in a moment; a training does so by itself. `GET /ready` says what is wrong with the server.',
    heals: true,
  },
  'serving/behind': {
    meaning: 'A request asked for what was written up to an event, and this process has not taken that in.',
    hint: 'Ask again in a moment; GET /ready says what holds it up.',
  },
  'serving/stopped': {
    meaning: 'The server is shutting down.',
    hint: 'Ask again after the restart.',
  },
  'serving/abandoned': {
    meaning:
      'The client closed the connection while its forecasts were being made: the rest was not made, and none stored.',
    hint: 'Give the client more time to wait, or state in `timeoutMs` how long it does.',
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
  'scoring/bad-request': {
    meaning: 'A batch was asked for with a format, a file or an option that makes no sense.',
    hint: 'The message names the field and what it may be; see `almanac docs batch`.',
  },
  'scoring/damaged-part': {
    meaning: 'A finished part of a forecast file no longer holds what was written.',
    hint: 'Run the same batch again: the part is made anew, the others are kept. Check the disk.',
  },
  'scoring/no-file': {
    meaning: 'The forecast file asked for is not finished, or has been removed.',
    hint: 'Look at the job with GET /v1/jobs/{id}; ask for a new file when it is long done.',
  },
  'serving/request-too-large': {
    meaning: 'One request asked for more series and steps than fit into an answer.',
    hint: 'Name the series in several requests, or ask for fewer steps.',
  },
} as const;
