// What came, and what became of its rows.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { waitingRows } from '../../attention.ts';
import { formats } from '../../format.ts';
import { Answer, Empty } from '../../parts/states.tsx';
import { type Column, momentColumn, Table } from '../../parts/table.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import type { DataProps } from './search.ts';
import { useFrequency } from './use-frequency.ts';

const words = texts.data;

export function Batches({ project, search, setSearch }: DataProps): ReactNode {
  const batches = useQuery(queries.batches(project));
  const frequency = useFrequency(project);
  return (
    <Answer of={batches}>
      {(all) => {
        if (all.length === 0)
          return (
            <Empty title={words.noBatches}>
              <p>{words.noBatchesHint}</p>
            </Empty>
          );
        const shown = search.own === 'yes' ? all : all.filter(({ source }) => !(source in words.ownSources));
        return (
          <Table
            name={`${project} ${words.parts.batches}`}
            columns={columnsOf(frequency)}
            rows={shown}
            keyOf={({ id }) => id}
            widthMin={62}
          >
            <label className="actions">
              <input
                type="checkbox"
                checked={search.own === 'yes'}
                onChange={({ target }) => setSearch({ own: target.checked ? 'yes' : '' }, { replace: true })}
              />
              {words.showOwn}
            </label>
            {all.length === queries.listMax && (
              <span className="quiet">{words.newest(formats.count(all.length))}</span>
            )}
          </Table>
        );
      }}
    </Answer>
  );
}

function columnsOf(frequency: string): Column<api.Batch>[] {
  const counted = (
    id: 'accepted' | 'plans' | 'duplicates' | 'replaced' | 'withdrawn',
    title: string,
  ): Column<api.Batch> => ({
    id,
    title,
    width: '5rem',
    end: true,
    show: (batch) => formats.count(batch[id]),
    text: (batch) => batch[id],
  });
  const period = (id: 'from' | 'to', title: string): Column<api.Batch> => ({
    id,
    title,
    width: '8rem',
    show: (batch) => (batch[id] === null ? texts.none : formats.period(batch[id], frequency)),
    text: (batch) => batch[id],
  });
  return [
    momentColumn('at', words.came, ({ receivedAt }) => receivedAt),
    {
      id: 'source',
      title: words.source,
      width: 'minmax(9rem, 1fr)',
      show: ({ source }) =>
        words.ownSources[source] ?? <span title={visible(source)}>{visible(source)}</span>,
      text: ({ source }) => source,
    },
    counted('accepted', words.accepted),
    counted('plans', words.plans),
    counted('duplicates', words.duplicates),
    counted('replaced', words.replaced),
    {
      id: 'refused',
      title: words.refused,
      width: '5rem',
      end: true,
      show: (batch) => formats.count(batch.quarantined),
      text: (batch) => batch.quarantined,
    },
    {
      id: 'waiting',
      title: words.waiting,
      width: '5rem',
      end: true,
      show: (batch) =>
        waitingRows(batch) === 0 ? (
          '0'
        ) : (
          <Link to="." search={{ part: 'quarantine', batch: batch.id } as never}>
            {formats.count(waitingRows(batch))}
          </Link>
        ),
      text: waitingRows,
    },
    counted('withdrawn', words.takenBack),
    period('from', words.first),
    period('to', words.last),
  ];
}
