// Replenishment: from the stock that somebody writes to a ranked list of what to order, and why.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../api.ts';
import { part, send } from '../api.ts';
import { definePage, type PageProps } from '../define-page.ts';
import { isDemo } from '../parts/demo-bar.tsx';
import { Empty, Failed } from '../parts/states.tsx';
import * as queries from '../queries.ts';
import { texts } from '../texts.ts';
import { Orders } from './replenishment/orders.tsx';
import { readPositions } from './replenishment/positions.ts';
import { search } from './replenishment/search.ts';

const words = texts.replenishment;
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
      {orders.data && orders.variables ? (
        <Orders {...props} of={orders.data} request={orders.variables} />
      ) : (
        <Empty title={words.none} />
      )}
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
  const countStock = async (): Promise<void> => {
    const { csv } = await client.fetchQuery({ ...queries.demoStock(), staleTime: 0 });
    change({ stock: csv });
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
        {isDemo && (
          <button type="button" onClick={() => void countStock()}>
            {texts.demo.stock}
          </button>
        )}
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

export const page = definePage({ search, View: Replenishment });
