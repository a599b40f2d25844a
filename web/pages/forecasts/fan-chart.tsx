// History and the fan of the forecast of one series, with what people said in its place.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { lineChart } from '../../charts/line-chart.ts';
import { formats } from '../../format.ts';
import { Chart } from '../../parts/chart.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import { fanOf } from './fan.ts';
import { overriddenAt } from './override-request.ts';

const words = texts.series;
const looks = ['band-wide', 'band-narrow', 'band-inner'];

export function FanChart(props: { project: string; of: api.SeriesDetail; frequency: string }): ReactNode {
  const { project, of, frequency } = props;
  const fan = fanOf(of);
  const said = useQuery(queries.overrides(project, { series: of.series })).data?.items ?? [];
  const overridden = overriddenAt(fan.timestamps, of, said);
  const isOverridden = overridden.some((value) => value !== null);
  const name = `${of.series}: ${words.chart}`;
  const level = (share: number): string => formats.percent(share, 0);
  const { forecast } = of;
  const cutoff = forecast === null ? '' : formats.period(forecast.cutoffAt, frequency);
  const status = new Map(of.history.map((period) => [period.timestamp, period.status]));
  return (
    <Chart
      name={visible(name)}
      basis={
        forecast === null
          ? ''
          : forecast.version === null
            ? words.baseline(cutoff)
            : words.served(formats.count(forecast.version), cutoff)
      }
      height={320}
      draw={(size) =>
        lineChart(
          {
            title: visible(name),
            labels: fan.timestamps.map((timestamp) => formats.shortPeriod(timestamp, frequency)),
            lines: [
              { name: words.history, look: 'history', values: fan.demand },
              { name: words.forecast, look: 'forecast', values: fan.mean },
              ...(isOverridden
                ? [{ name: texts.overrides.overridden, look: 'override', values: overridden }]
                : []),
            ],
            marks: overridden.flatMap((value, index) =>
              value === null ? [] : [{ index, value, name: texts.overrides.overridden }],
            ),
            bands: fan.bands.slice(0, looks.length).map((band, i) => ({
              name: words.interval(level(band.level)),
              look: looks[i] as string,
              low: band.low,
              high: band.high,
            })),
            ...(fan.cutoff >= 0 && forecast !== null ? { cutoff: fan.cutoff } : {}),
            write: (value) => formats.number(value),
            fromZero: true,
          },
          size,
        )
      }
      table={{
        columns: [
          words.period,
          words.history,
          words.status,
          words.forecast,
          ...(isOverridden ? [texts.overrides.overridden] : []),
          ...fan.bands.flatMap((band) => [words.low(level(band.level)), words.high(level(band.level))]),
        ],
        rows: fan.timestamps.map((timestamp, i) => {
          const stands = status.get(timestamp);
          return [
            timestamp,
            fan.demand[i] ?? null,
            stands === undefined ? null : words.statuses[stands],
            fan.mean[i] ?? null,
            ...(isOverridden ? [overridden[i] ?? null] : []),
            ...fan.bands.flatMap(({ low, high }) => [low[i] ?? null, high[i] ?? null]),
          ];
        }),
      }}
    />
  );
}
