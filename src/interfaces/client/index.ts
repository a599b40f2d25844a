// Door of `client`: the API as typed methods, for Node and browsers.

export { AlmanacClient, type AlmanacClientOptions } from './almanac-client.ts'; // one method per route
export type * from './api.ts'; // what goes in and comes out
export type {
  AccuracyQuery,
  EventQuery,
  ObserveOptions,
  OverrideQuery,
  OverrideValueQuery,
  Row,
} from './client-queries.ts'; // what methods are asked with
export type { ClientTimers } from './pause.ts'; // how it waits
export { ProblemError } from './problem-error.ts'; // when the server says no
export type { SeriesQuery } from './series-query.ts'; // which series are listed
export type { DeliveryOptions } from './sign-delivery.ts'; // of what a sender posts
