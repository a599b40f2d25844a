// Models: which versions there are, why one serves and another does not, and to let another serve.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../api.ts';
import { part, send } from '../api.ts';
import { definePage, type PageProps, whole } from '../define-page.ts';
import { formats } from '../format.ts';
import { Badge } from '../parts/badge.tsx';
import { Confirm } from '../parts/dialog.tsx';
import { useNotice } from '../parts/notices.tsx';
import { Answer, Empty } from '../parts/states.tsx';
import { type Column, momentColumn, Table } from '../parts/table.tsx';
import { TrainButton } from '../parts/train-button.tsx';
import * as queries from '../queries.ts';
import { texts } from '../texts.ts';
import { visible } from '../visible.ts';
import { gateOf } from './models/gate.ts';
import { Version } from './models/version.tsx';

const words = texts.models;
const search = { version: whole(0) };

type Meant = { readonly kind: 'promote' | 'rollback'; readonly number: number };

function Models({ project, search: { version }, setSearch }: PageProps<typeof search>): ReactNode {
  const models = useQuery(queries.models(project));
  const previous = useQuery(queries.project(project)).data?.status.previous;
  const [meant, setMeant] = useState<Meant>();
  const one = models.data?.find(({ number }) => number === version);
  const champion = models.data?.find(({ aliases }) => aliases.includes('champion'));
  return (
    <>
      <div className="page-head">
        <h1>{one ? words.one(formats.count(one.number)) : texts.pages.models}</h1>
        <div className="actions">
          {one && (
            <button type="button" onClick={() => setSearch({ version: 0 })}>
              {words.all}
            </button>
          )}
          {one && one !== champion && (
            <button type="button" onClick={() => setMeant({ kind: 'promote', number: one.number })}>
              {words.promote}
            </button>
          )}
          {previous && champion && (
            <button type="button" onClick={() => setMeant({ kind: 'rollback', number: previous.number })}>
              {words.rollback}
            </button>
          )}
          <TrainButton project={project} />
        </div>
      </div>
      <Serving project={project} />
      {one ? (
        <Version project={project} version={one} />
      ) : (
        <Answer of={models}>
          {(all) =>
            all.length === 0 ? (
              <Empty title={words.none}>
                <p>{words.noneHint}</p>
              </Empty>
            ) : (
              <Table
                name={`${project} ${texts.pages.models}`}
                columns={columnsOf((number) => setSearch({ version: number }))}
                rows={all}
                keyOf={({ id }) => id}
                isChosen={(row) => row === champion}
                widthMin={70}
              />
            )
          }
        </Answer>
      )}
      {meant && (
        <Change project={project} meant={meant} champion={champion} close={() => setMeant(undefined)} />
      )}
    </>
  );
}

/** What serves, since when, and why it took the place of the one before. */
function Serving({ project }: { project: string }): ReactNode {
  const serving = useQuery(queries.standing(project)).data?.serving;
  if (serving === undefined || serving === null) return null;
  const { version, since, before, reason, by } = serving;
  return (
    <p>
      <strong>{words.serving(formats.count(version), formats.moment(since))}</strong>
      {before === null ? words.firstOf : words.inPlaceOf(formats.count(before))}
      {words.because(visible(reason), visible(by))}
    </p>
  );
}

/** Asks first, then lets another version serve. */
function Change(props: {
  project: string;
  meant: Meant;
  champion: api.ModelVersion | undefined;
  close: () => void;
}): ReactNode {
  const { project, meant, champion, close } = props;
  const client = useQueryClient();
  const say = useNotice();
  const number = formats.count(meant.number);
  const now =
    champion === undefined ? words.nothingServes : words.versionName(formats.count(champion.number));
  const isPromotion = meant.kind === 'promote';
  const path = `/v1/projects/${part(project)}/${isPromotion ? `models/${meant.number}/promote` : 'rollback'}`;
  return (
    <Confirm
      title={isPromotion ? words.promoteTitle(number) : words.rollbackTitle(number)}
      what={
        isPromotion
          ? words.promoteWhat(number, now)
          : words.rollbackWhat(number, formats.count(champion?.number ?? 0))
      }
      action={isPromotion ? words.promote.replace(' …', '') : words.rollback.replace(' …', '')}
      isOpen
      close={close}
      act={async (reason) => {
        await send<api.Promotion>('POST', path, reason === '' ? {} : { reason });
        await queries.refresh(client, ['models', 'projects', 'standing', 'health', 'accuracy'], project);
        say(isPromotion ? words.promoted(number) : words.rolledBack(number));
      }}
    />
  );
}

function columnsOf(open: (number: number) => void): Column<api.ModelVersion>[] {
  return [
    {
      id: 'version',
      title: words.version,
      width: '4rem',
      show: ({ number }) => (
        <button type="button" onClick={() => open(number)} aria-label={words.one(formats.count(number))}>
          {formats.count(number)}
        </button>
      ),
      text: ({ number }) => number,
    },
    {
      id: 'aliases',
      title: words.aliases,
      width: '7rem',
      show: ({ aliases }) =>
        aliases.map((alias) => (
          <Badge key={alias} tone={alias === 'champion' ? 'accent' : 'plain'}>
            {alias}
          </Badge>
        )),
      text: ({ aliases }) => aliases.join(' '),
    },
    momentColumn('made', words.made, ({ createdAt }) => createdAt),
    {
      id: 'gate',
      title: words.gate,
      width: 'minmax(16rem, 1fr)',
      show: (version) => <GateMark of={version} />,
      text: (version) => gateOf(version)?.reason ?? null,
    },
    {
      id: 'loss',
      title: words.loss,
      width: '4.25rem',
      end: true,
      show: (version) => figure(gateOf(version)?.challenger.loss),
      text: (version) => gateOf(version)?.challenger.loss ?? null,
    },
    {
      id: 'opponent',
      title: words.opponentLoss,
      width: '6.25rem',
      end: true,
      show: (version) => figure(gateOf(version)?.opponent.loss),
      text: (version) => gateOf(version)?.opponent.loss ?? null,
    },
    {
      id: 'proof',
      title: words.proof,
      width: '6.5rem',
      show: ({ refusal, provenAt }) =>
        refusal !== null ? (
          <Badge tone="bad">
            <span title={visible(refusal.reason)}>{words.refused}</span>
          </Badge>
        ) : (
          <Badge tone={provenAt === null ? 'plain' : 'good'}>
            {provenAt === null ? words.notProven : words.proven}
          </Badge>
        ),
      text: ({ refusal, provenAt }) => refusal?.reason ?? provenAt,
    },
    {
      id: 'size',
      title: words.size,
      width: '5.5rem',
      end: true,
      show: ({ artifactBytes }) => formats.bytes(artifactBytes),
      text: ({ artifactBytes }) => artifactBytes,
    },
  ];
}

function GateMark({ of }: { of: api.ModelVersion }): ReactNode {
  const gate = gateOf(of);
  if (gate === undefined) return <Badge>{words.notAsked}</Badge>;
  return (
    <span title={visible(gate.reason)}>
      <Badge tone={gate.passed ? 'good' : 'warn'}>{gate.passed ? words.passed : words.failed}</Badge>{' '}
      {visible(gate.reason)}
    </span>
  );
}

function figure(value: number | undefined): string {
  return value === undefined ? texts.none : formats.fixed(value, 4);
}

export const page = definePage({ search, View: Models });
