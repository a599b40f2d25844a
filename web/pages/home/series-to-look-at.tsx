// The series of a project that need somebody most, and those that seasonal naive does better.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { formats } from '../../format.ts';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';

const words = texts.home;
const shown = 5;

export function SeriesToLookAt({ project: { name, frequency } }: { project: api.ProjectView }): ReactNode {
  const needing = useQuery(queries.exceptions(name, { limit: shown })).data;
  const behind = useQuery(queries.firstSeries(name, { sort: 'valueAdded', limit: shown })).data;
  // Nothing to look at before demand has come for a forecast.
  if (!needing?.accuracy || !behind) return null;
  const { from, to } = needing.accuracy;
  const period = (label: string): string => formats.shortPeriod(label, frequency);
  const losing = behind.items.filter(({ valueAdded }) => (valueAdded.value ?? 0) < 0);
  return (
    <div className="card">
      <p className="quiet">{words.seriesOf(name, period(from), period(to))}</p>
      <div className="two">
        <Ranked
          title={words.exceptions}
          project={name}
          items={needing.items.map(({ series, because }) => ({ series: series.series, says: because }))}
          search={{ part: 'exceptions' }}
        />
        <Ranked
          title={words.behind}
          project={name}
          items={losing.map(({ series, valueAdded }) => ({
            series,
            says: words.addedTo(formats.signedPercent(valueAdded.value ?? 0), formats.count(valueAdded.n)),
          }))}
          search={{ sort: 'valueAdded' }}
        />
      </div>
    </div>
  );
}

function Ranked(props: {
  title: string;
  project: string;
  items: readonly { readonly series: string; readonly says: string }[];
  /** Of the page that lists more of them. */
  search: Readonly<Record<string, string>>;
}): ReactNode {
  const { title, project, items, search } = props;
  const path = `/projects/${project}/forecasts`;
  return (
    <div>
      <h3>
        <Link to={path} search={search as never}>
          {title}
        </Link>
      </h3>
      {items.length === 0 ? (
        <p className="quiet">{words.noneBehind}</p>
      ) : (
        <ol className="ranked">
          {items.map(({ series, says }) => (
            <li key={`${series} ${says}`}>
              <Link to={path} search={{ ...search, series } as never}>
                {visible(series)}
              </Link>
              <span className="quiet">{visible(says)}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
