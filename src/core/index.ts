// Door of `core`: the vocabulary that every other room speaks. Imports nothing.

export { type Actor, authorOf, isTraining } from './actor.ts'; // who did it
export {
  type Alert,
  type AlertCondition,
  type AlertEvidence,
  type AlertMetric,
  type AlertNotice,
  type AlertRule,
  type AlertSettings,
  type AlertSeverity,
  type AlertState,
  type AlertWord,
  alertMetrics,
  alertSeverities,
  alertStates,
  builtInAlertRules,
} from './alert.ts'; // what somebody should know of
export type { ShownAlert, ShownAlertRoute, ShownAlertWord } from './alert-answers.ts'; // alerts as every door answers them
export {
  type Alerting,
  type AlertMailing,
  type AlertRoute,
  type AlertRouteKind,
  alertRouteKinds,
  type QuietHours,
  quietMs,
  retryMs,
  wantsNotice,
} from './alert-route.ts'; // where alerts are sent, and when
export {
  type AlertMoment,
  type AlertPolicy,
  type AlertStep,
  acknowledged,
  alertPolicy,
  alertState,
  closed,
  isFlapping,
  observed,
  settled,
  silenced,
  unsilenced,
} from './alert-standing.ts'; // how an alert moves
export { AppError, type ErrorDetails, isAppError } from './app-error.ts'; // operating errors
export { assert, unreachable } from './assert.ts'; // programmer errors
export { calledTotals, totalWords } from './called-totals.ts'; // series that are called totals
export { canonicalJson } from './canonical-json.ts'; // one text for one value
export { shortNumber, ticksOf } from './chart-scale.ts'; // beside the axis of a chart
export { type Clock, ManualClock } from './clock.ts'; // time as an argument
export {
  type BatchEnd,
  ClosedPeriods,
  type Closing,
  type ClosingCause,
  defaultLatenessHours,
  groupColumns,
  groupOf,
  groupOfValues,
  wholeProject,
} from './closed-periods.ts'; // which periods are over
export {
  type BoundOperator,
  boundText,
  type CheckBound,
  type CheckDimension,
  type CheckResult,
  type CheckRule,
  type CheckSeverity,
  type ContractCheck,
  type ContractRules,
  checkDimensions,
  keepsBound,
  toleratesNone,
  type ValueRule,
} from './contract.ts'; // what a data contract asks of rows
export {
  type Covariates,
  type CovariateValues,
  covariateAt,
  covariatesOf,
  type StaticCovariate,
  type VaryingCovariate,
} from './covariates.ts'; // what is known beside demand
export { type CsvRule, csvCell, csvRules, textOfCell } from './csv-cell.ts'; // texts in CSV, safe in spreadsheets
export {
  type DateFields,
  type DateFormat,
  dateFormat,
  isDate,
  isoWeekDay,
  millisecondsOf,
  type TimeSpan,
} from './date-format.ts'; // times written to a pattern
export {
  type Arrival,
  closedByLateness,
  closedByReporters,
  type GroupEvidence,
  isUsual,
  newestUsual,
  type Reporter,
  windowPeriods,
} from './decide-closing.ts'; // when periods close by themselves
export {
  type DecimalMark,
  type Dialect,
  decimalMarks,
  defaultDialect,
  type Encoding,
  encodings,
  type LeaveOutRule,
  type MappedNames,
  type Mapping,
  type NumberForm,
  numberForms,
  type ThousandsMark,
  thousandsMarks,
} from './dialect.ts'; // how data is written
export type {
  ChangeKind,
  DataFault,
  DataFaultKind,
  DriftAnswer,
  DriftChange,
  DriftColumnRecord,
  DriftCost,
  DriftSegment,
  DriftShares,
  DriftSide,
  DriftSummary,
  ShownDriftCheck,
  ShownDriftReport,
} from './drift-answers.ts'; // what is answered of checks of drift
export { withoutEndSlashes } from './end-slashes.ts'; // addresses that paths are added to
export { type ErrorCode, errorCodes } from './errors.ts'; // the table of their codes
export {
  type DomainEvent,
  decodeEvent,
  type EventData,
  type EventOf,
  type EventRow,
  type EventType,
  encodeEvent,
  eventName,
  type NewEvent,
  type StoredEvent,
  type UnknownEvent,
} from './events.ts'; // what happens, and how it is written down
export {
  exactJsonText,
  isRounded,
  itemTexts,
  oneLine,
  parseExactJson,
  repeatsKey,
} from './exact-json.ts'; // JSON with all its digits and members
export {
  type AheadEvidence,
  type BatchShare,
  isConfirmed,
  type Jump,
  jumpPeriodsMaxOf,
  jumpsOf,
  statePeriodsMax,
} from './far-ahead.ts'; // rows too far ahead of their project
export { type FiscalPattern, type FiscalYear, fiscalPatterns } from './fiscal-year.ts'; // years of whole weeks
export {
  type GbdtParams,
  gbdtParamRule,
  gbdtParams,
  type ParamRule,
  type PriceEffect,
} from './gbdt-params.ts'; // what may be set of the model over all series
export { IdSource, inBulk, type RandomBytes, timeOfId } from './ids.ts'; // sortable identifiers
export { nestsDeeper } from './json-depth.ts'; // hostile JSON, before it is parsed
export { foldedSeriesId, keyFolded, keyShown, lookAlikes } from './look-alikes.ts'; // keys that people take for the same
export {
  cellsDialect,
  cellsWritten,
  mappedDialect,
  mappedProject,
  namesInFiles,
  namesInProject,
  projectMapped,
} from './mapping.ts'; // files that are called and written otherwise
export { element, keyMarkup, type Markup, markups } from './markup.ts'; // HTML in which nothing from data is obeyed
export { type Maturity, type MaturityFacts, type MaturityStep, maturity } from './maturity.ts'; // how far a project keeps itself right
export { monthNamed } from './month-names.ts'; // months by name
export { murmur3 } from './murmur3.ts'; // texts spread over 32 bits
export {
  type OverrideAsk,
  overriddenValue,
  overrideKinds,
  quantileAbout,
  type StandingOverride,
} from './override.ts'; // a person's number beside the model's
export {
  type Frequency,
  frequencies,
  isWorkday,
  naturalSeason,
  periodLabel,
  periodOf,
  periodStart,
  type TimeGrid,
} from './period.ts'; // the time grid
export { plainText } from './plain-text.ts'; // numbers and times of other scripts
export { isPriceName } from './price-name.ts'; // which columns are prices
export type {
  ClosingRules,
  ColumnMapping,
  ConflictRule,
  DataContract,
  DriftWatch,
  GapRule,
  HolidayCalendar,
  Project,
  RetrainOn,
  RetrainPipeline,
  UnitRule,
} from './project.ts'; // one forecasting problem
export { changedSettings, type FrozenSetting, frozenChange } from './project-change.ts'; // what may change under data
export { columnsBeside, columnsRead } from './project-columns.ts'; // the columns of its table
export { type ForecastPurpose, forecastPurposes, purposeOf } from './purpose.ts'; // what a forecast is for
export { Rng } from './rng.ts'; // seeded chance
export {
  type Arm,
  type ArmShare,
  isSameRouting,
  type Routing,
  routingOf,
  type Split,
  shareOf,
  soleArm,
  splitByBucket,
} from './routing.ts'; // whom each version answers
export {
  isReport,
  lastPeriod,
  ObservationStatus,
  type Panel,
  type Series,
  seriesIdOf,
  seriesPartsOf,
} from './series.ts'; // demand histories
export type {
  Driver,
  EarlierForecast,
  ExceptionKind,
  ListedSeries,
  SeriesClasses,
  SeriesDetail,
  SeriesExceptions,
  SeriesExplanation,
  SeriesList,
  SeriesOrder,
  SeriesPeriod,
  SeriesState,
  SeriesTotal,
  SeriesTotals,
  ServedNow,
  StepOverride,
} from './series-answers.ts'; // what is answered of series
export type { ShownSnapshotDiff } from './snapshot-answers.ts'; // what two snapshots differ in
export type {
  PostgresSettings,
  ReadSourceSettings,
  S3Settings,
  SourceKind,
  SourceSettings,
  WebhookSettings,
} from './source.ts'; // data that is read by the clock, or sent
export type { MoneyAtRisk, ProjectStanding } from './standing-answers.ts'; // what is answered of how a project stands
export type { StreamKind, StreamRole, StreamSettings } from './stream.ts'; // messages at a broker
export { isUnit, unitRule } from './unit.ts'; // whom a forecast is for
export { visibleJson, visibleLines, visibleText } from './visible-text.ts'; // nothing in it is obeyed by a terminal
export { marchYearOf, yearDayOf, yearDays } from './year-day.ts'; // places in the year that keep to the date
