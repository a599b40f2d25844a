// The demo's season, on every page of its server: what day it is there, what happened, and how fast its days pass.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiProblem, type DemoRequest, type DemoState, send } from '../api.ts';
import { formats } from '../format.ts';
import * as queries from '../queries.ts';
import { texts } from '../texts.ts';
import { visible } from '../visible.ts';
import { useNotice } from './notices.tsx';
import { inOneLine } from './states.tsx';

const words = texts.demo;
const lookEveryMs = 1000;
/** The server of a demo says so in its page; no other is asked for its days. */
export const isDemo: boolean = document.documentElement.hasAttribute('data-demo');

export function DemoBar(): ReactNode {
  const { data, error } = useQuery({
    ...queries.demo(),
    enabled: isDemo,
    refetchInterval: ({ state }) => (state.data?.state === 'over' ? false : lookEveryMs),
  });
  // Another server may have taken the address since.
  const isGone = error instanceof ApiProblem && error.status === 404;
  return data === undefined || isGone ? null : <Bar of={data} />;
}

function Bar({ of }: { of: DemoState }): ReactNode {
  const { state, training, today, day, days, lastEvent, nextEvent } = of;
  const client = useQueryClient();
  const say = useNotice();
  const act = async (action: DemoRequest['action']): Promise<void> => {
    try {
      client.setQueryData(queries.demo().queryKey, await send<DemoState>('POST', '/v1/demo', { action }));
    } catch (problem) {
      say(inOneLine(problem as Error), 'bad');
    }
  };
  const on = (date: string): string => formats.period(date, 'day');
  return (
    <section className="demo" aria-label={words.title}>
      <p className="demo-day">
        <strong>{words.title}</strong> {words.today(on(today))}{' '}
        <span className="quiet">
          {words.dayOf(formats.count(day), formats.count(days))},{' '}
          {training ? words.training : words.state[state]}
        </span>
      </p>
      <p className="demo-events quiet">
        {lastEvent !== null && <span>{words.last(on(lastEvent.date), visible(lastEvent.note))}</span>}
        {nextEvent !== null && <span>{words.next(on(nextEvent.date), visible(nextEvent.note))}</span>}
      </p>
      {state !== 'over' && (
        <p className="demo-acts">
          {state === 'paused' ? (
            <button type="button" onClick={() => void act('resume')}>
              {words.resume}
            </button>
          ) : (
            <button type="button" onClick={() => void act('pause')}>
              {words.pause}
            </button>
          )}
          <button type="button" onClick={() => void act('next-day')}>
            {words.nextDay}
          </button>
          {nextEvent !== null && (
            <button type="button" onClick={() => void act('next-event')}>
              {words.nextEvent}
            </button>
          )}
        </p>
      )}
    </section>
  );
}
