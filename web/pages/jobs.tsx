// Jobs: what works in the background, how far it is, why it began, and why it failed.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../api.ts';
import { part, send } from '../api.ts';
import { definePage, oneOf, type PageProps, text } from '../define-page.ts';
import { formats } from '../format.ts';
import { Badge, type Tone } from '../parts/badge.tsx';
import { Confirm } from '../parts/dialog.tsx';
import { Facts } from '../parts/facts.tsx';
import { useNotice } from '../parts/notices.tsx';
import { ProjectSelect } from '../parts/project-select.tsx';
import { Answer, Empty } from '../parts/states.tsx';
import { type Column, momentColumn, Table } from '../parts/table.tsx';
import * as queries from '../queries.ts';
import { texts } from '../texts.ts';
import { visible } from '../visible.ts';
import { AgainButton } from './jobs/again.tsx';
import { Log } from './jobs/log.tsx';

const words = texts.jobs;
const search = {
  project: text(),
  state: oneOf('', 'queued', 'running', 'done', 'failed', 'cancelled'),
  job: text(),
};
const tones: Readonly<Record<api.JobState, Tone>> = {
  queued: 'plain',
  running: 'accent',
  done: 'good',
  failed: 'bad',
  cancelled: 'plain',
};

function Jobs({ search: { project, state, job }, setSearch }: PageProps<typeof search>): ReactNode {
  const jobs = useQuery(
    queries.jobs({ ...(project === '' ? {} : { project }), ...(state === '' ? {} : { state }) }),
  );
  if (job !== '') return <OneJob id={job} open={(id) => setSearch({ job: id })} />;
  return (
    <>
      <div className="page-head">
        <h1>{texts.pages.jobs}</h1>
        <div className="tools">
          <ProjectSelect words={words} project={project} choose={(name) => setSearch({ project: name })} />
          <label>
            {words.state}
            <select
              value={state}
              onChange={({ target }) => setSearch({ state: target.value as typeof state })}
            >
              <option value="">{words.allStates}</option>
              {Object.entries(words.states).map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        </div>
      </div>
      <Answer of={jobs}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={state === 'failed' ? words.noneFailed : words.none}>
              <p>{words.noneHint}</p>
            </Empty>
          ) : (
            <Table
              name={texts.pages.jobs}
              columns={columnsOf((id) => setSearch({ job: id }))}
              rows={all}
              keyOf={({ id }) => id}
              widthMin={62}
            />
          )
        }
      </Answer>
    </>
  );
}

function columnsOf(open: (id: string) => void): Column<api.Job>[] {
  return [
    {
      id: 'pipeline',
      title: words.pipeline,
      width: '6rem',
      show: ({ id, pipeline }) => (
        <button type="button" onClick={() => open(id)}>
          {pipeline}
        </button>
      ),
      text: ({ pipeline }) => pipeline,
    },
    { id: 'project', title: words.project, width: 'minmax(6rem, 1fr)', text: ({ project }) => project },
    {
      id: 'state',
      title: words.state,
      width: '5.5rem',
      show: ({ state }) => <Badge tone={tones[state]}>{words.states[state]}</Badge>,
      text: ({ state }) => state,
    },
    { id: 'step', title: words.step, width: '5rem', text: ({ step }) => step },
    {
      id: 'progress',
      title: words.progress,
      width: '7rem',
      show: ({ state, progress, error }) => {
        if (state === 'running' || state === 'queued')
          return <Bar fraction={progress.fraction} name={progress.message} />;
        return <span title={visible(error ?? '')}>{visible(error ?? '')}</span>;
      },
      text: ({ progress }) => progress.fraction,
    },
    {
      id: 'cause',
      title: words.cause,
      width: 'minmax(10rem, 2fr)',
      show: ({ cause }) => <span title={visible(cause?.reason ?? '')}>{visible(cause?.reason ?? '')}</span>,
      text: ({ cause }) => cause?.reason ?? null,
    },
    momentColumn('created', words.created, ({ createdAt }) => createdAt),
    {
      id: 'took',
      title: words.took,
      width: '4.75rem',
      end: true,
      show: (job) => tookText(job),
      text: (job) => tookText(job),
    },
  ];
}

