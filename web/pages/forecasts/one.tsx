// One series: history and the fan of its forecast, what earlier forecasts said, what was known beside demand.

import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { lineChart } from '../../charts/line-chart.ts';
import { formats } from '../../format.ts';
import { Badge } from '../../parts/badge.tsx';
import { Chart } from '../../parts/chart.tsx';
import { Figure } from '../../parts/figure.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import { useFrequency } from '../data/use-frequency.ts';
import { ColumnCharts } from './columns.tsx';
import { fanOf, saidAhead } from './fan.ts';
import { FanChart } from './fan-chart.tsx';
import { Lineages } from './lineage.tsx';
import { Overrides } from './overrides.tsx';
import type { ForecastProps } from './search.ts';
import { Why } from './why.tsx';

const words = texts.series;

export function OneSeries(props: ForecastProps): ReactNode {
  const { project, search, setSearch } = props;
  const frequency = useFrequency(project);
  const one = useDetail(props);
  return (
    <>
      <div className="page-head">
        <h1>
          {visible(search.series)}{' '}
          {one.data?.listed && (
            <>
              <Badge>{texts.forecasts.states[one.data.listed.state]}</Badge>{' '}
              <Badge>
                {`${one.data.listed.classes.abc ?? ''}${one.data.listed.classes.xyz ?? ''}` || texts.none}
              </Badge>
            </>
          )}
        </h1>
        <div className="tools">
          <label>
            {words.window}
            <select
              value={search.window}
              onChange={({ target }) => setSearch({ window: target.value as typeof search.window })}
            >
              {Object.entries(words.windows).map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <button type="button" onClick={() => setSearch({ series: '' })}>
            {words.back}
          </button>
        </div>
      </div>
      <Answer of={one}>
        {(detail) => (
          <>
            <Notes of={detail} frequency={frequency} />
            <Figures of={detail} frequency={frequency} />
            <FanChart project={project} of={detail} frequency={frequency} />
            <Overrides project={project} of={detail} frequency={frequency} />
            <Why project={project} of={detail} frequency={frequency} />
            <Earlier {...props} of={detail} frequency={frequency} />
            <ColumnCharts of={detail} frequency={frequency} />
            <Lineages of={detail} frequency={frequency} />
            <Versions project={project} of={detail} />
          </>
        )}
      </Answer>
    </>
  );
}

/** The last year as the server gives it; all there is from the first row on; a quarter is cut from the year. */
function useDetail({ project, search: { series, window } }: ForecastProps): UseQueryResult<api.SeriesDetail> {
  const year = useQuery(queries.oneSeries(project, series, undefined));
  const first = window === 'all' ? (year.data?.listed?.firstAt ?? undefined) : undefined;
  const all = useQuery({ ...queries.oneSeries(project, series, first), enabled: first !== undefined });
  if (first !== undefined) return all;
  if (window !== 'quarter' || year.data === undefined) return year;
  const { history } = year.data;
  return { ...year, data: { ...year.data, history: history.slice(-Math.ceil(history.length / 4)) } };
}

interface Shown {
  readonly of: api.SeriesDetail;
  readonly frequency: string;
}

/** What one must know before one believes the figures. */
function Notes({ of, frequency }: Shown): ReactNode {
  const { forecast, reason, listed } = of;
  const notes = [
    ...(forecast === null ? [words.noForecast(reason ?? '')] : []),
    ...(forecast?.ended ? [words.ended] : []),
    ...(forecast?.silent ? [words.silent] : []),
    ...(forecast?.unfinishedAt === undefined
      ? []
      : [words.unfinished(formats.period(forecast.unfinishedAt, frequency))]),
    ...(forecast?.reason === undefined ? [] : [forecast.reason]),
    ...(listed === null ? [words.listedNot] : []),
  ];
  return notes.map((note) => (
    <p key={note} className="stale">
      {visible(note)}
    </p>
  ));
}

function Figures({ of: { listed, forecast }, frequency }: Shown): ReactNode {
  const [next] = forecast?.steps ?? [];
  const sum = (forecast?.steps ?? []).reduce((units, { mean }) => units + mean, 0);
  const bands = next === undefined ? [] : fanOf({ history: [], forecast }).bands;
  const band = bands.find(({ level }) => level === 0.8) ?? bands[0];
  const error = listed?.error;
  return (
    <section>
      <div className="figures">
        {next && (
          <Figure
            name={`${words.next}, ${formats.period(next.timestamp, frequency)}`}
            value={formats.number(next.mean)}
            beside={
              band
                ? `${words.interval(formats.percent(band.level, 0))}: ${words.interval80(formats.number(band.low[0] ?? 0), formats.number(band.high[0] ?? 0))}`
                : ''
            }
            basis={next.override ? texts.overrides.nextOverridden(formats.number(next.override.value)) : ''}
          />
        )}
        {forecast && (
          <Figure
            name={`${words.nextSum} (${formats.count(forecast.steps.length)})`}
            value={formats.number(sum, 4)}
          />
        )}
        {error && (
          <Figure
            name={`${words.error} (${words.ofDemand})`}
            value={error.wape === null ? texts.none : formats.percent(error.wape)}
            basis={words.labels(formats.count(error.n), formats.count(error.labelsDue))}
          />
        )}
        {error && (
          <Figure
            name={words.bias}
            value={error.bias === null ? texts.none : formats.signedPercent(error.bias)}
          />
        )}
        {listed && listed.valueAdded.value !== null && (
          <Figure
            name={words.added}
            value={formats.signedPercent(listed.valueAdded.value)}
            tone={listed.valueAdded.value >= 0 ? 'good' : 'bad'}
            beside={words.addedOver}
            basis={words.labels(formats.count(listed.valueAdded.n), formats.count(error?.labelsDue ?? 0))}
          />
        )}
        {listed && (
          <Figure
            name={words.value}
            value={listed.value.amount === null ? texts.none : formats.number(listed.value.amount, 4)}
            beside={listed.value.share === null ? '' : words.share(formats.percent(listed.value.share))}
            basis={words.units(formats.number(listed.value.units, 4))}
          />
        )}
      </div>
    </section>
  );
}

/** Forecasts as they were served, so many steps ahead, beside the demand that came. */
function Earlier({ of, frequency, search: { lead }, setSearch }: Shown & ForecastProps): ReactNode {
  const leads = [...new Set(of.earlier.flatMap(({ steps }) => steps.map((step) => step.lead)))].sort(
    (a, b) => a - b,
  );
  if (leads.length === 0) return <Empty title={words.noEarlier} />;
  const chosen = leads.includes(lead) ? lead : (leads[0] as number);
  const said = saidAhead(of.earlier, chosen);
  const name = `${of.series}: ${words.earlier}`;
  return (
    <section>
      <div className="page-head">
        <h2>{words.earlier}</h2>
        <div className="tools">
          <label>
            {words.lead}
            <select
              value={chosen}
              onChange={({ target }) => setSearch({ lead: Number(target.value) }, { replace: true })}
            >
              {leads.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
        </div>
      </div>
      <Chart
        name={visible(name)}
        basis={words.earlierBasis(formats.count(said.length), formats.count(chosen))}
        height={200}
        draw={(size) =>
          lineChart(
            {
              title: visible(name),
              labels: said.map(({ timestamp }) => formats.shortPeriod(timestamp, frequency)),
              lines: [
                { name: words.came, look: 'history', values: said.map(({ actual }) => actual) },
                { name: words.said, look: 'other', values: said.map(({ mean }) => mean) },
              ],
              write: (value) => formats.number(value),
              fromZero: true,
            },
            size,
          )
        }
        table={{
          columns: [words.period, words.said, words.came, words.difference],
          rows: said.map(({ timestamp, mean, actual }) => [
            timestamp,
            mean,
            actual,
            actual === null ? null : mean - actual,
          ]),
        }}
      />
    </section>
  );
}

function Versions({ project, of: { versions } }: { project: string; of: api.SeriesDetail }): ReactNode {
  if (versions.length === 0) return null;
  return (
    <section>
      <h2>{words.versions}</h2>
      <ul className="card">
        {versions.map(({ number, id, createdAt, aliases }) => (
          <li key={id} className="actions">
            <Link to={`/projects/${project}/models`} search={{ version: String(number) } as never}>
              {words.versionLine(formats.count(number), formats.moment(createdAt))}
            </Link>
            {aliases.map((alias) => (
              <Badge key={alias} tone="accent">
                {alias}
              </Badge>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
