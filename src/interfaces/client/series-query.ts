// What may be asked of the list of series.

import type * as api from './api.ts';
import { queryText } from './query-text.ts';

/** All of it must be met. */
export interface SeriesQuery {
  /** A part of the id or of an attribute, whatever the case. */
  readonly search?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly states?: readonly api.SeriesState[];
  /** `A`, `X` or `AX`. */
  readonly class?: string;
  readonly sort?: api.SeriesOrder;
  readonly reversed?: boolean;
  readonly limit?: number;
  readonly cursor?: string;
}

/** As it is written in a URL, with the question mark; '' = all. */
export function seriesQueryText({ attributes = {}, states, reversed, ...rest }: SeriesQuery): string {
  const plain = queryText({
    ...rest,
    ...(states === undefined ? {} : { state: states.join(',') }),
    ...(reversed === true ? { order: 'reversed' } : {}),
  });
  const wanted = Object.entries(attributes).map(([name, value]) =>
    queryText({ attribute: `${name}=${value}` }),
  );
  const parts = [plain, ...wanted].filter((part) => part !== '').map((part) => part.slice(1));
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
