// The API's types of series: as every door answers them. Part of `contract.ts`, which is where to import them from.

export type {
  EarlierForecast,
  ExceptionKind,
  ListedSeries,
  SeriesClasses,
  SeriesDetail,
  SeriesExceptions,
  SeriesList,
  SeriesOrder,
  SeriesPeriod,
  SeriesState,
  SeriesTotal,
  SeriesTotals,
  ServedNow,
} from '../../core/index.ts';
