// Snapshots: what versions have learnt from, each with what changed since the one before.

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../../api.ts';
import { formats } from '../../format.ts';
import { Window } from '../../parts/dialog.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { type Column, momentColumn, Table } from '../../parts/table.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import type { DataProps } from './search.ts';

const words = texts.snapshots;

export function Snapshots({ project }: DataProps): ReactNode {
  const snapshots = useQuery(queries.snapshots(project));
  const [pair, setPair] = useState<{ a: string; b: string }>();
  return (
    <Answer of={snapshots}>
      {(all) =>
        all.length === 0 ? (
          <Empty title={words.none}>
            <p>{words.noneHint}</p>
          </Empty>
        ) : (
          <>
            <Table
              name={`${project} ${texts.data.parts.snapshots}`}
              columns={columnsOf(all, setPair)}
              rows={all}
              keyOf={({ id }) => id}
              widthMin={48}
            />
            {pair && (
              <Window title={words.diff} isOpen close={() => setPair(undefined)}>
                <Diff project={project} pair={pair} />
              </Window>
            )}
          </>
        )
      }
    </Answer>
  );
}

function columnsOf(
  all: readonly api.Snapshot[],
  compare: (pair: { a: string; b: string }) => void,
): Column<api.Snapshot>[] {
  const before = new Map(all.map(({ id }, i) => [id, all[i + 1]?.id]));
  return [
    momentColumn('made', words.made, ({ createdAt }) => createdAt),
    {
      id: 'id',
      title: words.id,
      width: 'minmax(8rem, 1fr)',
      show: ({ id }) => <code title={id}>{id.slice(0, 16)}</code>,
      text: ({ id }) => id,
    },
    {
      id: 'rows',
      title: words.rows,
      width: '7rem',
      end: true,
      show: ({ rowCount }) => formats.count(rowCount),
      text: ({ rowCount }) => rowCount,
    },
    {
      id: 'series',
      title: words.series,
      width: '6rem',
      end: true,
      show: ({ seriesCount }) => formats.count(seriesCount),
      text: ({ seriesCount }) => seriesCount,
    },
    { id: 'batch', title: words.through, width: '7rem', end: true, text: ({ batchSeqMax }) => batchSeqMax },
    {
      id: 'compare',
      title: words.compare,
      width: '11rem',
      show: ({ id }) => {
        const a = before.get(id);
        if (a === undefined) return texts.none;
        return (
          <button type="button" onClick={() => compare({ a, b: id })}>
            {words.diff}
          </button>
        );
      },
      text: ({ id }) => before.get(id) ?? null,
    },
  ];
}

function Diff({ project, pair }: { project: string; pair: { a: string; b: string } }): ReactNode {
  const diff = useQuery(queries.snapshotDiff(project, pair));
  return <Answer of={diff}>{(found) => <pre>{JSON.stringify(found, null, 2)}</pre>}</Answer>;
}
