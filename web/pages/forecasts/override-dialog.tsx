// Says a number in place of the model's, for some of the steps ahead.

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
import { visible } from '../../visible.ts';
import { amountOf, comesTo, type Draft, overrideKinds, requestOf, stepsOf } from './override-request.ts';

const words = texts.overrides;

export function OverrideDialog(props: {
  project: string;
  of: api.ServedNow;
  frequency: string;
  close: () => void;
}): ReactNode {
  const { project, of, frequency, close } = props;
  const { series, steps } = of;
  const first = steps[0]?.timestamp ?? '';
  const [draft, setDraft] = useState<Draft>({
    from: first,
    through: first,
    kind: 'value',
    amount: '',
    reason: '',
  });
  const [refusal, setRefusal] = useState<string>();
  const [busy, setBusy] = useState(false);
  const client = useQueryClient();
  const say = useNotice();
  const change = (next: Partial<Draft>): void => setDraft({ ...draft, ...next });
  const submit = async (): Promise<void> => {
    setBusy(true);
    setRefusal(undefined);
    try {
      const request = requestOf(series, steps, draft);
      const path = `/v1/projects/${part(project)}/overrides`;
      const { items } = await send<api.OverridesSet>('POST', path, request);
      await refresh(client, ['overrides', 'series'], project);
      say(words.set(formats.count(items.length)));
      close();
    } catch (error) {
      setRefusal(inOneLine(error as Error));
      setBusy(false);
    }
  };
  return (
    <Window title={words.dialog(visible(series))} isOpen close={close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Periods of={of} draft={draft} frequency={frequency} change={change} />
        <fieldset className="choices">
          <legend className="sr-only">{words.how}</legend>
          {overrideKinds.map((kind) => (
            <label key={kind}>
              <input
                type="radio"
                name="kind"
                checked={draft.kind === kind}
                onChange={() => change({ kind })}
              />
              {words.kinds[kind]}
            </label>
          ))}
        </fieldset>
        <label>
          {words.amount}
          <input
            inputMode="decimal"
            required
            pattern="\s*[+\-−]?[0-9]+([.,][0-9]+)?\s*"
            value={draft.amount}
            onChange={({ target }) => change({ amount: target.value })}
          />
        </label>
        <ComesTo of={of} draft={draft} frequency={frequency} />
        <label>
          {texts.confirm.reasonNeeded}
          <input
            value={draft.reason}
            maxLength={500}
            required
            onChange={({ target }) => change({ reason: target.value })}
          />
        </label>
        {refusal !== undefined && (
          <p className="refusal" role="alert">
            {visible(refusal)}
          </p>
        )}
        <div className="buttons">
          <button type="button" onClick={close}>
            {texts.confirm.cancel}
          </button>
          <button type="submit" className="main" disabled={busy}>
            {busy ? texts.confirm.busy : words.act}
          </button>
        </div>
      </form>
    </Window>
  );
}

interface DraftProps {
  readonly of: api.ServedNow;
  readonly draft: Draft;
  readonly frequency: string;
}

function Periods(props: DraftProps & { change: (next: Partial<Draft>) => void }): ReactNode {
  const { of, draft, frequency, change } = props;
  return (
    <div className="line">
      {(['from', 'through'] as const).map((end) => (
        <label key={end}>
          {words[end]}
          <select value={draft[end]} onChange={({ target }) => change({ [end]: target.value })}>
            {of.steps.map(({ timestamp }) => (
              <option key={timestamp} value={timestamp}>
                {formats.period(timestamp, frequency)}
              </option>
            ))}
          </select>
        </label>
      ))}
    </div>
  );
}

/** Periods of which it is shown what the number comes to. */
const shown = 4;

function ComesTo({ of, draft, frequency }: DraftProps): ReactNode {
  const amount = amountOf(draft.amount);
  const steps = stepsOf(of.steps, draft);
  if (!Number.isFinite(amount)) return <p className="quiet">{words.periods(formats.count(steps.length))}</p>;
  const lines = steps
    .slice(0, shown)
    .map(({ timestamp, mean }) =>
      words.comesTo(
        formats.shortPeriod(timestamp, frequency),
        formats.number(mean),
        formats.number(comesTo(draft.kind, amount, mean)),
      ),
    );
  return (
    <p className="quiet">
      {lines.join('; ')}
      {steps.length > shown && ' …'}
    </p>
  );
}
