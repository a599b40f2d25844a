// Forecasts: the series that need one, found among all; and one series with what was, what is said and what was said.

import type { ReactNode } from 'react';
import { definePage } from '../define-page.ts';
import { Parts } from '../parts/parts.tsx';
import { texts } from '../texts.ts';
import { AllOverrides } from './forecasts/all-overrides.tsx';
import { Exceptions } from './forecasts/exceptions.tsx';
import { SeriesList } from './forecasts/list.tsx';
import { OneSeries } from './forecasts/one.tsx';
import { type ForecastProps, search as params } from './forecasts/search.ts';
import { Totals } from './forecasts/totals.tsx';

function Forecasts(props: ForecastProps): ReactNode {
  const { search } = props;
  if (search.series !== '') return <OneSeries {...props} key={search.series} />;
  return (
    <>
      <h1>{texts.pages.forecasts}</h1>
      <Parts names={texts.forecasts.parts} chosen={search.part} label={texts.pages.forecasts} />
      {search.part === 'list' && <SeriesList {...props} />}
      {search.part === 'exceptions' && <Exceptions {...props} />}
      {search.part === 'totals' && <Totals {...props} />}
      {search.part === 'overrides' && <AllOverrides {...props} />}
    </>
  );
}

export const page = definePage({ search: params, View: Forecasts });
