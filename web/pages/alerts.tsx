// Alerts: what somebody should know of, on what it rests, and what people said of it; and where they are sent.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type * as api from '../api.ts';
import { definePage, oneOf, type PageProps, text } from '../define-page.ts';
import { formats } from '../format.ts';
import { AlertCard } from '../parts/alert.tsx';
import { ProjectSelect } from '../parts/project-select.tsx';
import { Answer, Empty } from '../parts/states.tsx';
import { type Column, momentColumn, Table } from '../parts/table.tsx';
import * as queries from '../queries.ts';
import { texts } from '../texts.ts';

const words = texts.alerts;
const search = { project: text(), state: oneOf('', 'firing', 'acknowledged', 'silenced', 'resolved', 'all') };

function Alerts({ search: { project, state }, setSearch }: PageProps<typeof search>): ReactNode {
  const alerts = useQuery(
    queries.alerts({ ...(project === '' ? {} : { project }), ...(state === '' ? {} : { state }) }),
  );
  return (
    <>
      <div className="page-head">
        <h1>{texts.pages.alerts}</h1>
        <div className="tools">
          <ProjectSelect words={words} project={project} choose={(name) => setSearch({ project: name })} />
          <label>
            {words.state}
            <select
              value={state}
              onChange={({ target }) => setSearch({ state: target.value as typeof state })}
            >
              <option value="">{words.open}</option>
              {Object.entries(words.states).map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
              <option value="all">{words.all}</option>
            </select>
          </label>
        </div>
      </div>
      <Answer of={alerts}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={words.none}>
              <p>{words.noneHint}</p>
            </Empty>
          ) : (
            <ul className="card">
              {all.map((alert) => (
                <AlertCard key={alert.id} of={alert} />
              ))}
            </ul>
          )
        }
      </Answer>
      <Routes />
    </>
  );
}

const columns: readonly Column<api.AlertRoute>[] = [
  { id: 'name', title: words.route, width: 'minmax(7rem, 1fr)', text: ({ name }) => name },
  { id: 'kind', title: words.kind, width: '8rem', text: ({ kind }) => kind },
  { id: 'waiting', title: words.waiting, width: '6rem', end: true, text: ({ waiting }) => waiting },
  { id: 'sent', title: words.sent, width: '6rem', end: true, text: ({ sent }) => sent },
  { id: 'failed', title: words.failed, width: '6rem', end: true, text: ({ failed }) => failed },
  momentColumn('last', words.lastSent, ({ lastSentAt }) => lastSentAt),
  { id: 'error', title: words.lastError, width: 'minmax(10rem, 2fr)', text: ({ lastError }) => lastError },
];

function Routes(): ReactNode {
  const routes = useQuery({ ...queries.alertRoutes(), refetchInterval: 30_000 });
  return (
    <section aria-labelledby="routes">
      <h2 id="routes">{words.routes}</h2>
      <Answer of={routes}>
        {(all) =>
          all.length === 0 ? (
            <p className="quiet">{words.noRoutes}</p>
          ) : (
            <Table
              name={`${words.routes} (${formats.count(all.length)})`}
              columns={columns}
              rows={all}
              keyOf={({ name }) => name}
              widthMin={60}
            />
          )
        }
      </Answer>
    </section>
  );
}

export const page = definePage({ search, View: Alerts });
