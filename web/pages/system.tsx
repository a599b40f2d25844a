// System: how serving runs, what it promised, what is not as promised, and what it reads.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type * as api from '../api.ts';
import { definePage, oneOf, type PageProps } from '../define-page.ts';
import { formats } from '../format.ts';
import { Badge } from '../parts/badge.tsx';
import { Facts } from '../parts/facts.tsx';
import { Answer } from '../parts/states.tsx';
import { type Column, momentColumn, Table } from '../parts/table.tsx';
import * as queries from '../queries.ts';
import { texts } from '../texts.ts';
import { visible } from '../visible.ts';

const words = texts.system;
const search = { minutes: oneOf('60', '5', '1440') };
const renewMs = 10_000;

function System({ search: { minutes }, setSearch }: PageProps<typeof search>): ReactNode {
  const kpis = useQuery({ ...queries.kpis(Number(minutes)), refetchInterval: renewMs });
  return (
    <>
      <div className="page-head">
        <h1>{texts.pages.system}</h1>
        <div className="tools">
          <label>
            {words.window}
            <select
              value={minutes}
              onChange={({ target }) => setSearch({ minutes: target.value as typeof minutes })}
            >
              {Object.entries(words.minutes).map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        </div>
      </div>
      <Health />
      <Answer of={kpis}>
        {({ figures, objective, burn, since, costs }) => (
          <>
            <section>
              <h2>{words.figures}</h2>
              <p className="quiet">
                {words.objective(
                  formats.percent(objective.availability, 2),
                  formats.count(objective.windowDays),
                  formats.seconds(objective.latencyMs / 1000),
                )}{' '}
                {words.since(formats.moment(since))}
              </p>
              <Table
                name={words.figures}
                columns={columnsOf(costs.currency)}
                rows={Object.entries(figures).map(([name, figure]) => ({ name, ...figure }))}
                keyOf={({ name }) => name}
                widthMin={52}
              />
            </section>
            <Burn of={burn} />
          </>
        )}
      </Answer>
      <StreamList />
    </>
  );
}

function Health(): ReactNode {
  const health = useQuery({ ...queries.health(), refetchInterval: renewMs });
  return (
    <section>
      <h2>{words.health}</h2>
      <Answer of={health}>
        {({ degraded, pid, uptimeSeconds, version, disk }) => (
          <>
            {degraded.length === 0 ? <p>{words.fine}</p> : null}
            <ul>
              {degraded.map((reason) => (
                <li key={reason} className="refusal">
                  {visible(reason)}
                </li>
              ))}
            </ul>
            <Facts
              of={[
                [words.version, visible(version)],
                [
                  words.disk,
                  disk === null
                    ? words.diskUnknown
                    : words.diskFull(
                        formats.percent(1 - disk.freeBytes / disk.totalBytes, 0),
                        formats.bytes(disk.freeBytes),
                        formats.bytes(disk.totalBytes),
                        formats.bytes(disk.keptFreeBytes),
                      ),
                ],
                [words.process, String(pid)],
                [words.up, formats.seconds(uptimeSeconds)],
              ]}
            />
          </>
        )}
      </Answer>
    </section>
  );
}

type Row = api.KpiFigure & { readonly name: string };

function columnsOf(currency: string): Column<Row>[] {
  const write = (value: number, { name, unit }: Row): string => {
    if (name.startsWith('burn.')) return words.times(formats.number(value));
    switch (unit) {
      case 'ratio':
        return formats.percent(value, 2);
      case 'per second':
        return words.perSecond(formats.number(value));
      case 'seconds':
        return formats.seconds(value);
      case 'bytes':
        return formats.bytes(value);
      case 'cores':
        return words.cores(formats.number(value));
      case 'money':
        return formats.money(value, currency);
      case 'joules':
        return words.joules(formats.number(value));
      case 'count':
        return formats.number(value, 6);
    }
  };
  return [
    { id: 'name', title: words.figure, width: 'minmax(12rem, 1fr)', text: ({ name }) => name },
    {
      id: 'value',
      title: words.value,
      width: 'minmax(9rem, 1fr)',
      end: true,
      show: (row) =>
        row.value === null ? (
          <span title={row.reason ?? ''}>{row.reason ?? texts.none}</span>
        ) : (
          write(row.value, row)
        ),
      text: ({ value }) => value,
    },
    {
      id: 'bound',
      title: words.bound,
      width: '9rem',
      end: true,
      show: (row) => {
        const { bound } = row;
        if (bound === null) return texts.none;
        return (bound.kind === 'at-most' ? words.atMost : words.atLeast)(write(bound.value, row));
      },
      text: ({ bound }) => bound?.value ?? null,
    },
    {
      id: 'n',
      title: words.of,
      width: '6rem',
      end: true,
      show: ({ n }) => formats.count(n),
      text: ({ n }) => n,
    },
    {
      id: 'state',
      title: words.state,
      width: '10rem',
      show: ({ within, estimated }) => (
        <>
          {within !== null && (
            <Badge tone={within ? 'good' : 'bad'}>{within ? words.within : words.outside}</Badge>
          )}{' '}
          {estimated && <Badge>{words.estimated}</Badge>}
        </>
      ),
      text: ({ within }) => (within === null ? null : String(within)),
    },
  ];
}

function Burn({ of }: { of: api.Kpis['burn'] }): ReactNode {
  const rate = ({ rate: value, n }: api.KpiBurn): string =>
    value === null ? texts.none : `${words.times(formats.number(value))} (${formats.count(n)})`;
  return (
    <section>
      <h2>{words.burn}</h2>
      <table className="plain-table card">
        <thead>
          <tr>
            {[words.rule, words.rate, words.long, words.short, words.state].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {of.map(({ rule, rate: limit, burning, long, short }) => (
            <tr key={rule}>
              <td>{rule}</td>
              <td>{words.times(formats.number(limit))}</td>
              <td>{rate(long)}</td>
              <td>{rate(short)}</td>
              <td>
                <Badge tone={burning === null ? 'plain' : burning ? 'bad' : 'good'}>
                  {burning === null ? words.untold : burning ? words.burning : words.quiet}
                </Badge>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function StreamList(): ReactNode {
  const streams = useQuery({ ...queries.streams(), refetchInterval: renewMs });
  return (
    <section>
      <h2>{words.streams}</h2>
      <Answer of={streams}>
        {(all) =>
          all.length === 0 ? (
            <p className="quiet">{words.noStreams}</p>
          ) : (
            <Table
              name={words.streams}
              columns={streamColumns}
              rows={all}
              keyOf={({ name }) => name}
              widthMin={56}
            />
          )
        }
      </Answer>
    </section>
  );
}

const streamColumns: readonly Column<api.Stream>[] = [
  {
    id: 'name',
    title: words.stream,
    width: 'minmax(8rem, 1fr)',
    text: ({ name, kind }) => `${name} (${kind})`,
  },
  { id: 'role', title: words.role, width: '9rem', text: ({ role, project }) => `${role} ${project}` },
  {
    id: 'state',
    title: words.state,
    width: '8rem',
    show: ({ state }) => (
      <Badge tone={state === 'retrying' || state === 'stopped' ? 'bad' : 'good'}>{state}</Badge>
    ),
    text: ({ state }) => state,
  },
  { id: 'reason', title: words.reason, width: 'minmax(8rem, 1fr)', text: ({ reason }) => reason },
  {
    id: 'messages',
    title: words.messages,
    width: '6rem',
    end: true,
    show: ({ messages }) => formats.count(messages),
    text: ({ messages }) => messages,
  },
  {
    id: 'dead',
    title: words.deadLetters,
    width: '6rem',
    end: true,
    show: ({ deadLetters }) => formats.count(deadLetters),
    text: ({ deadLetters }) => deadLetters,
  },
  {
    id: 'lag',
    title: words.behind,
    width: '6rem',
    end: true,
    show: ({ lag }) => (lag === null ? texts.none : formats.count(lag)),
    text: ({ lag }) => lag,
  },
  momentColumn('moved', words.moved, ({ movedAt }) => movedAt),
];

export const page = definePage({ search, View: System });
