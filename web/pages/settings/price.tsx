// Which column is the price of a unit: what value and money at risk are counted by.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../../api.ts';
import { part, send } from '../../api.ts';
import { useNotice } from '../../parts/notices.tsx';
import { inOneLine } from '../../parts/states.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';

const words = texts.settings;

export function Price({ of }: { of: api.ProjectView }): ReactNode {
  const inForce = useQuery(queries.risk(of.name)).data;
  return (
    <section>
      <h2>{words.price}</h2>
      <p>
        {inForce === undefined
          ? '…'
          : inForce.column === null
            ? words.noPrice
            : words.priceIs(visible(inForce.column))}
      </p>
      {of.source === 'file' ? <p className="quiet">{words.priceOfFile}</p> : <ChoosePrice of={of} />}
    </section>
  );
}

function ChoosePrice({ of }: { of: api.ProjectView }): ReactNode {
  const { columns, chosen } = columnsOf(of.settings);
  const [column, setColumn] = useState(chosen);
  const [refusal, setRefusal] = useState<string>();
  const client = useQueryClient();
  const say = useNotice();
  if (columns.length === 0) return <p className="quiet">{words.noColumns}</p>;
  const save = async (): Promise<void> => {
    setRefusal(undefined);
    try {
      await send<api.ProjectView>('PATCH', `/v1/projects/${part(of.name)}`, {
        settings: { columns: { price: column === '' ? null : column } },
        version: of.version,
      });
      await queries.refresh(client, ['projects', 'series'], of.name);
      say(words.saved);
    } catch (error) {
      setRefusal(inOneLine(error as Error));
    }
  };
  return (
    <form
      className="form card"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label>
        {words.priceColumn}
        <select value={column} onChange={({ target }) => setColumn(target.value)}>
          <option value="">{words.priceByName}</option>
          {columns.map((name) => (
            <option key={name} value={name}>
              {visible(name)}
            </option>
          ))}
        </select>
      </label>
      {refusal !== undefined && (
        <p className="refusal" role="alert">
          {refusal}
        </p>
      )}
      <div className="actions">
        <button type="submit" className="main" disabled={column === chosen}>
          {words.savePrice}
        </button>
      </div>
    </form>
  );
}

/** The columns beside demand that are numbers, as the settings write them, and the one that is named as the price. */
function columnsOf(settings: api.ProjectView['settings']): { columns: string[]; chosen: string } {
  const written = (settings?.columns ?? {}) as Readonly<Record<string, unknown>>;
  const list = (name: string): string[] => {
    const given = written[name];
    return Array.isArray(given) ? given.map(String) : [];
  };
  const categories = list('categories');
  const columns = ['known', 'past', 'static'].flatMap(list).filter((name) => !categories.includes(name));
  return { columns, chosen: typeof written.price === 'string' ? written.price : '' };
}
