// Where rows are read from by the clock, are sent, or come as messages: how far, how fresh, and what stands in the way.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { part, send } from '../../api.ts';
import { formats } from '../../format.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { useNotice } from '../../parts/notices.tsx';
import { Answer, Empty, inOneLine } from '../../parts/states.tsx';
import { type Column, momentColumn, Table } from '../../parts/table.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import type { DataProps } from './search.ts';

const words = texts.sources;
const tones: Readonly<Record<api.Source['state'], Tone>> = {
  ok: 'good',
  new: 'plain',
  idle: 'plain',
  failing: 'warn',
  paused: 'bad',
};

export function Sources({ project }: DataProps): ReactNode {
  const sources = useQuery(queries.sources());
  const act = useAct();
  return (
    <Answer of={sources}>
      {(all) => {
        const own = all.filter((source) => source.project === project);
        return own.length === 0 ? (
          <Empty title={words.none}>
            <p>{words.noneHint}</p>
          </Empty>
        ) : (
          <Table
            name={`${project} ${texts.data.parts.sources}`}
            columns={columnsOf(act)}
            rows={own}
            keyOf={({ name }) => name}
            widthMin={70}
          />
        );
      }}
    </Answer>
  );
}

type Act = (source: api.Source, what: 'run' | 'resume') => void;

function useAct(): Act {
  const client = useQueryClient();
  const say = useNotice();
  return ({ name, project }, what) => {
    send('POST', `/v1/sources/${part(name)}/${what}`, what === 'run' ? {} : undefined).then(
      async () => {
        say(what === 'run' ? words.begun(name) : words.resumed(name));
        await refresh();
      },
      (error: Error) => say(inOneLine(error), 'bad'),
    );
    const refresh = (): Promise<void> => queries.refresh(client, ['sources', 'jobs', 'health'], project);
  };
}

function columnsOf(act: Act): Column<api.Source>[] {
  return [
    { id: 'name', title: words.name, width: 'minmax(8rem, 1fr)', text: ({ name }) => name },
    { id: 'kind', title: words.kind, width: '6rem', text: ({ kind }) => kind },
    {
      id: 'state',
      title: words.state,
      width: '8rem',
      show: ({ state }) => <Badge tone={tones[state]}>{words.states[state]}</Badge>,
      text: ({ state }) => state,
    },
    {
      id: 'reason',
      title: words.reason,
      width: 'minmax(10rem, 1fr)',
      show: ({ reason }) => <span title={reason ?? ''}>{reason}</span>,
      text: ({ reason }) => reason,
    },
    {
      id: 'rows',
      title: words.rows,
      width: '6rem',
      end: true,
      show: ({ rows }) => formats.count(rows),
      text: ({ rows }) => rows,
    },
    {
      id: 'corrections',
      title: words.corrections,
      width: '6rem',
      end: true,
      show: ({ corrections }) => formats.count(corrections),
      text: ({ corrections }) => corrections,
    },
    momentColumn('read', words.read, ({ readAt }) => readAt),
    {
      id: 'behind',
      title: words.behind,
      width: '6rem',
      end: true,
      show: ({ lagSeconds }) => (lagSeconds === null ? texts.none : formats.seconds(lagSeconds)),
      text: ({ lagSeconds }) => lagSeconds,
    },
    {
      id: 'act',
      title: words.act,
      width: '8rem',
      show: (source) => {
        if (source.kind === 'webhook') return null;
        const what = source.state === 'paused' ? 'resume' : 'run';
        return (
          <button type="button" onClick={() => act(source, what)}>
            {words[what]}
          </button>
        );
      },
      text: () => null,
    },
  ];
}