function Bar({ fraction, name }: { fraction: number; name: string }): ReactNode {
  const percent = Math.round(Math.max(0, Math.min(1, fraction)) * 100);
  return (
    <progress
      max={100}
      value={percent}
      aria-label={name === '' ? words.progress : visible(name)}
      title={visible(`${percent} % ${name}`)}
    />
  );
}

function tookText({ startedAt, endedAt }: api.Job): string {
  if (startedAt === null || endedAt === null) return texts.none;
  return formats.seconds(Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
}

function OneJob({ id, open }: { id: string; open: (id: string) => void }): ReactNode {
  const job = useQuery(queries.job(id));
  return (
    <Answer of={job}>
      {(found) => (
        <>
          <div className="page-head">
            <h1>
              {words.one(found.pipeline)} <Badge tone={tones[found.state]}>{words.states[found.state]}</Badge>
            </h1>
            <div className="actions">
              <button type="button" onClick={() => open('')}>
                {texts.pages.jobs}
              </button>
              {(found.state === 'failed' || found.state === 'cancelled') && (
                <AgainButton job={found} open={open} />
              )}
              {(found.state === 'queued' || found.state === 'running') && <CancelButton job={found} />}
            </div>
          </div>
          {found.error !== null && (
            <section>
              <h2>{words.error}</h2>
              <pre className="refusal">{visible(found.error)}</pre>
            </section>
          )}
          <section>
            <h2>{words.steps}</h2>
            <p className="steps">
              {[...new Set([...Object.keys(found.results), found.step])].map((step) => (
                <Badge key={step} tone={step in found.results ? 'good' : tones[found.state]}>
                  {step}
                </Badge>
              ))}
            </p>
            {(found.state === 'running' || found.state === 'queued') && (
              <p>
                <Bar fraction={found.progress.fraction} name={found.progress.message} />{' '}
                {visible(found.progress.message)}
              </p>
            )}
          </section>
          <Facts
            of={[
              [words.project, found.project],
              [words.cause, visible(found.cause?.reason ?? texts.none)],
              [words.trigger, visible(found.cause?.trigger ?? texts.none)],
              [
                words.parent,
                found.parent === null ? texts.none : <Parent key="parent" id={found.parent} open={open} />,
              ],
              [words.created, formats.moment(found.createdAt)],
              [words.started, found.startedAt === null ? texts.none : formats.moment(found.startedAt)],
              [words.ended, found.endedAt === null ? texts.none : formats.moment(found.endedAt)],
              [words.took, tookText(found)],
              [words.attempts, formats.count(found.attempts)],
              [words.id, <code key="id">{found.id}</code>],
            ]}
          />
          <Log id={id} />
          <section>
            <h2>{words.results}</h2>
            <pre>{visible(JSON.stringify(found.results, null, 2))}</pre>
          </section>
          <section>
            <h2>{words.input}</h2>
            <pre>{visible(JSON.stringify(found.input, null, 2))}</pre>
          </section>
        </>
      )}
    </Answer>
  );
}

function Parent({ id, open }: { id: string; open: (id: string) => void }): ReactNode {
  return (
    <button type="button" className="plain" onClick={() => open(id)}>
      <code>{id}</code>
    </button>
  );
}

function CancelButton({ job: { id, pipeline, project } }: { job: api.Job }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const client = useQueryClient();
  const say = useNotice();
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        {words.cancel}
      </button>
      <Confirm
        title={words.cancelTitle(pipeline)}
        what={words.cancelWhat}
        action={words.cancel.replace(' …', '')}
        reason="none"
        isOpen={isOpen}
        close={() => setOpen(false)}
        act={async () => {
          await send('POST', `/v1/jobs/${part(id)}/cancel`);
          await queries.refresh(client, ['jobs'], project);
          say(words.cancelled);
        }}
      />
    </>
  );
}

export const page = definePage({ search, View: Jobs });
