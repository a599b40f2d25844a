// The overrides of a project: which stand, which were graded, and what all of them were worth.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { formats } from '../../format.ts';
import { Badge } from '../../parts/badge.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { type Column, momentColumn, Table } from '../../parts/table.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import { useFrequency } from '../data/use-frequency.ts';
import { Worth } from './override-worth.tsx';
import type { ForecastProps } from './search.ts';

const words = texts.overrides;
const rowsMax = 500;

export function AllOverrides({ project, search, setSearch }: ForecastProps): ReactNode {
  const { overrides: state } = search;
  const asked = state === 'all' ? {} : { state };
  const found = useQuery(queries.overrides(project, { ...asked, limit: rowsMax }));
  const frequency = useFrequency(project);
  return (
    <>
      <div className="tools">
        <label>
          {words.state}
          <select
            value={state}
            onChange={({ target }) => setSearch({ overrides: target.value as typeof state })}
          >
            {Object.entries(words.states).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
            <option value="all">{words.all}</option>
          </select>
        </label>
      </div>
      <Answer of={found}>
        {({ items, next }) => (
          <>
            {items.length === 0 ? (
              <Empty title={words.noneOf}>
                <p>{words.noneHint}</p>
              </Empty>
            ) : (
              <Table
                name={`${project} ${words.title}`}
                columns={columnsOf((series) => setSearch({ series }), frequency)}
                rows={items}
                keyOf={({ id }) => id}
                widthMin={62}
              />
            )}
            {next !== null && <p className="quiet">{words.more}</p>}
          </>
        )}
      </Answer>
      <Worth project={project} frequency={frequency} />
    </>
  );
}

function columnsOf(open: (series: string) => void, frequency: string): Column<api.Override>[] {
  const number = (id: string, title: string, read: (one: api.Override) => number): Column<api.Override> => ({
    id,
    title,
    width: '6rem',
    end: true,
    show: (one) => formats.number(read(one), 4),
    text: read,
  });
  return [
    {
      id: 'series',
      title: texts.forecasts.series,
      width: 'minmax(9rem, 1fr)',
      show: ({ series }) => (
        <button type="button" className="link" onClick={() => open(series)} title={visible(series)}>
          {visible(series)}
        </button>
      ),
      text: ({ series }) => series,
    },
    {
      id: 'period',
      title: words.period,
      width: '9rem',
      show: ({ timestamp }) => formats.period(timestamp, frequency),
      text: ({ timestamp }) => timestamp,
    },
    number('said', words.said, ({ said }) => said.mean),
    number('value', words.overridden, ({ value }) => value),
    {
      id: 'state',
      title: words.state,
      width: '8rem',
      show: ({ state }) => <Badge tone={state === 'open' ? 'accent' : 'plain'}>{words.states[state]}</Badge>,
      text: ({ state }) => words.states[state],
    },
    {
      id: 'reason',
      title: words.reason,
      width: 'minmax(12rem, 2fr)',
      show: ({ reason }) => <span title={visible(reason)}>{visible(reason)}</span>,
      text: ({ reason }) => reason,
    },
    { id: 'by', title: words.by, width: '9rem', text: ({ by }) => by },
    momentColumn('at', words.when, ({ at }) => at),
  ];
}
