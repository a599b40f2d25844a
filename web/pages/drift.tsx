// Drift: which columns changed in which check, beside the periods before and beside the same season, and the faults of the data.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../api.ts';
import { part, send } from '../api.ts';
import { definePage, type PageProps, text } from '../define-page.ts';
import { formats } from '../format.ts';
import { Facts } from '../parts/facts.tsx';
import { useNotice } from '../parts/notices.tsx';
import { Answer, Empty, inOneLine } from '../parts/states.tsx';
import * as queries from '../queries.ts';
import { texts } from '../texts.ts';
import { visible } from '../visible.ts';
import { Findings } from './drift/change.tsx';
import { type Chosen, DriftMap, nameOf } from './drift/map.tsx';
import { OneColumn } from './drift/one-column.tsx';

const words = texts.drift;
const search = { check: text(), column: text(), group: text() };
type Props = PageProps<typeof search>;

function Drift({ project, search: { check, column, group }, setSearch }: Props): ReactNode {
  const checks = useQuery(queries.driftChecks(project));
  return (
    <>
      <div className="page-head">
        <h1>{texts.pages.drift}</h1>
        <div className="actions">
          <CheckButton project={project} />
        </div>
      </div>
      <Answer of={checks}>
        {({ items }) => {
          const [newest] = items;
          if (newest === undefined)
            return (
              <Empty title={words.none}>
                <p>{words.noneHint}</p>
              </Empty>
            );
          const chosen = items.some(({ id }) => id === check) ? check : newest.id;
          return (
            <Report project={project} id={chosen} chosen={{ column, group }} open={setSearch}>
              <DriftMap checks={items} chosen={{ check: chosen, column, group }} open={setSearch} />
            </Report>
          );
        }}
      </Answer>
    </>
  );
}

function CheckButton({ project }: { project: string }): ReactNode {
  const [isBusy, setBusy] = useState(false);
  const client = useQueryClient();
  const say = useNotice();
  const begin = async (): Promise<void> => {
    setBusy(true);
    try {
      await send('POST', `/v1/projects/${part(project)}/drift`);
      await queries.refresh(client, ['jobs'], project);
      say(words.asked);
    } catch (error) {
      say(inOneLine(error as Error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <button type="button" disabled={isBusy} onClick={() => void begin()}>
      {isBusy ? words.checking : words.check}
    </button>
  );
}

function Report(props: {
  project: string;
  id: string;
  chosen: { readonly column: string; readonly group: string };
  open: (chosen: Chosen) => void;
  /** What lies between the check and its column. */
  children: ReactNode;
}): ReactNode {
  const { project, id, chosen, open, children } = props;
  const report = useQuery(queries.driftReport(project, id));
  return (
    <Answer of={report}>
      {(found) => {
        const one = columnOf(found, chosen);
        return (
          <>
            {found.faults.length > 0 && (
              <section>
                <h2>{words.faults}</h2>
                <ul className="drift-faults">
                  {found.faults.map(({ kind, column, group, because }) => (
                    <li key={`${kind} ${column} ${group}`}>{visible(because)}</li>
                  ))}
                </ul>
              </section>
            )}
            <Facts of={factsOf(found)} />
            <Findings of={found} open={open} />
            {children}
            {one === undefined ? <p>{words.gone}</p> : <OneColumn of={one} />}
          </>
        );
      }}
    </Answer>
  );
}

/** The one that was opened, else the first that drifted, else the first. */
function columnOf(
  { columns }: api.DriftReportView,
  { column, group }: { readonly column: string; readonly group: string },
): api.DriftColumnView | undefined {
  if (column !== '') return columns.find((one) => one.column === column && (one.group ?? '') === group);
  return columns.find(({ verdict }) => verdict === 'drift') ?? columns[0];
}

function factsOf(found: api.DriftReportView): (readonly [string, ReactNode])[] {
  const of = (verdict: api.DriftColumnView['verdict']): string[] =>
    found.columns.filter((one) => one.verdict === verdict).map((one) => visible(nameOf(one)));
  const listed = (['drift', 'expected', 'unknown'] as const).flatMap((verdict) => {
    const names = of(verdict);
    return names.length === 0 ? [] : [[words.these[verdict], names.join(', ')] as const];
  });
  return [
    [words.looked, words.window(found.from, found.to)],
    [words.beside, words.besideBoth(found.recentFrom, found.recentTo)],
    [words.bounds, words.rests(formats.count(found.tests), formats.percent(found.falseAlarms))],
    ...listed,
    ...found.notes.map((note) => [words.notes, visible(note)] as const),
  ];
}

export const page = definePage({ search, View: Drift });
