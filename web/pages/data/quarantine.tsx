// Rows that were refused: looked through, chosen, and sent again mended, as they are, or given up.

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../../api.ts';
import { formats } from '../../format.ts';
import { Badge } from '../../parts/badge.tsx';
import { Window } from '../../parts/dialog.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { type Column, momentColumn, Table } from '../../parts/table.tsx';
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
  const [looked, setLooked] = useState<api.QuarantinedRow>();
  const batches = new Map(useQuery(queries.batches(project)).data?.map((batch) => [batch.id, batch]));
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
        columns={columnsOf({ chosen, turn, look: setLooked, batches })}
        rows={rows}
        keyOf={keyOf}
        widthMin={98}
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
      {looked && <Row of={looked} batch={batches.get(looked.batchId)} close={() => setLooked(undefined)} />}
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

/** One row in full: why it was refused, where it came from, and its cells. */
function Row(props: { of: api.QuarantinedRow; batch: api.Batch | undefined; close: () => void }): ReactNode {
  const { of, batch, close } = props;
  const { raw } = of;
  const cells =
    typeof raw === 'object' && raw !== null
      ? Object.entries(raw).map(
          ([column, cell]) => [visible(column), <code key={column}>{visible(cellText(cell))}</code>] as const,
        )
      : [[words.raw, <code key="raw">{visible(String(raw))}</code>] as const];
  return (
    <Window title={words.look(formats.count(of.row))} isOpen close={close}>
      <p>{visible(of.reason)}</p>
      <Facts
        of={[
          [words.code, of.code],
          [words.from, batch === undefined ? texts.none : visible(batch.source)],
          [words.came, batch === undefined ? texts.none : formats.moment(batch.receivedAt)],
          [texts.data.batch, <code key="batch">{of.batchId}</code>],
        ]}
      />
      <Facts of={cells} />
    </Window>
  );
}

function columnsOf({
  chosen,
  turn,
  look,
  batches,
}: {
  chosen: ReadonlySet<string>;
  turn: (row: api.QuarantinedRow) => void;
  look: (row: api.QuarantinedRow) => void;
  batches: ReadonlyMap<string, api.Batch>;
}): Column<api.QuarantinedRow>[] {
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
      width: '4.5rem',
      end: true,
      show: (row) => (
        <button type="button" onClick={() => look(row)} aria-label={words.look(formats.count(row.row))}>
          {formats.count(row.row)}
        </button>
      ),
      text: ({ row }) => row,
    },
    {
      id: 'from',
      title: words.from,
      width: '9rem',
      show: ({ batchId }) => {
        const from = visible(batches.get(batchId)?.source ?? texts.none);
        return <span title={`${from} ${batchId}`}>{from}</span>;
      },
      text: ({ batchId }) => batches.get(batchId)?.source ?? null,
    },
    momentColumn('came', words.came, ({ batchId }) => batches.get(batchId)?.receivedAt ?? null),
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
    { id: 'batch', title: texts.data.batch, width: '19rem', text: ({ batchId }) => batchId },
  ];
}

/** Cells by their column, as people read them. */
function rawText(raw: unknown): string {
  if (typeof raw !== 'object' || raw === null) return String(raw);
  return Object.entries(raw)
    .map(([column, cell]) => `${column}=${cellText(cell)}`)
    .join(' ');
}

function cellText(cell: unknown): string {
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}
