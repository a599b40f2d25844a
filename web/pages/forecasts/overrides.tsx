// What people said of a series in place of the model: what stands and stood, who said it and why, and what it was worth.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../../api.ts';
import { part, send } from '../../api.ts';
import { formats } from '../../format.ts';
import { Badge } from '../../parts/badge.tsx';
import { Confirm } from '../../parts/dialog.tsx';
import { useNotice } from '../../parts/notices.tsx';
import { Answer } from '../../parts/states.tsx';
import * as queries from '../../queries.ts';
import { refresh } from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import { OverrideDialog } from './override-dialog.tsx';
import { Worth } from './override-worth.tsx';

const words = texts.overrides;

interface OfSeries {
  readonly project: string;
  readonly of: api.SeriesDetail;
  readonly frequency: string;
}

export function Overrides({ project, of, frequency }: OfSeries): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const { forecast } = of;
  const list = useQuery(queries.overrides(project, { series: of.series }));
  return (
    <section>
      <div className="page-head">
        <h2>{words.title}</h2>
        {forecast !== null && forecast.steps.length > 0 && (
          <div className="tools">
            <button type="button" onClick={() => setIsOpen(true)}>
              {words.begin}
            </button>
          </div>
        )}
      </div>
      <p className="quiet">{words.meaning}</p>
      <Answer of={list}>
        {({ items, next }) =>
          items.length === 0 ? (
            <p>{words.none}</p>
          ) : (
            <>
              <Worth project={project} series={of.series} frequency={frequency} />
              <ul className="card">
                {items.map((one) => (
                  <One key={one.id} project={project} of={one} frequency={frequency} />
                ))}
              </ul>
              {next !== null && <p className="quiet">{words.more}</p>}
            </>
          )
        }
      </Answer>
      {isOpen && forecast !== null && (
        <OverrideDialog
          project={project}
          of={forecast}
          frequency={frequency}
          close={() => setIsOpen(false)}
        />
      )}
    </section>
  );
}

function One(props: { project: string; of: api.Override; frequency: string }): ReactNode {
  const { project, of, frequency } = props;
  const { id, timestamp, value, said, state, by, at, reason, ended } = of;
  const [isOpen, setIsOpen] = useState(false);
  const client = useQueryClient();
  const say = useNotice();
  const period = formats.period(timestamp, frequency);
  const withdraw = async (why: string): Promise<void> => {
    const path = `/v1/projects/${part(project)}/overrides/${part(id)}?${new URLSearchParams({ reason: why })}`;
    await send('DELETE', path);
    await refresh(client, ['overrides', 'series'], project);
    say(words.withdrawn);
  };
  return (
    <li className="override">
      <div className="actions">
        <strong>{period}</strong>
        <span title={said.version === null ? words.baseline : words.version(formats.count(said.version))}>
          {words.line(formats.number(said.mean), formats.number(value))}
        </span>
        <Badge tone={state === 'open' ? 'accent' : 'plain'}>{words.states[state]}</Badge>
        {state === 'open' && (
          <button type="button" aria-label={`${words.withdraw} ${period}`} onClick={() => setIsOpen(true)}>
            {words.withdraw}
          </button>
        )}
      </div>
      <p className="quiet">{words.why(visible(by), formats.moment(at), visible(reason))}</p>
      {ended !== null && (
        <p className="quiet">
          {words.ended(visible(ended.by), formats.moment(ended.at), visible(ended.reason))}
        </p>
      )}
      <Confirm
        title={words.withdrawTitle(period)}
        what={words.withdrawWhat}
        action={words.withdrawAct}
        reason="needed"
        isOpen={isOpen}
        close={() => setIsOpen(false)}
        act={withdraw}
      />
    </li>
  );
}
