// What to order: figures over all, and the ranked list.

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import type { PageProps } from '../../define-page.ts';
import { formats } from '../../format.ts';
import { Figure } from '../../parts/figure.tsx';
import { Empty } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import { useFrequency } from '../data/use-frequency.ts';
import type { search } from './search.ts';
import { StockOfLine } from './stock-curve.tsx';

const words = texts.replenishment;

/** What to order, as a list of which each line opens. */
export function Orders(
  props: PageProps<typeof search> & { of: api.Replenishment; request: api.ReplenishmentRequest },
): ReactNode {
  const {
    project,
    search: { show, find, line },
    setSearch,
    request,
    of: { lines, totals, model, cutoffAt },
  } = props;
  const frequency = useFrequency(project);
  const opened = lines.find(({ series }) => series === line);
  const shown = lines
    .filter(({ orderQuantity }) => show === 'all' || orderQuantity > 0)
    .filter(({ series }) => series.toLowerCase().includes(find.toLowerCase()));
  return (
    <section>
      <div className="figures">
        <Figure name={words.lines} value={formats.count(totals.lines)} />
        <Figure name={words.toOrder} value={formats.count(totals.toOrder)} />
        <Figure name={words.units} value={formats.number(totals.orderUnits, 6)} />
        {totals.orderValue !== null && (
          <Figure name={words.orderValue} value={formats.number(totals.orderValue, 6)} />
        )}
      </div>
      <p className="quiet">
        {words.rests(formats.count(model.version), formats.period(cutoffAt, frequency))}
      </p>
      <div className="tools">
        <label>
          {words.find}
          <input
            type="search"
            value={find}
            onChange={({ target }) => setSearch({ find: target.value }, { replace: true })}
          />
        </label>
        <label className="beside">
          <input
            type="checkbox"
            checked={show === 'orders'}
            onChange={({ target }) =>
              setSearch({ show: target.checked ? 'orders' : 'all' }, { replace: true })
            }
          />
          {words.onlyOrders}
        </label>
      </div>
      {shown.length === 0 ? (
        <Empty title={words.nothing} />
      ) : (
        <Table
          name={`${project} ${texts.pages.replenishment}`}
          columns={columnsOf(project, frequency, (series) => setSearch({ line: series }))}
          hasWorkbook
          rows={shown}
          keyOf={({ series }) => series}
          widthMin={96}
        />
      )}
      {opened !== undefined && (
        <StockOfLine
          project={project}
          frequency={frequency}
          line={opened}
          request={request}
          close={() => setSearch({ line: '' })}
        />
      )}
    </section>
  );
}

function columnsOf(
  project: string,
  frequency: string,
  open: (series: string) => void,
): Column<api.ReplenishmentLine>[] {
  const figure = (
    id: string,
    title: string,
    of: (line: api.ReplenishmentLine) => number | null,
    write: (value: number) => string = (value) => formats.number(value, 4),
    width = '6rem',
  ): Column<api.ReplenishmentLine> => ({
    id,
    title,
    width,
    end: true,
    show: (line) => {
      const value = of(line);
      return value === null ? texts.none : write(value);
    },
    text: of,
  });
  const period = (
    id: string,
    title: string,
    of: (line: api.ReplenishmentLine) => string | null,
  ): Column<api.ReplenishmentLine> => ({
    id,
    title,
    width: '6.5rem',
    date: 'day',
    show: (line) => {
      const label = of(line);
      return label === null ? texts.none : formats.shortPeriod(label, frequency);
    },
    text: of,
  });
  return [
    figure('rank', words.rank, ({ rank }) => rank, formats.count, '3rem'),
    {
      id: 'series',
      title: words.series,
      width: 'minmax(9rem, 1fr)',
      show: ({ series }) => (
        <Link to={`/projects/${project}/forecasts`} search={{ series } as never} title={visible(series)}>
          {visible(series)}
        </Link>
      ),
      text: ({ series }) => series,
    },
    {
      id: 'position',
      title: words.position,
      width: '10rem',
      end: true,
      show: ({ series, stockPosition }) => (
        <>
          {formats.number(stockPosition, 4)}
          <button
            type="button"
            className="plain"
            aria-label={words.openStock(visible(series))}
            onClick={() => open(series)}
          >
            {words.curve}
          </button>
        </>
      ),
      text: ({ stockPosition }) => stockPosition,
    },
    figure('order', words.order, ({ orderQuantity }) => orderQuantity, undefined, '5rem'),
    figure('value', words.value, ({ orderValue }) => orderValue, undefined, '5rem'),
    {
      id: 'because',
      title: words.because,
      width: 'minmax(18rem, 3fr)',
      show: ({ because }) => <span title={visible(because)}>{visible(because)}</span>,
      text: ({ because }) => because,
    },
    figure(
      'risk',
      words.risk,
      ({ stockoutProbability }) => stockoutProbability,
      (share) => formats.percent(share, 0),
      '4rem',
    ),
    period('runsOut', words.runsOut, ({ stockoutAt }) => stockoutAt),
    figure(
      'lasts',
      words.lasts,
      ({ stockPeriods }) => stockPeriods,
      (n) => words.covers(formats.number(n)),
      '7rem',
    ),
    period('orderAt', words.orderAt, ({ orderAt }) => orderAt),
    period('arrives', words.arrives, ({ arrivesAt }) => arrivesAt?.likely ?? null),
    figure('packs', words.packs, ({ packs }) => packs, undefined, '4rem'),
    figure('reorder', words.reorder, ({ reorderPoint }) => reorderPoint),
    figure('upTo', words.upTo, ({ orderUpTo }) => orderUpTo),
    figure('demand', words.demand, ({ meanDemand }) => meanDemand, undefined, '10rem'),
    figure(
      'cover',
      words.cover,
      ({ coverPeriods }) => coverPeriods,
      (n) => words.covers(formats.number(n)),
      '6rem',
    ),
  ];
}
