// Runs: every training, backtest and search with its figures and cost; some of them side by side.

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../api.ts';
import { definePage, oneOf, type PageProps, text } from '../define-page.ts';
import { formats } from '../format.ts';
import { Badge, type Tone } from '../parts/badge.tsx';
import { Answer, Empty } from '../parts/states.tsx';
import { type Column, momentColumn, Table } from '../parts/table.tsx';
import * as queries from '../queries.ts';
import { texts } from '../texts.ts';
import { visible } from '../visible.ts';
import { type Line, metricLines, paramLines } from './runs/compare.ts';

const words = texts.runs;
const search = {
  /** Ids of those that are compared, separated by commas. */
  compare: text(),
  show: oneOf('different', 'all'),
};
const tones: Readonly<Record<string, Tone>> = { finished: 'good', failed: 'bad', running: 'accent' };
/** More columns would not be read. */
const comparedMax = 5;

function Runs(props: PageProps<typeof search>): ReactNode {
  const { project, search: asked, setSearch } = props;
  const runs = useQuery(queries.runs(project));
  const ids = asked.compare === '' ? [] : asked.compare.split(',').slice(0, comparedMax);
  return (
    <>
      <div className="page-head">
        <h1>{texts.pages.runs}</h1>
        {ids.length > 0 && (
          <button type="button" onClick={() => setSearch({ compare: '' })}>
            {words.all}
          </button>
        )}
      </div>
      <Answer of={runs}>
        {(all) => {
          if (all.length === 0)
            return (
              <Empty title={words.none}>
                <p>{words.noneHint}</p>
              </Empty>
            );
          if (ids.length === 0) return <AllRuns {...props} runs={all} />;
          return <Compared {...props} runs={ids.flatMap((id) => all.find((run) => run.id === id) ?? [])} />;
        }}
      </Answer>
    </>
  );
}

type Shown = PageProps<typeof search> & { readonly runs: readonly api.Run[] };

function AllRuns({ project, setSearch, runs }: Shown): ReactNode {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const turn = (id: string): void =>
    setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id].slice(-comparedMax));
  return (
    <>
      <Table
        name={`${project} ${texts.pages.runs}`}
        columns={columnsOf(chosen, turn)}
        rows={runs}
        keyOf={({ id }) => id}
        isChosen={({ id }) => chosen.includes(id)}
        widthMin={62}
      >
        {runs.length === queries.listMax && (
          <span className="quiet">{words.newest(formats.count(runs.length))}</span>
        )}
      </Table>
      <div className="actions">
        <button
          type="button"
          className="main"
          disabled={chosen.length < 2}
          onClick={() => setSearch({ compare: chosen.join(',') })}
        >
          {words.compare(formats.count(chosen.length))}
        </button>
      </div>
    </>
  );
}

function columnsOf(chosen: readonly string[], turn: (id: string) => void): Column<api.Run>[] {
  const metric = (name: string, title: string): Column<api.Run> => ({
    id: name,
    title,
    width: '4.5rem',
    end: true,
    show: ({ metrics }) => written(metrics[name]),
    text: ({ metrics }) => metrics[name] ?? null,
  });
  return [
    {
      id: 'choose',
      title: words.choice,
      width: '4.25rem',
      show: ({ id, kind, startedAt }) => (
        <input
          type="checkbox"
          aria-label={words.choose(kind, formats.moment(startedAt))}
          checked={chosen.includes(id)}
          onChange={() => turn(id)}
        />
      ),
      text: () => null,
    },
    { id: 'kind', title: words.kind, width: '4.5rem', text: ({ kind }) => kind },
    {
      id: 'status',
      title: words.status,
      width: '5.5rem',
      show: ({ status }) => <Badge tone={tones[status] ?? 'plain'}>{words.statuses[status] ?? status}</Badge>,
      text: ({ status }) => status,
    },
    momentColumn('started', words.started, ({ startedAt }) => startedAt),
    metric('selected.loss', words.loss),
    metric('selected.wape', words.wape),
    {
      id: 'took',
      title: words.took,
      width: '4.75rem',
      end: true,
      show: ({ durationMs }) => (durationMs === null ? texts.none : formats.seconds(durationMs / 1000)),
      text: ({ durationMs }) => durationMs,
    },
    {
      id: 'cpu',
      title: words.processor,
      width: '4.75rem',
      end: true,
      show: ({ cpuSeconds }) => (cpuSeconds === null ? texts.none : formats.seconds(cpuSeconds)),
      text: ({ cpuSeconds }) => cpuSeconds,
    },
    {
      id: 'cause',
      title: words.cause,
      width: 'minmax(9rem, 1fr)',
      show: ({ cause }) => <span title={visible(cause?.reason ?? '')}>{visible(cause?.reason ?? '')}</span>,
      text: ({ cause }) => cause?.reason ?? null,
    },
  ];
}

function written(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return texts.none;
  return typeof value === 'number' ? formats.number(value, 5) : visible(value);
}

function Compared({ search: { show }, setSearch, runs }: Shown): ReactNode {
  if (runs.length === 0) return <Empty title={words.gone} />;
  return (
    <>
      <label className="actions">
        <input
          type="checkbox"
          checked={show === 'different'}
          onChange={({ target }) =>
            setSearch({ show: target.checked ? 'different' : 'all' }, { replace: true })
          }
        />
        {words.onlyDifferent}
      </label>
      <SideBySide title={words.metrics} runs={runs} lines={metricLines(runs)} show={show} />
      <SideBySide title={words.params} runs={runs} lines={paramLines(runs)} show={show} />
      <SideBySide title={words.facts} runs={runs} lines={factLines(runs)} show={show} />
    </>
  );
}

function factLines(runs: readonly api.Run[]): Line[] {
  const line = (name: string, of: (run: api.Run) => string | number | null): Line => {
    const values = runs.map(of);
    return { name, values, differs: new Set(values).size > 1 };
  };
  return [
    line(words.took, ({ durationMs }) => (durationMs === null ? null : formats.seconds(durationMs / 1000))),
    line(words.processor, ({ cpuSeconds }) => (cpuSeconds === null ? null : formats.seconds(cpuSeconds))),
    line(words.memory, ({ memoryBytesPeak }) =>
      memoryBytesPeak === null ? null : formats.bytes(memoryBytesPeak),
    ),
    line(words.snapshot, ({ snapshotId }) => snapshotId?.slice(0, 16) ?? null),
    line(words.seed, ({ seed }) => seed),
    line(words.code, ({ codeVersion }) => codeVersion),
    line(words.error, ({ error }) => error),
  ];
}

function SideBySide(props: {
  title: string;
  runs: readonly api.Run[];
  lines: readonly Line[];
  show: 'different' | 'all';
}): ReactNode {
  const { title, runs, lines, show } = props;
  const shown = show === 'all' ? lines : lines.filter(({ differs }) => differs);
  return (
    <section>
      <h2>{title}</h2>
      {shown.length === 0 ? (
        <p className="quiet">{words.same}</p>
      ) : (
        <section className="chart-table card" tabIndex={0} aria-label={title}>
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">{words.name}</th>
                {runs.map(({ id, kind, startedAt }) => (
                  <th key={id} scope="col">
                    {kind} {formats.moment(startedAt)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ name, values }) => (
                <tr key={name}>
                  <td>{visible(name)}</td>
                  {runs.map(({ id }, i) => (
                    <td key={id}>{written(values[i])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

export const page = definePage({ search, View: Runs });
