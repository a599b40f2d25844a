// Door of `series`: the series of a project one by one, to be found, looked at and explained.
export { type ExceptionKind, type Exceptions, exceptionKinds } from './exceptions.ts'; // which need a person
export type { ExplainedSeries, ExplainRequest } from './explain-series.ts'; // why this number
export type { SeriesPage, SeriesQuery, SeriesRow } from './list-series.ts'; // a page of them
export type { HistoryPeriod, OneSeries } from './one-series.ts'; // one of them
export { type PriceColumn, priceColumn } from './price-column.ts'; // which column is the price of a unit
export { SeriesService, type SeriesServiceOptions } from './series-service.ts'; // all that can be asked
export {
  type PeriodRange,
  type SeriesOrder,
  type SeriesState,
  type SeriesTable,
  seriesOrders,
  seriesStates,
} from './series-table.ts'; // all of them at one moment
export { shownExplanation } from './shown-explanation.ts';
export { shownDetail, shownExceptions, shownList } from './shown-series.ts'; // as the doors show them
export { shownTotals } from './shown-totals.ts';
export type { Totals } from './totals.ts'; // sums over series
