// What a job did, line by line, while it works too.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { Answer } from '../../parts/states.tsx';
import { type Column, momentColumn, Table } from '../../parts/table.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';

const words = texts.jobs;
type Line = api.JobLog['lines'][number] & { readonly place: number };

const columns: Column<Line>[] = [
  momentColumn('at', words.at, ({ at }) => at),
  { id: 'step', title: words.step, width: '7rem', text: ({ step }) => step },
  {
    id: 'message',
    title: words.did,
    width: 'minmax(16rem, 1fr)',
    show: ({ message }) => <span title={visible(message)}>{visible(message)}</span>,
    text: ({ message }) => message,
  },
];

export function Log({ id }: { id: string }): ReactNode {
  const log = useQuery(queries.jobLog(id));
  return (
    <section>
      <h2>{words.log}</h2>
      <Answer of={log}>
        {({ lines }) =>
          lines.length === 0 ? (
            <p className="quiet">{words.logGone}</p>
          ) : (
            <Table
              name={`${words.log} ${id}`}
              columns={columns}
              rows={lines.map((line, place) => ({ ...line, place }))}
              keyOf={({ place }) => String(place)}
              widthMin={36}
            />
          )
        }
      </Answer>
    </section>
  );
}
