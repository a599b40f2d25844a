// What was known beside the demand of a series: prices, promotions and the like, past and planned, and holidays.

import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { lineChart } from '../../charts/line-chart.ts';
import { formats } from '../../format.ts';
import { Chart } from '../../parts/chart.tsx';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';

const words = texts.series;
/** Columns that are drawn; all are in the data. */
const columnsMax = 8;
const holidaysMax = 40;

export function ColumnCharts({ of, frequency }: { of: api.SeriesDetail; frequency: string }): ReactNode {
  const { history, planned, columns, holidays } = of;
  const all = [...history, ...planned];
  const timestamps = [...new Set(all.map(({ timestamp }) => timestamp))];
  const said = new Map(all.map(({ timestamp, covariates = {} }) => [timestamp, covariates]));
  const drawn = columns
    .map(({ name }) => ({ name, values: timestamps.map((timestamp) => said.get(timestamp)?.[name] ?? null) }))
    .filter(({ values }) => values.some((value) => typeof value === 'number'))
    .slice(0, columnsMax);
  if (drawn.length === 0 && holidays.length === 0) return null;
  return (
    <section>
      <h2>{words.columns}</h2>
      {drawn.map(({ name, values }) => (
        <Chart
          key={name}
          name={visible(`${of.series}: ${name}`)}
          height={130}
          draw={(size) =>
            lineChart(
              {
                title: visible(name),
                labels: timestamps.map((timestamp) => formats.shortPeriod(timestamp, frequency)),
                lines: [
                  {
                    name: visible(name),
                    look: 'other',
                    values: values.map((value) => (typeof value === 'number' ? value : null)),
                  },
                ],
                ...(history.length > 0 ? { cutoff: history.length - 1 } : {}),
                write: (value) => formats.number(value),
                fromZero: false,
              },
              size,
            )
          }
          table={{
            columns: [words.period, name],
            rows: timestamps.map((timestamp, i) => [timestamp, values[i] ?? null]),
          }}
        />
      ))}
      {holidays.length > 0 && (
        <p className="quiet">
          {words.holidays}:{' '}
          {holidays
            .slice(-holidaysMax)
            .map(({ timestamp, name }) => `${formats.shortPeriod(timestamp, frequency)} ${visible(name)}`)
            .join('; ')}
        </p>
      )}
    </section>
  );
}
