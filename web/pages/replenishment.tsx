// Replenishment: from the stock that somebody writes to a ranked list of what to order, and why.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type * as api from '../api.ts';
import { part, send } from '../api.ts';
import { definePage, oneOf, type PageProps, text } from '../define-page.ts';
import { formats } from '../format.ts';
import { Figure } from '../parts/figure.tsx';
import { Empty, Failed } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import * as queries from '../queries.ts';
import { texts } from '../texts.ts';
import { visible } from '../visible.ts';
import { useFrequency } from './data/use-frequency.ts';
import { readPositions } from './replenishment/positions.ts';

const words = texts.replenishment;
const search = { show: oneOf('orders', 'all'), find: text() };
/** Names that are written for somebody to fill in. */
const namesMax = 200;

interface Written {
  readonly stock: string;
  readonly leadTime: string;
  readonly review: string;
  readonly service: string;
}

function Replenishment(props: PageProps<typeof search>): ReactNode {
  const { project } = props;
  const [written, setWritten] = useState<Written>({ stock: '', leadTime: '1', review: '1', service: '95' });
  const [refusal, setRefusal] = useState<string>();
  const orders = useMutation({
    mutationFn: (request: api.ReplenishmentRequest) =>
      send<api.Replenishment>('POST', `/v1/projects/${part(project)}/replenishment`, request),
  });
  const compute = (): void => {
    const read = readPositions(written.stock);
    setRefusal(read.kind === 'refused' ? read.reason : undefined);
    if (read.kind === 'refused') return;
    const { leadTime, review, service } = written;
    const terms = { leadTime: Number(leadTime), review: Number(review), cycleService: Number(service) / 100 };
    orders.mutate({ positions: [...read.positions], terms });
  };
  return (
    <>
      <h1>{texts.pages.replenishment}</h1>
      <form
        className="form card"
        onSubmit={(event) => {
          event.preventDefault();
          compute();
        }}
      >
        <Stock project={project} written={written} change={(next) => setWritten({ ...written, ...next })} />
        {refusal !== undefined && (
          <p className="refusal" role="alert">
            {refusal}
          </p>
        )}
        <div className="actions">
          <button type="submit" className="main" disabled={orders.isPending || written.stock.trim() === ''}>
            {orders.isPending ? words.computing : words.compute}
          </button>
        </div>
      </form>
      {orders.error && <Failed error={orders.error} again={compute} />}
      {orders.data ? <Orders {...props} of={orders.data} /> : <Empty title={words.none} />}
    </>
  );
}

function Stock(props: {
  project: string;
  written: Written;
  change: (next: Partial<Written>) => void;
}): ReactNode {
  const { project, written, change } = props;
  const client = useQueryClient();
  const writeNames = async (): Promise<void> => {
    const { items } = await client.fetchQuery(
      queries.firstSeries(project, { sort: 'value', limit: namesMax }),
    );
    const quoted = items.map(({ series }) =>
      /[",\n]/.test(series) ? `"${series.replaceAll('"', '""')}"` : series,
    );
    change({ stock: ['series,onHand', ...quoted.map((name) => `${name},`)].join('\n') });
  };
  const number = (name: 'leadTime' | 'review' | 'service', label: string): ReactNode => (
    <label>
      {label}
      <input
        inputMode="decimal"
        required
        pattern="[0-9]+([.][0-9]+)?"
        value={written[name]}
        onChange={({ target }) => change({ [name]: target.value })}
      />
    </label>
  );
  return (
    <>
      <label>
        {words.stock}
        <textarea
          rows={8}
          spellCheck={false}
          className="code"
          value={written.stock}
          aria-describedby="stock-hint"
          onChange={({ target }) => change({ stock: target.value })}
        />
      </label>
      <p id="stock-hint" className="quiet">
        {words.stockHint}
      </p>
      <div className="tools">
        <label>
          {words.file}
          <input
            type="file"
            accept=".csv,text/csv"
            onChange={async ({ target }) => {
              const file = target.files?.[0];
              if (file) change({ stock: await file.text() });
            }}
          />
        </label>
        <button type="button" onClick={() => void writeNames()}>
          {words.names}
        </button>
      </div>
      <fieldset className="choices">
        <legend>{words.terms}</legend>
        <div className="tools">
          {number('leadTime', words.leadTime)}
          {number('review', words.review)}
          {number('service', words.service)}
        </div>
      </fieldset>
    </>
  );
}

function Orders(props: PageProps<typeof search> & { of: api.Replenishment }): ReactNode {
  const {
    project,
    search: { show, find },
    setSearch,
    of: { lines, totals, model, cutoffAt },
  } = props;
  const frequency = useFrequency(project);
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
          columns={columnsOf(project, frequency)}
          rows={shown}
          keyOf={({ series }) => series}
          widthMin={76}
        />
      )}
    </section>
  );
}

function columnsOf(project: string, frequency: string): Column<api.ReplenishmentLine>[] {
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
    {
      id: 'runsOut',
      title: words.runsOut,
      width: '6.5rem',
      show: ({ stockoutAt }) =>
        stockoutAt === null ? texts.none : formats.shortPeriod(stockoutAt, frequency),
      text: ({ stockoutAt }) => stockoutAt,
    },
    figure('position', words.position, ({ stockPosition }) => stockPosition, undefined, '10rem'),
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

export const page = definePage({ search, View: Replenishment });
