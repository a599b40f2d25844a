// Totals over series, by any of their columns: what is shown adds up to the line at the top.

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../../api.ts';
import { lineChart } from '../../charts/line-chart.ts';
import { formats } from '../../format.ts';
import { Chart } from '../../parts/chart.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import { useFrequency } from '../data/use-frequency.ts';
import { Basis } from './basis.tsx';
import type { ForecastProps } from './search.ts';

const words = texts.totals;

export function Totals(props: ForecastProps): ReactNode {
  const { project, search } = props;
  const found = useQuery(queries.totals(project, search.by));
  const frequency = useFrequency(project);
  return (
    <>
      <GroupBy {...props} columns={found.data?.columns ?? []} key={search.by} />
      <Answer of={found}>
        {(totals) =>
          totals.total.series === 0 ? (
            <Empty title={words.none} />
          ) : (
            <>
              <TotalChart project={project} of={totals.total} frequency={frequency} />
              <Table
                name={`${project} ${words.title}`}
                columns={columns}
                rows={rowsOf(totals)}
                keyOf={({ name }) => name}
                isChosen={({ isTotal }) => isTotal}
                widthMin={66}
              />
              <p className="quiet">{words.meanOnly}</p>
              <Basis of={totals} frequency={frequency} />
            </>
          )
        }
      </Answer>
    </>
  );
}

function GroupBy({
  search,
  setSearch,
  columns: known,
}: ForecastProps & { columns: readonly string[] }): ReactNode {
  const [by, setBy] = useState(search.by);
  const chosen = search.by === '' ? [] : search.by.split(',');
  return (
    <form
      className="tools"
      onSubmit={(event) => {
        event.preventDefault();
        setSearch({ by: by.replace(/\s*,\s*/g, ',').trim() });
      }}
    >
      <label>
        {words.by}
        <input
          value={by}
          maxLength={300}
          placeholder={words.byHint}
          onChange={({ target }) => setBy(target.value)}
        />
      </label>
      <button type="submit">{words.show}</button>
      <div className="tools">
        {known.length > 0 && <span className="quiet">{words.columns}</span>}
        {known.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={chosen.includes(name)}
            onClick={() =>
              setSearch({
                by: (chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]).join(
                  ',',
                ),
              })
            }
          >
            {visible(name)}
          </button>
        ))}
      </div>
    </form>
  );
}

interface Row extends api.SeriesTotal {
  readonly name: string;
  readonly isTotal: boolean;
}

/** The whole, its groups, and what is left of them. */
function rowsOf({ total, items, others, by }: api.SeriesTotals): Row[] {
  const nameOf = (key: Readonly<Record<string, string>>): string =>
    by.map((column) => (key[column] === '' ? texts.none : (key[column] ?? texts.none))).join(' · ');
  return [
    { ...total, name: words.whole, isTotal: true },
    ...(by.length === 0 ? [] : items.map((item) => ({ ...item, name: nameOf(item.key), isTotal: false }))),
    ...(others === null
      ? []
      : [{ ...others, name: words.others(formats.count(others.groups)), isTotal: false }]),
  ];
}

const ahead = ({ steps }: api.SeriesTotal): number | null =>
  steps.length === 0 ? null : steps.reduce((sum, { mean }) => sum + mean, 0);

/** To whole units where there are many: figures that were cut to a few digits would not add up before the reader's eyes. */
function summed(value: number): string {
  return Math.abs(value) >= 100 ? formats.count(value) : formats.number(value, 4);
}

function figure(
  id: string,
  title: string,
  of: (row: Row) => number | null,
  write: (value: number) => string = summed,
  width = '7rem',
): Column<Row> {
  return {
    id,
    title,
    width,
    end: true,
    show: (row) => {
      const value = of(row);
      return value === null ? texts.none : write(value);
    },
    text: of,
  };
}

const columns: readonly Column<Row>[] = [
  {
    id: 'name',
    title: words.group,
    width: 'minmax(10rem, 1fr)',
    show: ({ name }) => <span title={visible(name)}>{visible(name)}</span>,
    text: ({ name }) => name,
  },
  figure('series', words.series, ({ series }) => series, formats.count, '5rem'),
  figure('ahead', words.ahead, ahead),
  figure(
    'forecasts',
    words.of,
    ({ forecasts }) => forecasts,
    (n) => words.ofSeries(formats.count(n)),
    '8rem',
  ),
  figure('lastYear', words.lastYear, ({ lastYear }) => (lastYear.series === 0 ? null : lastYear.units)),
  figure(
    'lastYearOf',
    words.of,
    ({ lastYear }) => lastYear.series,
    (n) => words.ofSeries(formats.count(n)),
  ),
  figure('units', words.units, ({ units }) => units),
  figure('amount', words.amount, ({ amount }) => amount),
  figure(
    'error',
    words.error,
    ({ error }) => error.wape,
    (share) => formats.percent(share),
    '5rem',
  ),
  figure('bias', words.bias, ({ error }) => error.bias, formats.signedPercent, '5rem'),
];

function TotalChart({
  project,
  of,
  frequency,
}: {
  project: string;
  of: api.SeriesTotal;
  frequency: string;
}): ReactNode {
  if (of.steps.length === 0) return <p className="quiet">{words.notServed}</p>;
  const name = `${project}: ${words.chart}`;
  return (
    <Chart
      name={name}
      basis={words.basis(formats.count(of.forecasts), formats.count(of.series))}
      height={180}
      draw={(size) =>
        lineChart(
          {
            title: name,
            labels: of.steps.map(({ timestamp }) => formats.shortPeriod(timestamp, frequency)),
            lines: [
              { name: texts.series.forecast, look: 'forecast', values: of.steps.map(({ mean }) => mean) },
            ],
            write: (value) => formats.number(value, 4),
            fromZero: true,
          },
          size,
        )
      }
      table={{
        columns: [texts.series.period, texts.series.forecast],
        rows: of.steps.map(({ timestamp, mean }) => [timestamp, mean]),
      }}
    />
  );
}
