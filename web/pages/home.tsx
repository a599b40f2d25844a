// Home: are the forecasts right, what does the system do about it, and what needs a person?

import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type * as api from '../api.ts';
import { type Attention, attentionOf, refusedLookedAt, waitingRows } from '../attention.ts';
import { definePage } from '../define-page.ts';
import { formats } from '../format.ts';
import { pages, pathOf } from '../pages.ts';
import { AlertCard } from '../parts/alert.tsx';
import { Figure } from '../parts/figure.tsx';
import { Answer, Empty } from '../parts/states.tsx';
import * as queries from '../queries.ts';
import { texts } from '../texts.ts';
import { visible } from '../visible.ts';
import { SeriesToLookAt } from './home/series-to-look-at.tsx';
import { RiskFigure, StandingFigures } from './home/standing.tsx';

const words = texts.home;
/** Projects shown at first: each asks for its accuracy. */
const shownFirst = 24;
/** Of so many projects the series that need somebody are listed. */
const seriesOf = 3;
/** Of so many projects the batches are looked through for what waits. */
const projectsLookedAt = 24;

/** Rules of which the list below says the same, with a link to where it is dealt with. */
const saidInstead: readonly string[] = [
  'contract-failing',
  'source-down',
  'training-failed',
  'quarantine-share',
];
const alertsShown = 5;

function Home(): ReactNode {
  const projects = useQuery(queries.projects());
  return (
    <>
      <h1 className="sr-only">{words.title}</h1>
      <Answer of={projects}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={words.noProjects}>
              <p>{words.noProjectsHint}</p>
            </Empty>
          ) : (
            <>
              <Projects all={all} />
              <Inbox projects={all} />
              <section aria-labelledby="series">
                <h2 id="series">{words.toLookAt}</h2>
                {all.slice(0, seriesOf).map((project) => (
                  <SeriesToLookAt key={project.name} project={project} />
                ))}
              </section>
            </>
          )
        }
      </Answer>
      <Service />
    </>
  );
}

function Projects({ all }: { all: readonly api.ProjectView[] }): ReactNode {
  const [shown, setShown] = useState(shownFirst);
  const left = all.length - shown;
  return (
    <section aria-labelledby="projects">
      <h2 id="projects">{words.projects}</h2>
      <ul className="projects">
        {all.slice(0, shown).map((project) => (
          <ProjectRow key={project.name} project={project} />
        ))}
      </ul>
      {left > 0 && (
        <button type="button" onClick={() => setShown(shown + shownFirst)}>
          {words.more(formats.count(Math.min(left, shownFirst)))}
        </button>
      )}
    </section>
  );
}

function ProjectRow({ project }: { project: api.ProjectView }): ReactNode {
  const { name, status, frequency } = project;
  const accuracy = useQuery(queries.accuracy(name));
  const since = useQuery(queries.standing(name)).data?.serving;
  const first = pages.find(({ of }) => of === 'project');
  return (
    <li className="project">
      <h3>{first ? <Link to={pathOf(first, name)}>{name}</Link> : name}</h3>
      <div className="figures">
        <AccuracyFigures accuracy={accuracy.data} error={accuracy.error} />
        <Figure
          name={words.dataThrough}
          value={status.cutoffAt === null ? texts.none : formats.shortPeriod(status.cutoffAt, frequency)}
          basis={words.series(formats.count(status.series))}
        />
        <Figure
          name={words.serves}
          value={status.version === null ? texts.none : words.version(formats.count(status.version.number))}
          beside={since === undefined || since === null ? '' : words.since(formats.moment(since.since))}
          basis={visible(status.degraded ?? (status.trained ? (since?.reason ?? '') : words.untrained))}
          tone={status.degraded === null ? undefined : 'bad'}
        />
        <RiskFigure project={name} />
        <StandingFigures project={name} />
      </div>
    </li>
  );
}

/** Against seasonal naive on the labels that both can be had for, so that the two compare. */
function AccuracyFigures({
  accuracy,
  error,
}: {
  accuracy: api.Accuracy | undefined;
  error: Error | null;
}): ReactNode {
  if (accuracy === undefined)
    return <Figure name={words.error} value={error ? texts.none : '…'} basis={error?.message ?? ''} />;
  const { overall, baseline } = accuracy;
  if (overall.metrics.wape === null)
    return <Figure name={words.error} value={texts.none} basis={words.noLabels} />;
  const own = baseline.predictions.wape;
  const naive = baseline.metrics.wape;
  const gain = own !== null && naive !== null && naive > 0 ? 1 - own / naive : null;
  const [level, interval] = Object.entries(overall.metrics.intervalCoverage)[0] ?? [];
  const { bias } = overall.metrics;
  return (
    <>
      <Figure
        name={words.error}
        title={words.errorMeaning}
        value={formats.percent(own ?? overall.metrics.wape)}
        tone={gain === null ? undefined : gain >= 0 ? 'good' : 'bad'}
        beside={
          naive !== null && gain !== null
            ? `${words.naive(formats.percent(naive))}: ${(gain >= 0 ? words.better : words.worse)(formats.percent(Math.abs(gain), 0))}`
            : ''
        }
        basis={words.restsOn(
          formats.count(overall.labelsJoined),
          overall.labelCoverage === null ? texts.none : formats.percent(overall.labelCoverage, 0),
        )}
      />
      <Figure
        name={words.bias}
        title={words.biasMeaning}
        value={bias === null ? texts.none : formats.signedPercent(bias)}
        basis={words.intervalOf(formats.count(overall.metrics.n))}
      />
      {interval && (
        <Figure
          name={words.interval(formats.percent(Number(level), 0))}
          value={words.intervalHolds(formats.percent(interval.share))}
          basis={words.intervalOf(formats.count(interval.n))}
        />
      )}
    </>
  );
}

