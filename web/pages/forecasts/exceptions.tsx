// The series that need a person, as the server ranks them: each with its reason in a sentence.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { formats } from '../../format.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import { useFrequency } from '../data/use-frequency.ts';
import { Basis } from './basis.tsx';
import type { ForecastProps } from './search.ts';

const words = texts.exceptions;
export const exceptionTones: Readonly<Record<api.ExceptionKind, Tone>> = {
  miss: 'bad',
  lastYear: 'warn',
  ended: 'plain',
  silent: 'bad',
};

type Exception = api.SeriesExceptions['items'][number];

export function Exceptions({ project, search: { kind }, setSearch }: ForecastProps): ReactNode {
  const found = useQuery(queries.exceptions(project, kind === '' ? {} : { kind }));
  const frequency = useFrequency(project);
  return (
    <Answer of={found}>
      {(exceptions) => (
        <>
          <div className="tools">
            <label>
              {words.kind}
              <select
                value={kind}
                onChange={({ target }) => setSearch({ kind: target.value as typeof kind })}
              >
                <option value="">{words.all}</option>
                {Object.entries(words.kinds).map(([value, name]) => (
                  <option key={value} value={value}>
                    {name} ({formats.count(exceptions.counts[value as api.ExceptionKind])})
                  </option>
                ))}
              </select>
            </label>
          </div>
          {exceptions.items.length === 0 ? (
            <Empty title={words.none} />
          ) : (
            <Table
              name={`${project} ${words.title}`}
              columns={columnsOf((series) => setSearch({ series }))}
              rows={exceptions.items}
              keyOf={({ kind: of, series: { series } }) => `${of} ${series}`}
              widthMin={52}
            />
          )}
          <Basis of={exceptions} frequency={frequency} />
        </>
      )}
    </Answer>
  );
}

function columnsOf(open: (series: string) => void): Column<Exception>[] {
  return [
    {
      id: 'kind',
      title: words.kind,
      width: '9rem',
      show: ({ kind }) => <Badge tone={exceptionTones[kind]}>{words.kinds[kind]}</Badge>,
      text: ({ kind }) => kind,
    },
    {
      id: 'series',
      title: texts.forecasts.series,
      width: 'minmax(10rem, 1fr)',
      show: ({ series: { series } }) => (
        <button type="button" className="link" onClick={() => open(series)} title={visible(series)}>
          {visible(series)}
        </button>
      ),
      text: ({ series: { series } }) => series,
    },
    {
      id: 'because',
      title: words.because,
      width: 'minmax(18rem, 3fr)',
      show: ({ because }) => <span title={visible(because)}>{visible(because)}</span>,
      text: ({ because }) => because,
    },
    {
      id: 'amount',
      title: words.amount,
      width: '6rem',
      end: true,
      show: ({ amount }) => formats.number(amount, 4),
      text: ({ amount }) => amount,
    },
    {
      id: 'class',
      title: texts.forecasts.class,
      width: '4rem',
      text: ({ series: { classes } }) => `${classes.abc ?? ''}${classes.xyz ?? ''}` || null,
    },
  ];
}
