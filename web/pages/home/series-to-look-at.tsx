// The series of a project that need somebody most: those that cost most, and those that seasonal naive does better.

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
  const worst = useQuery(queries.firstSeries(name, { sort: 'error', limit: shown })).data;
  const behind = useQuery(queries.firstSeries(name, { sort: 'valueAdded', limit: shown })).data;
  // Nothing to look at before demand has come for a forecast.
  if (!worst?.accuracy || !behind) return null;
  const { from, to } = worst.accuracy;
  const period = (label: string): string => formats.shortPeriod(label, frequency);
  const losing = behind.items.filter(({ valueAdded }) => (valueAdded.value ?? 0) < 0);
  return (
    <div className="card">
      <p className="quiet">{words.seriesOf(name, period(from), period(to))}</p>
      <div className="two">
        <Ranked
          title={words.worst}
          project={name}
          items={worst.items.filter(({ error }) => error !== null)}
          sort={{}}
          say={({ error }) =>
            error?.wape == null
              ? texts.none
              : words.ofSeries(formats.percent(error.wape, 0), formats.count(error.n))
          }
        />
        <Ranked
          title={words.behind}
          project={name}
          items={losing}
          sort={{ sort: 'valueAdded' }}
          say={({ valueAdded }) =>
            words.addedTo(formats.signedPercent(valueAdded.value ?? 0), formats.count(valueAdded.n))
          }
        />
      </div>
    </div>
  );
}

function Ranked(props: {
  title: string;
  project: string;
  items: readonly api.ListedSeries[];
  sort: Readonly<Record<string, string>>;
  say: (series: api.ListedSeries) => string;
}): ReactNode {
  const { title, project, items, sort, say } = props;
  const path = `/projects/${project}/forecasts`;
  return (
    <div>
      <h3>
        <Link to={path} search={sort as never}>
          {title}
        </Link>
      </h3>
      {items.length === 0 ? (
        <p className="quiet">{words.noneBehind}</p>
      ) : (
        <ol className="ranked">
          {items.map((item) => (
            <li key={item.series}>
              <Link to={path} search={{ ...sort, series: item.series } as never}>
                {visible(item.series)}
              </Link>
              <span className="quiet">{say(item)}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
