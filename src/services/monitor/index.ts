// Door of `monitor`: is the forecast still right, on the labels that have come?
export {
  AccuracyMonitor,
  type AccuracyMonitorOptions,
  type ForecastStepMade,
  type LabelledStep,
  type ServedStep,
} from './accuracy.ts'; // predictions joined with late labels
export { isOfVersion } from './accuracy-count.ts'; // whose forecast a prediction is
export type {
  AccuracyGroupBy,
  AccuracyQuery,
  AccuracyReport,
  ErrorsBySeries,
  SeriesErrors,
} from './accuracy-report.ts'; // what can be asked and what comes back
export {
  adaptationOf,
  CoverageMonitor,
  type CoverageMonitorOptions,
  type CoverageReport,
} from './coverage.ts'; // do intervals hold what they say?
export { coverageSubscriber } from './coverage-watch.ts'; // new levels for serving when labels come
export { type AccuracyMetrics, addPair } from './error-sums.ts'; // the figures
export { addLabel, type Figure, figureOf, type Group, newGroup } from './figure.ts'; // a figure with its label coverage
export { LabelClock } from './label-clock.ts'; // when labels are due
