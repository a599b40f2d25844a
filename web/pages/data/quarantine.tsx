// Rows that were refused: looked through, chosen, and sent again mended, as they are, or given up.

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../../api.ts';
import { formats } from '../../format.ts';
import { Badge } from '../../parts/badge.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import { RepairDialog } from './repair-dialog.tsx';
import type { DataProps } from './search.ts';

const words = texts.quarantine;
const keyOf = ({ batchId, row }: api.QuarantinedRow): string => `${batchId} ${row}`;

export function Quarantine({ project, search, setSearch }: DataProps): ReactNode {
  const { batch, code, show } = search;
  const rows = useQuery(queries.quarantine(project, batch === '' ? {} : { batch }));
  return (
    <Answer of={rows}>
      {(all) => {
        const kept = show === 'all' ? all : all.filter(({ repairedBy }) => repairedBy === null);
        if (kept.length === 0 && batch === '' && code === '' && show === 'waiting' && all.length === 0)
          return (
            <Empty title={words.none}>
              <p>{words.noneHint}</p>
            </Empty>
          );
        const codes = [...new Set(kept.map((row) => row.code))].sort();
        return (
          <>
            <div className="tools">
              <label>
                {words.onlyCode}
                <select value={code} onChange={({ target }) => setSearch({ code: target.value })}>
                  <option value="">{words.all}</option>
                  {[...new Set([...codes, ...(code === '' ? [] : [code])])].map((one) => (
                    <option key={one} value={one}>
                      {one} ({formats.count(kept.filter((row) => row.code === one).length)})
                    </option>
                  ))}
                </select>
              </label>
              <label>
                {words.show}
                <select
                  value={show}
                  onChange={({ target }) => setSearch({ show: target.value as 'waiting' | 'all' })}
                >
                  <option value="waiting">{words.showWaiting}</option>
                  <option value="all">{words.showAll}</option>
                </select>
              </label>
              {batch !== '' && (
                <button type="button" onClick={() => setSearch({ batch: '' })}>
                  {words.onlyBatch} {batch} ×
                </button>
              )}
            </div>
            <Rows
              project={project}
              rows={kept.filter((row) => code === '' || row.code === code)}
              isCut={all.length === queries.quarantineMax}
            />
          </>
        );
      }}
    </Answer>
  );
}

function Rows({
  project,
  rows,
  isCut,
}: {
  project: string;
  rows: readonly api.QuarantinedRow[];
  isCut: boolean;
}): ReactNode {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isOpen, setOpen] = useState(false);
  if (rows.length === 0) return <Empty title={words.noneOfFilter} />;
  const waiting = rows.filter(({ repairedBy }) => repairedBy === null);
  const meant = waiting.filter((row) => chosen.has(keyOf(row)));
  const turn = (row: api.QuarantinedRow): void => {
    const next = new Set(chosen);
    if (!next.delete(keyOf(row))) next.add(keyOf(row));
    setChosen(next);
  };
  return (
    <>
      <Table
        name={`${project} ${texts.data.parts.quarantine}`}
        columns={columnsOf(chosen, turn)}
        rows={rows}
        keyOf={keyOf}
        widthMin={56}
        isChosen={(row) => chosen.has(keyOf(row))}
      >
        {isCut && <span className="quiet">{words.most(formats.count(queries.quarantineMax))}</span>}
      </Table>
      <div className="chosen-bar">
        <span role="status">{words.chosen(formats.count(meant.length))}</span>
        <button
          type="button"
          onClick={() => setChosen(new Set(waiting.map(keyOf)))}
          disabled={waiting.length === 0}
        >
          {words.chooseAll(formats.count(waiting.length))}
        </button>
        <button type="button" onClick={() => setChosen(new Set())} disabled={meant.length === 0}>
          {words.chooseNone}
        </button>
        <button type="button" className="main" onClick={() => setOpen(true)} disabled={meant.length === 0}>
          {words.mend}
        </button>
      </div>
      {isOpen && (
        <RepairDialog
          project={project}
          rows={meant}
          close={() => setOpen(false)}
          done={() => {
            setOpen(false);
            setChosen(new Set());
          }}
        />
      )}
    </>
  );
}

function columnsOf(
  chosen: ReadonlySet<string>,
  turn: (row: api.QuarantinedRow) => void,
): Column<api.QuarantinedRow>[] {
  return [
    {
      id: 'choose',
      title: words.choice,
      width: '4rem',
      show: (row) =>
        row.repairedBy === null ? (
          <input
            type="checkbox"
            aria-label={words.choose(String(row.row))}
            checked={chosen.has(keyOf(row))}
            onChange={() => turn(row)}
          />
        ) : null,
      text: () => null,
    },
    {
      id: 'row',
      title: words.row,
      width: '4rem',
      end: true,
      show: ({ row }) => formats.count(row),
      text: ({ row }) => row,
    },
    { id: 'code', title: words.code, width: '8rem', text: ({ code }) => code },
    {
      id: 'reason',
      title: words.reason,
      width: 'minmax(14rem, 1.4fr)',
      show: ({ reason }) => <span title={visible(reason)}>{visible(reason)}</span>,
      text: ({ reason }) => reason,
    },
    {
      id: 'raw',
      title: words.raw,
      width: 'minmax(14rem, 1.6fr)',
      show: ({ raw }) => <code title={visible(rawText(raw))}>{visible(rawText(raw))}</code>,
      text: ({ raw }) => rawText(raw),
    },
    {
      id: 'state',
      title: words.state,
      width: '7rem',
      show: ({ repairedBy }) =>
        repairedBy === null ? <Badge tone="warn">{words.waits}</Badge> : <Badge>{words.repaired}</Badge>,
      text: ({ repairedBy }) => repairedBy ?? words.waits,
    },
    {
      id: 'batch',
      title: texts.data.batch,
      width: '6rem',
      show: ({ batchId }) => <span title={batchId}>{batchId}</span>,
      text: ({ batchId }) => batchId,
    },
  ];
}

/** Cells by their column, as people read them. */
function rawText(raw: unknown): string {
  if (typeof raw !== 'object' || raw === null) return String(raw);
  return Object.entries(raw)
    .map(([column, cell]) => `${column}=${typeof cell === 'object' ? JSON.stringify(cell) : String(cell)}`)
    .join(' ');
}
