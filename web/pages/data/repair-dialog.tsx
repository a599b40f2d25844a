// What becomes of chosen rows: one request for each batch they are of.

import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../../api.ts';
import { part, send } from '../../api.ts';
import { formats } from '../../format.ts';
import { Window } from '../../parts/dialog.tsx';
import { useNotice } from '../../parts/notices.tsx';
import { inOneLine } from '../../parts/states.tsx';
import { refresh } from '../../queries.ts';
import { texts } from '../../texts.ts';
import { type Repair, repairRequests, repairWays } from './repair.ts';

const words = texts.quarantine;

export function RepairDialog(props: {
  project: string;
  rows: readonly api.QuarantinedRow[];
  close: () => void;
  done: () => void;
}): ReactNode {
  const { project, rows, close, done } = props;
  const columns = columnsIn(rows);
  const [repair, setRepair] = useState<Repair>({
    way: 'set',
    column: columns[0] ?? '',
    from: '',
    to: '',
    factor: '',
    reason: '',
  });
  const [refusal, setRefusal] = useState<string>();
  const [busy, setBusy] = useState(false);
  const client = useQueryClient();
  const say = useNotice();
  const change = (next: Partial<Repair>): void => setRepair({ ...repair, ...next });
  const submit = async (): Promise<void> => {
    setBusy(true);
    setRefusal(undefined);
    try {
      say(await sendAll(project, repairRequests(rows, repair), repair.way === 'discard'));
      await refresh(client, ['quarantine', 'batches', 'projects'], project);
      done();
    } catch (error) {
      await refresh(client, ['quarantine', 'batches'], project);
      setRefusal(inOneLine(error as Error));
      setBusy(false);
    }
  };
  const lacksFactor = repair.way === 'rescale' && !rows.some(({ factor }) => factor !== undefined);
  return (
    <Window title={words.title(formats.count(rows.length))} isOpen close={close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <fieldset className="choices">
          <legend className="sr-only">{words.what}</legend>
          {repairWays.map((way) => (
            <label key={way}>
              <input type="radio" name="way" checked={repair.way === way} onChange={() => change({ way })} />
              {words[way]}
            </label>
          ))}
        </fieldset>
        <Fields repair={repair} columns={columns} change={change} />
        <label>
          {repair.way === 'discard' ? texts.confirm.reasonNeeded : texts.confirm.reason}
          <input
            value={repair.reason}
            maxLength={1000}
            required={repair.way === 'discard'}
            onChange={({ target }) => change({ reason: target.value })}
          />
        </label>
        {lacksFactor && <p className="refusal">{words.noFactor}</p>}
        {refusal !== undefined && (
          <p className="refusal" role="alert">
            {refusal}
          </p>
        )}
        <div className="buttons">
          <button type="button" onClick={close}>
            {texts.confirm.cancel}
          </button>
          <button type="submit" className="main" disabled={busy || lacksFactor}>
            {busy ? texts.confirm.busy : repair.way === 'discard' ? words.giveUp : words.send}
          </button>
        </div>
      </form>
    </Window>
  );
}

function Fields({
  repair,
  columns,
  change,
}: {
  repair: Repair;
  columns: readonly string[];
  change: (next: Partial<Repair>) => void;
}): ReactNode {
  const { way, column, from, to, factor } = repair;
  if (way === 'multiply' || way === 'divide')
    return (
      <label>
        {words.factor}
        <input
          inputMode="decimal"
          required
          pattern="[0-9]+([.][0-9]+)?"
          value={factor}
          onChange={({ target }) => change({ factor: target.value })}
        />
      </label>
    );
  if (way !== 'set' && way !== 'map') return null;
  return (
    <>
      <label>
        {words.column}
        <select value={column} onChange={({ target }) => change({ column: target.value })}>
          {columns.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {way === 'map' && (
        <label>
          {words.oldText}
          <input value={from} onChange={({ target }) => change({ from: target.value })} />
        </label>
      )}
      <label>
        {words.newText}
        <input value={to} onChange={({ target }) => change({ to: target.value })} />
      </label>
    </>
  );
}

/** Of the rows that came as columns. */
function columnsIn(rows: readonly api.QuarantinedRow[]): string[] {
  const named = rows.flatMap(({ raw }) => (typeof raw === 'object' && raw !== null ? Object.keys(raw) : []));
  return [...new Set(named)];
}

async function sendAll(
  project: string,
  requests: readonly api.RepairRequest[],
  givesUp: boolean,
): Promise<string> {
  let [landed, refused, sent] = [0, 0, 0];
  for (const request of requests) {
    const result = await send<api.RepairResult>(
      'POST',
      `/v1/projects/${part(project)}/quarantine/repairs`,
      request,
    );
    sent += result.rowsSent;
    for (const { accepted, quarantined, duplicates } of result.batches) {
      landed += accepted + duplicates;
      refused += quarantined;
    }
  }
  return givesUp
    ? words.givenUp(formats.count(sent))
    : words.result(formats.count(landed), formats.count(refused));
}