function Inbox({ projects }: { projects: readonly api.ProjectView[] }): ReactNode {
  const health = useQuery(queries.health());
  const jobs = useQuery(queries.jobs());
  const sources = useQuery(queries.sources());
  const alerts = useQuery(queries.alerts({ state: 'firing' }));
  const names = projects.slice(0, projectsLookedAt).map(({ name }) => name);
  const batches = useQueries({ queries: names.map((name) => queries.batches(name)) });
  // Rows are not kept for ever: what waits is asked for where something was refused.
  const refused = useQueries({
    queries: names.map((name, i) => ({
      ...queries.quarantine(name, { limit: refusedLookedAt }),
      enabled: batches[i]?.data?.some((batch) => waitingRows(batch) > 0) ?? false,
    })),
  });
  const items = attentionOf({
    health: health.data,
    projects,
    jobs: jobs.data ?? [],
    sources: sources.data ?? [],
    refused: new Map(names.map((name, i) => [name, refused[i]?.data ?? []])),
  });
  const firing = (alerts.data ?? []).filter(({ rule }) => !saidInstead.includes(rule));
  return (
    <section aria-labelledby="needs-you">
      <h2 id="needs-you">{words.needsYou}</h2>
      <Answer of={health}>
        {() =>
          items.length === 0 && firing.length === 0 ? (
            <p className="quiet">{words.nothingNeedsYou}</p>
          ) : (
            <>
              {firing.length > 0 && (
                <ul className="card">
                  {firing.slice(0, alertsShown).map((alert) => (
                    <AlertCard key={alert.id} of={alert} />
                  ))}
                </ul>
              )}
              {items.length > 0 && (
                <ul className="inbox">
                  {items.map((item) => (
                    <InboxItem key={`${item.project} ${item.text}`} item={item} />
                  ))}
                </ul>
              )}
            </>
          )
        }
      </Answer>
    </section>
  );
}

function InboxItem({ item }: { item: Attention }): ReactNode {
  const page = pages.find(({ id }) => (id as string) === item.page);
  return (
    <li className={`inbox-item ${item.tone}`}>
      <span className="inbox-project">{item.project}</span>
      <span className="inbox-text">{visible(item.text)}</span>
      {page && (
        <Link to={pathOf(page, item.project)} search={item.search as never}>
          {texts.attention.look}
        </Link>
      )}
    </li>
  );
}

const kpiMinutes = 60;

function Service(): ReactNode {
  const kpis = useQuery({ ...queries.kpis(kpiMinutes), refetchInterval: 30_000 });
  return (
    <section aria-labelledby="service">
      <h2 id="service">{words.service}</h2>
      <Answer of={kpis}>
        {({ figures }) => (
          <div className="figures">
            <KpiFigure
              name={words.availability}
              of={figures.availability}
              write={(v) => formats.percent(v, 2)}
            />
            <KpiFigure
              name={words.budget}
              of={figures['error-budget.left']}
              write={(v) => formats.percent(v, 0)}
            />
            <KpiFigure name={words.latency} of={figures['latency.p95']} write={formats.seconds} />
            <KpiFigure
              name={words.forecasts}
              of={figures['forecasts.rate']}
              write={(value) => words.perSecond(formats.number(value))}
            />
          </div>
        )}
      </Answer>
    </section>
  );
}

function KpiFigure(props: { name: string; of: api.KpiFigure; write: (value: number) => string }): ReactNode {
  const { name, of, write } = props;
  return (
    <Figure
      name={name}
      value={of.value === null ? texts.none : write(of.value)}
      tone={of.within === null ? undefined : of.within ? 'good' : 'bad'}
      beside={of.within === null ? '' : of.within ? words.within : words.outside}
      basis={of.value === null ? (of.reason ?? '') : words.ofRequests(formats.count(of.n))}
    />
  );
}

export const page = definePage({ search: {}, View: Home });
