// Forecasts: the series that need one, found among all; and one series with what was, what is said and what was said.

import type { ReactNode } from 'react';
import { definePage } from '../define-page.ts';
import { SeriesList } from './forecasts/list.tsx';
import { OneSeries } from './forecasts/one.tsx';
import { type ForecastProps, search } from './forecasts/search.ts';

function Forecasts(props: ForecastProps): ReactNode {
  return props.search.series === '' ? (
    <SeriesList {...props} />
  ) : (
    <OneSeries {...props} key={props.search.series} />
  );
}

export const page = definePage({ search, View: Forecasts });
