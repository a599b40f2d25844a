// Settings of one project, as far as the API changes them, and the projects that were removed.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type * as api from '../api.ts';
import { part, send } from '../api.ts';
import { definePage, type PageProps } from '../define-page.ts';
import { formats } from '../format.ts';
import { Confirm } from '../parts/dialog.tsx';
import { Facts } from '../parts/facts.tsx';
import { useNotice } from '../parts/notices.tsx';
import { Answer, inOneLine } from '../parts/states.tsx';
import * as queries from '../queries.ts';
import { texts } from '../texts.ts';
import { Price } from './settings/price.tsx';

const words = texts.settings;
const search = {};

function Settings({ project }: PageProps<typeof search>): ReactNode {
  const found = useQuery(queries.project(project));
  return (
    <>
      <h1>{texts.pages.settings}</h1>
      <Answer of={found}>
        {(view) => (
          <>
            <p className="quiet">{view.source === 'file' ? words.ofFile : words.ofStore}</p>
            <InForce of={view} />
            <Price key={`price ${view.version}`} of={view} />
            {view.source === 'stored' && (
              <>
                <Edit key={view.version} of={view} />
                <Remove name={view.name} />
              </>
            )}
          </>
        )}
      </Answer>
      <Removed />
    </>
  );
}

function InForce({ of }: { of: api.ProjectView }): ReactNode {
  return (
    <section>
      <h2>{words.inForce}</h2>
      <Facts
        of={[
          [words.frequency, of.frequency],
          [words.timezone, of.timezone],
          [words.horizon, formats.count(of.horizonSteps)],
          [words.seasons, of.seasons.map((season) => formats.count(season)).join(', ') || texts.none],
          [words.levels, of.levels.map((level) => formats.number(level)).join(', ')],
          [words.gaps, of.gaps],
          [words.retrain, words.periods(formats.count(of.retrainEveryPeriods))],
          [words.versionOf, formats.count(of.version)],
          [words.changed, formats.moment(of.updatedAt)],
        ]}
      />
    </section>
  );
}

function Edit({ of }: { of: api.ProjectView }): ReactNode {
  const [text, setText] = useState(() => JSON.stringify(of.settings ?? {}, null, 2));
  const [refusal, setRefusal] = useState<string>();
  const client = useQueryClient();
  const say = useNotice();
  const save = async (): Promise<void> => {
    setRefusal(undefined);
    let settings: unknown;
    try {
      settings = JSON.parse(text);
    } catch (error) {
      setRefusal(words.notJson((error as Error).message));
      return;
    }
    try {
      // Only while nobody else has changed them meanwhile.
      await send<api.ProjectView>('PATCH', `/v1/projects/${part(of.name)}`, {
        settings,
        version: of.version,
      });
      await queries.refresh(client, ['projects'], of.name);
      say(words.saved);
    } catch (error) {
      setRefusal(inOneLine(error as Error));
    }
  };
  return (
    <section>
      <h2>{words.written}</h2>
      <form
        className="form card"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <label>
          {words.edit}
          <textarea
            rows={14}
            spellCheck={false}
            className="code"
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
        {refusal !== undefined && (
          <p className="refusal" role="alert">
            {refusal}
          </p>
        )}
        <div className="actions">
          <button type="submit" className="main">
            {words.save}
          </button>
        </div>
      </form>
    </section>
  );
}

function Remove({ name }: { name: string }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const say = useNotice();
  return (
    <div className="actions">
      <button type="button" onClick={() => setOpen(true)}>
        {words.remove}
      </button>
      <Confirm
        title={words.removeTitle(name)}
        what={words.removeWhat}
        action={words.remove.replace(' …', '')}
        reason="none"
        isOpen={isOpen}
        close={() => setOpen(false)}
        act={async () => {
          await send('DELETE', `/v1/projects/${part(name)}`);
          await navigate({ to: '/' });
          await queries.refresh(client, ['projects']);
          say(words.removedNow(name));
        }}
      />
    </div>
  );
}

function Removed(): ReactNode {
  const removed = useQuery(queries.removedProjects());
  const client = useQueryClient();
  const say = useNotice();
  const restore = (name: string): void => {
    send('POST', `/v1/removed-projects/${part(name)}/restore`).then(
      async () => {
        say(words.restored(name));
        await queries.refresh(client, ['projects']);
      },
      (error: Error) => say(inOneLine(error), 'bad'),
    );
  };
  return (
    <section>
      <h2>{words.others}</h2>
      <Answer of={removed}>
        {(all) =>
          all.length === 0 ? (
            <p className="quiet">{words.noOthers}</p>
          ) : (
            <ul className="inbox">
              {all.map(({ name, removedAt, purging }) => (
                <li key={name} className="inbox-item">
                  <span className="inbox-project">{name}</span>
                  <span>
                    {words.removed} {formats.moment(removedAt)}
                  </span>
                  {purging ? (
                    <span className="quiet">{words.purging}</span>
                  ) : (
                    <button type="button" onClick={() => restore(name)}>
                      {words.restore}
                    </button>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </section>
  );
}

export const page = definePage({ search, View: Settings });
