// How the stored history looks: how much since when, what is worth a look, pictures of some series.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { lineChart, sparkline } from '../../charts/line-chart.ts';
import { formats } from '../../format.ts';
import { Badge } from '../../parts/badge.tsx';
import { Chart } from '../../parts/chart.tsx';
import { Drawing } from '../../parts/drawing.tsx';
import { Figure } from '../../parts/figure.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import type { DataProps } from './search.ts';
import { useFrequency } from './use-frequency.ts';

const words = texts.profile;

export function Profile({ project }: DataProps): ReactNode {
  // All of the history is read for it: not asked for again by itself.
  const profile = useQuery({ ...queries.profile(project), staleTime: Number.POSITIVE_INFINITY });
  const frequency = useFrequency(project);
  return (
    <Answer of={profile}>
      {(found) =>
        found.rows === 0 ? (
          <Empty title={words.empty} />
        ) : (
          <>
            <p className="quiet">
              {words.asOf(formats.moment(found.at))}{' '}
              <button type="button" disabled={profile.isFetching} onClick={() => void profile.refetch()}>
                {profile.isFetching ? texts.confirm.busy : texts.states.again}
              </button>
            </p>
            <Totals of={found} frequency={frequency} />
            <Timeline project={project} of={found} frequency={frequency} />
            <div className="two">
              <Classes of={found} />
              <Worth of={found} />
            </div>
            <Pictures of={found} frequency={frequency} />
          </>
        )
      }
    </Answer>
  );
}

function Totals({ of, frequency }: { of: api.StoredProfile; frequency: string }): ReactNode {
  const { periods, newest, first, last } = of;
  const all = periods.observed + periods.missing + periods.stockouts + periods.withoutRow;
  const share = (count: number): string => (all === 0 ? texts.none : formats.percent(count / all));
  const basis = words.ofPeriods(formats.count(all));
  return (
    <section>
      <div className="figures">
        <Figure name={words.series} value={formats.count(of.series)} />
        <Figure
          name={words.rows}
          value={formats.count(of.rows)}
          basis={[first, last]
            .map((label) => (label === null ? texts.none : formats.period(label, frequency)))
            .join(' – ')}
        />
        <Figure name={words.demand} value={formats.number(of.demand, 4)} />
        <Figure name={words.zeros} value={share(periods.zeros)} basis={basis} />
        <Figure name={words.missing} value={share(periods.missing + periods.withoutRow)} basis={basis} />
        <Figure name={words.stockouts} value={share(periods.stockouts)} basis={basis} />
        {newest && (
          <Figure
            name={words.newest}
            value={formats.period(newest.period, frequency)}
            beside={words.newestState[newest.state]}
            tone={newest.state === 'low' ? 'bad' : undefined}
            basis={newest.reasons.join('; ')}
          />
        )}
      </div>
    </section>
  );
}

function Timeline({
  project,
  of,
  frequency,
}: {
  project: string;
  of: api.StoredProfile;
  frequency: string;
}): ReactNode {
  const { periodsPerPoint, points } = of.timeline;
  const labels = points.map(({ first }) => formats.period(first, frequency));
  return (
    <Chart
      name={`${project}: ${words.timeline}`}
      basis={words.perPoint(formats.count(periodsPerPoint))}
      draw={(size) =>
        lineChart(
          {
            title: words.timeline,
            labels,
            lines: [{ name: words.demand, look: 'history', values: points.map(({ demand }) => demand) }],
            write: (value) => formats.number(value, 3),
            fromZero: true,
          },
          size,
        )
      }
      table={{
        columns: [words.period, words.demand, words.series],
        rows: points.map(({ first, demand, series }) => [first, demand, series]),
      }}
    />
  );
}

function Classes({ of }: { of: api.StoredProfile }): ReactNode {
  return (
    <section>
      <h2>{words.classes}</h2>
      <table className="plain-table card">
        <thead>
          <tr>
            <th scope="col">{words.class}</th>
            <th scope="col">{words.series}</th>
            <th scope="col">{words.share}</th>
          </tr>
        </thead>
        <tbody>
          {of.classes.map(({ demandClass, series, demand }) => (
            <tr key={demandClass}>
              <td>{demandClass}</td>
              <td>{formats.count(series)}</td>
              <td>{of.demand > 0 ? formats.percent(demand / of.demand) : texts.none}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Worth({ of }: { of: api.StoredProfile }): ReactNode {
  return (
    <section>
      <h2>{words.worth}</h2>
      <ul className="card">
        {of.findings.map(({ kind, message }) => (
          <li key={`${kind} ${message}`}>{visible(message)}</li>
        ))}
        {of.suspicious.map(({ kind, series, examples }) => (
          <li key={kind}>
            <Badge tone="warn">{words.because[kind]}</Badge> {formats.count(series)}:{' '}
            {examples.map(({ seriesId, reason }) => visible(`${seriesId} (${reason})`)).join('; ')}
          </li>
        ))}
      </ul>
    </section>
  );
}

const small = { width: 220, height: 56 };

function Pictures({ of, frequency }: { of: api.StoredProfile; frequency: string }): ReactNode {
  return (
    <section>
      <h2>{words.pictures}</h2>
      <p className="quiet">{of.sampleRule}</p>
      <ul className="small-charts">
        {of.pictures.map(({ seriesId, because, demandClass, demand, first, last, values }) => (
          <li key={`${seriesId} ${because}`} className="small-chart">
            <h3 title={visible(seriesId)}>{visible(seriesId)}</h3>
            <p className="quiet">
              {words.because[because]}, {demandClass}, {formats.number(demand)}
            </p>
            <Drawing of={sparkline({ title: seriesId, values }, small)} />
            <p className="quiet">
              {[first, last].map((label) => formats.shortPeriod(label, frequency)).join(' – ')}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
