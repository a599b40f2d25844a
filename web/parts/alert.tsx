// One alert: what it rests on, and what a person can do about it. On its page and on Home.

import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type * as api from '../api.ts';
import { part, send } from '../api.ts';
import { formats } from '../format.ts';
import { refresh } from '../queries.ts';
import { texts } from '../texts.ts';
import { visible } from '../visible.ts';
import { Badge, type Tone } from './badge.tsx';
import { Confirm } from './dialog.tsx';
import { useNotice } from './notices.tsx';

const words = texts.alerts;
type Act = 'acknowledge' | 'silence' | 'resolve';
const titles = {
  acknowledge: [words.acknowledgeTitle, words.acknowledgeWhat, words.acknowledgeAct, words.acknowledged],
  silence: [words.silenceTitle, words.silenceWhat, words.silenceAct, words.silenced],
  resolve: [words.resolveTitle, words.resolveWhat, words.resolveAct, words.resolved],
} as const;

export function AlertCard({ of }: { of: api.Alert }): ReactNode {
  const { rule, project, subject, state, severity, summary, owner, acknowledged, silence, resolvedBy } = of;
  const said = (word: { by: string; at: string; reason: string }): [string, string, string] => [
    visible(word.by),
    formats.moment(word.at),
    visible(word.reason),
  ];
  const times = [
    of.resolvedAt === null
      ? words.since(formats.moment(of.firstAt))
      : words.ended(formats.moment(of.resolvedAt)),
    words.episodes(formats.count(of.episodes)),
    ...(owner === null ? [] : [words.owner(visible(owner))]),
  ];
  return (
    <li className="override">
      <div className="actions">
        <strong>{rule}</strong>
        <span>{project}</span>
        {subject !== '' && <span>{visible(subject)}</span>}
        <Badge tone={toneOf(of)}>{severity}</Badge>
        <Badge>{words.states[state]}</Badge>
      </div>
      <p>{visible(summary)}</p>
      <p className="quiet">{basisOf(of)}</p>
      <p className="quiet">{times.join(' · ')}</p>
      {acknowledged !== null && <p className="quiet">{words.acknowledgedBy(...said(acknowledged))}</p>}
      {silence !== null && state === 'silenced' && (
        <p className="quiet">
          {words.silencedBy(visible(silence.by), formats.moment(silence.until), visible(silence.reason))}
        </p>
      )}
      {resolvedBy !== null && (
        <p className="quiet">{words.resolvedBy(visible(resolvedBy.by), visible(resolvedBy.reason))}</p>
      )}
      <AlertActions of={of} />
    </li>
  );
}

/** Links and buttons, named so that each says of which alert it is. */
export function AlertActions({ of }: { of: api.Alert }): ReactNode {
  const { id, rule, project, state, page, runbook } = of;
  const [act, setAct] = useState<Act>();
  const [minutes, setMinutes] = useState('60');
  const client = useQueryClient();
  const say = useNotice();
  const name = (action: string): string => `${action.replace(' …', '')} ${rule}, ${project}`;
  const sendTo = async (what: Act | 'unsilence', body: object, done: string): Promise<void> => {
    await send('POST', `/v1/alerts/${part(id)}/${what}`, body);
    await refresh(client, ['alerts'], undefined);
    say(done);
  };
  const buttons: readonly (readonly [Act, string])[] = [
    ...(state === 'firing' || state === 'silenced' ? [['acknowledge', words.acknowledge] as const] : []),
    ...(state === 'silenced' || state === 'resolved' ? [] : [['silence', words.silence] as const]),
    ...(state === 'resolved' ? [] : [['resolve', words.resolve] as const]),
  ];
  return (
    <span className="actions">
      <Link to={page} aria-label={name(words.evidence)}>
        {words.evidence}
      </Link>
      {runbook !== null && (
        <a href={runbook} target="_blank" rel="noreferrer noopener" aria-label={name(words.runbook)}>
          {words.runbook}
        </a>
      )}
      {buttons.map(([one, text]) => (
        <button type="button" key={one} aria-label={name(text)} onClick={() => setAct(one)}>
          {text}
        </button>
      ))}
      {state === 'silenced' && (
        <button
          type="button"
          aria-label={name(words.unsilence)}
          onClick={() =>
            void sendTo('unsilence', {}, words.unsilenced).catch((error: Error) => say(error.message))
          }
        >
          {words.unsilence}
        </button>
      )}
      {act !== undefined && (
        <Confirm
          title={titles[act][0](rule)}
          what={
            <>
              <p>{titles[act][1]}</p>
              {act === 'silence' && (
                <label>
                  {words.until}
                  <select value={minutes} onChange={({ target }) => setMinutes(target.value)}>
                    {Object.entries(words.minutes).map(([value, text]) => (
                      <option key={value} value={value}>
                        {text}
                      </option>
                    ))}
                  </select>
                </label>
              )}
            </>
          }
          action={titles[act][2]}
          isOpen
          close={() => setAct(undefined)}
          act={(reason) =>
            sendTo(act, act === 'silence' ? { reason, minutes: Number(minutes) } : { reason }, titles[act][3])
          }
        />
      )}
    </span>
  );
}

export function toneOf({ state, severity }: api.Alert): Tone {
  if (state === 'resolved') return 'plain';
  return severity === 'critical' ? 'bad' : severity === 'warning' ? 'warn' : 'plain';
}

/** The figure with its bound, and what it was counted over. */
export function basisOf({ evidence }: Pick<api.Alert, 'evidence'>): string {
  const { metric, value, threshold, n, labelCoverage, window } = evidence;
  const number = (of: number | null): string => (of === null ? texts.none : formats.number(of));
  const basis = words.basis(
    formats.count(n),
    window === null ? '' : words.window(window.from, window.to),
    labelCoverage === null ? '' : words.coverage(formats.percent(labelCoverage, 0)),
  );
  return `${words.figure(metric, number(value), number(threshold))} (${basis})`;
}
