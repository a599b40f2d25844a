// What people said of a series in place of the model: what stands and stood, who said it and why, and what it was worth.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../../api.ts';
import { part, send } from '../../api.ts';
import { formats } from '../../format.ts';
import { Badge } from '../../parts/badge.tsx';
import { Confirm } from '../../parts/dialog.tsx';
import { Figure } from '../../parts/figure.tsx';
import { useNotice } from '../../parts/notices.tsx';
import { Answer } from '../../parts/states.tsx';
import * as queries from '../../queries.ts';
import { refresh } from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import { OverrideDialog } from './override-dialog.tsx';

const words = texts.overrides;

interface OfSeries {
  readonly project: string;
  readonly of: api.SeriesDetail;
  readonly frequency: string;
}

export function Overrides({ project, of, frequency }: OfSeries): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const { forecast } = of;
  const list = useQuery(queries.overrides(project, of.series));
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
              <Worth project={project} of={of} frequency={frequency} />
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

/** Value added by each step of the process, on the labels that came. */
function Worth({ project, of, frequency }: OfSeries): ReactNode {
  const worth = useQuery(queries.overrideValue(project, of.series));
  return (
    <Answer of={worth}>
      {(value) => {
        if (value.window === null || value.overridden.n === 0) return <p className="quiet">{words.notDue}</p>;
        const { window, modelAdded, overrideAdded, model, overridden, compared, better, worse } = value;
        const period = (label: string): string => formats.shortPeriod(label, frequency);
        const basis = (n: number): string =>
          words.basis(
            formats.count(n),
            formats.count(value.labelsDue),
            formats.percent(value.labelCoverage ?? 0, 0),
          );
        return (
          <div className="figures">
            <Figure
              name={words.modelAdded}
              {...addedOf(modelAdded)}
              beside={`${words.modelOver}; ${wapes(compared.naive, compared.model)}`}
              basis={basis(modelAdded.n)}
            />
            <Figure
              name={words.overrideAdded}
              {...addedOf(overrideAdded)}
              beside={`${words.overrideOver}; ${wapes(model, overridden)}`}
              basis={basis(overrideAdded.n)}
            />
            <Figure
              name={words.closer}
              value={formats.count(better)}
              beside={words.fartherBeside(formats.count(worse))}
              basis={words.window(period(window.from), period(window.to))}
            />
          </div>
        );
      }}
    </Answer>
  );
}

function addedOf({ value }: api.AddedValue): { value: string; tone?: 'good' | 'bad' } {
  if (value === null) return { value: texts.none };
  return { value: formats.signedPercent(value), tone: value >= 0 ? 'good' : 'bad' };
}

function wapes(before: api.OverrideErrors, after: api.OverrideErrors): string {
  const write = ({ wape }: api.OverrideErrors): string =>
    wape === null ? texts.none : formats.percent(wape);
  return words.wapes(write(before), write(after));
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
