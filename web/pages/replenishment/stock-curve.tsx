// The stock of one line, period by period, as its order would have it: a chart, and the same as a table.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { lineChart } from '../../charts/line-chart.ts';
import { formats } from '../../format.ts';
import { Chart } from '../../parts/chart.tsx';
import { Window } from '../../parts/dialog.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Failed, Loading } from '../../parts/states.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';

const words = texts.replenishment;

export function StockOfLine(props: {
  project: string;
  frequency: string;
  line: api.ReplenishmentLine;
  /** What the list was computed from. */
  request: api.ReplenishmentRequest;
  close: () => void;
}): ReactNode {
  const { project, frequency, line, request, close } = props;
  const { series } = line;
  const own = { ...request, positions: request.positions.filter((one) => one.series === series) };
  const { data, error, refetch } = useQuery(queries.stockCurve(project, { ...own, curves: [series] }));
  const curve = data?.lines[0]?.curve;
  return (
    <Window title={words.stockOf(visible(series))} isOpen close={close} className="wide">
      <p>{visible(line.because)}</p>
      {(line.overrides ?? []).map(({ timestamp, mean, value, reason, by }) => (
        <p key={timestamp} className="quiet">
          {texts.overrides.inOrder(
            formats.period(timestamp, frequency),
            formats.number(mean),
            formats.number(value),
            visible(by),
            visible(reason),
          )}
        </p>
      ))}
      <Facts of={factsOf(line, frequency)} />
      {error ? (
        <Failed error={error} again={() => void refetch()} />
      ) : curve === undefined ? (
        <Loading />
      ) : (
        <Curve series={series} frequency={frequency} curve={curve} />
      )}
    </Window>
  );
}

function factsOf(line: api.ReplenishmentLine, frequency: string): readonly (readonly [string, ReactNode])[] {
  const period = (label: string): string => formats.period(label, frequency);
  const { orderAt, arrivesAt, packs, orderQuantity, stockPeriods, cutoffAt } = line;
  const facts: (readonly [string, ReactNode])[] = [
    [words.order, orderQuantity === 0 ? words.noOrder : formats.number(orderQuantity, 6)],
    [words.lasts, stockPeriods === null ? words.lastsLonger : words.covers(formats.number(stockPeriods))],
    [words.known, period(cutoffAt)],
  ];
  if (packs !== null) facts.push([words.packs, formats.number(packs, 6)]);
  if (orderAt !== null) facts.push([words.orderAt, period(orderAt)]);
  if (arrivesAt !== null) {
    const { earliest, likely, latest } = arrivesAt;
    const spread =
      earliest === latest ? period(likely) : words.between(period(likely), period(earliest), period(latest));
    facts.push([words.arrives, spread]);
  }
  return facts;
}

function Curve(props: {
  series: string;
  frequency: string;
  curve: readonly api.StockCurvePoint[];
}): ReactNode {
  const { series, frequency, curve } = props;
  const name = words.stockOf(visible(series));
  const of = (read: (point: api.StockCurvePoint) => number): number[] => curve.map(read);
  return (
    <Chart
      name={name}
      basis={words.curveBasis}
      draw={(size) =>
        lineChart(
          {
            title: name,
            labels: curve.map(({ timestamp }) => formats.shortPeriod(timestamp, frequency)),
            bands: [
              {
                name: words.band,
                look: 'band-wide',
                low: of(({ low }) => low),
                high: of(({ high }) => high),
              },
            ],
            lines: [
              { name: words.withoutOrder, look: 'other', values: of(({ withoutOrder }) => withoutOrder) },
              { name: words.expected, look: 'forecast', values: of(({ stock }) => stock) },
              {
                name: words.receipts,
                look: 'history',
                values: curve.map(({ receipts }) => (receipts > 0 ? receipts : null)),
              },
            ],
            write: (value) => formats.number(value),
            fromZero: true,
          },
          size,
        )
      }
      table={{
        columns: [
          words.period,
          words.demandOf,
          words.receipts,
          words.ordered,
          words.expected,
          words.low,
          words.high,
          words.withoutOrder,
        ],
        rows: curve.map(({ timestamp, demand, receipts, ordered, stock, low, high, withoutOrder }) => [
          timestamp,
          ...[demand, receipts, ordered, stock, low, high, withoutOrder].map((value) =>
            Number(value.toFixed(3)),
          ),
        ]),
      }}
    />
  );
}
