// Snapshots: what versions have learnt from, each with what changed since the one before.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { formats } from '../../format.ts';
import { Answer, Empty } from '../../parts/states.tsx';
import { type Column, momentColumn, Table } from '../../parts/table.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import type { DataProps } from './search.ts';
import { SnapshotDiff } from './snapshot-diff.tsx';

const words = texts.snapshots;

export function Snapshots({ project, search: { before, after }, setSearch }: DataProps): ReactNode {
  const snapshots = useQuery(queries.snapshots(project));
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
              columns={columnsOf(all, (pair) => setSearch(pair))}
              rows={all}
              keyOf={({ id }) => id}
              isChosen={({ id }) => id === before || id === after}
              widthMin={48}
            />
            {all.length > 1 && (
              <div className="tools">
                <Choice
                  name={words.before}
                  all={all}
                  id={before}
                  choose={(id) => setSearch({ before: id })}
                />
                <Choice name={words.after} all={all} id={after} choose={(id) => setSearch({ after: id })} />
              </div>
            )}
            {before !== '' && after !== '' && (
              <SnapshotDiff project={project} pair={{ a: before, b: after }} />
            )}
          </>
        )
      }
    </Answer>
  );
}

function Choice(props: {
  name: string;
  all: readonly api.Snapshot[];
  id: string;
  choose: (id: string) => void;
}): ReactNode {
  const { name, all, id: chosen, choose } = props;
  return (
    <label>
      {name}
      <select value={chosen} onChange={({ target }) => choose(target.value)}>
        <option value="">{words.choose}</option>
        {all.map(({ id, createdAt }) => (
          <option key={id} value={id}>
            {formats.moment(createdAt)} ({id.slice(0, 8)})
          </option>
        ))}
        {chosen === '' || all.some(({ id }) => id === chosen) ? null : (
          <option value={chosen}>{chosen.slice(0, 16)}</option>
        )}
      </select>
    </label>
  );
}

function columnsOf(
  all: readonly api.Snapshot[],
  compare: (pair: { before: string; after: string }) => void,
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
          <button type="button" onClick={() => compare({ before: a, after: id })}>
            {words.diff}
          </button>
        );
      },
      text: ({ id }) => before.get(id) ?? null,
    },
  ];
}
