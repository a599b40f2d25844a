// One version: its figures at the gate and since, and where it came from.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { lineChart } from '../../charts/line-chart.ts';
import { formats } from '../../format.ts';
import { Badge } from '../../parts/badge.tsx';
import { Chart } from '../../parts/chart.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import { type Check, gateOf } from './gate.ts';

const words = texts.models;

export function Version({ project, version }: { project: string; version: api.ModelVersion }): ReactNode {
  const { aliases, refusal } = version;
  return (
    <>
      <p className="actions">
        {aliases.map((alias) => (
          <Badge key={alias} tone={alias === 'champion' ? 'accent' : 'plain'}>
            {alias}
          </Badge>
        ))}
        <span className="quiet">{formats.moment(version.createdAt)}</span>
      </p>
      {refusal && <p className="refusal">{visible(refusal.reason)}</p>}
      <Since project={project} version={version} />
      <div className="two">
        <AtGate version={version} />
        <Lineage project={project} version={version} />
      </div>
      <section>
        <h2>{words.metrics}</h2>
        <Facts
          of={Object.entries(version.metrics).map(([name, value]) => [
            name,
            value === null ? texts.none : formats.fixed(value, 4),
          ])}
        />
      </section>
    </>
  );
}

/** How good its forecasts were, on the demand that came. */
function Since({ project, version }: { project: string; version: api.ModelVersion }): ReactNode {
  const accuracy = useQuery(queries.accuracy(project, { version: String(version.number) }));
  return (
    <Answer of={accuracy}>
      {({ overall, byHorizon }) =>
        overall.metrics.n === 0 ? (
          <Empty title={words.noAccuracy} />
        ) : (
          <Chart
            name={`${project} ${words.versionName(formats.count(version.number))}: ${words.accuracy}`}
            basis={words.accuracyBasis(
              formats.count(overall.labelsJoined),
              overall.labelCoverage === null ? texts.none : formats.percent(overall.labelCoverage, 0),
            )}
            height={200}
            draw={(size) =>
              lineChart(
                {
                  title: words.accuracy,
                  labels: byHorizon.map(({ horizon }) => formats.count(horizon)),
                  lines: [
                    {
                      name: words.wape,
                      look: 'forecast',
                      values: byHorizon.map(({ metrics }) => metrics.wape),
                    },
                  ],
                  write: (value) => formats.percent(value, 0),
                  fromZero: true,
                },
                size,
              )
            }
            table={{
              columns: [words.step, words.wape, words.bias, words.labels],
              rows: byHorizon.map(({ horizon, metrics }) => [horizon, metrics.wape, metrics.bias, metrics.n]),
            }}
          />
        )
      }
    </Answer>
  );
}

function AtGate({ version }: { version: api.ModelVersion }): ReactNode {
  const gate = gateOf(version);
  if (gate === undefined) return null;
  return (
    <section>
      <h2>{words.comparison}</h2>
      <p>
        <Badge tone={gate.passed ? 'good' : 'warn'}>{gate.passed ? words.passed : words.failed}</Badge>{' '}
        {visible(gate.reason)}
      </p>
      <table className="plain-table card">
        <thead>
          <tr>
            <th scope="col">{words.figure}</th>
            <th scope="col">{words.challenger}</th>
            <th scope="col">{words.opponent(gate.against)}</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(gate.challenger).map(([name, value]) => (
            <tr key={name}>
              <td>{name}</td>
              <td>{formats.fixed(value, 4)}</td>
              <td>
                {gate.opponent[name] === undefined ? texts.none : formats.fixed(gate.opponent[name], 4)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {gate.folds !== undefined && gate.margin !== undefined && (
        <p className="quiet">{words.folds(formats.count(gate.folds), formats.percent(gate.margin))}</p>
      )}
      {gate.checks.length > 0 && <Checks of={gate.checks} />}
    </section>
  );
}

const tones = { passed: 'good', failed: 'bad', unknown: 'plain' } as const;

function Checks({ of: checks }: { of: readonly Check[] }): ReactNode {
  return (
    <>
      <h3>{words.gateByGate}</h3>
      <table className="plain-table card">
        <thead>
          <tr>
            <th scope="col">{words.gate}</th>
            <th scope="col">{words.verdict}</th>
            <th scope="col">{words.found}</th>
          </tr>
        </thead>
        <tbody>
          {checks.map(({ gate, verdict, reason }) => (
            <tr key={gate}>
              <td>{gate}</td>
              <td>
                <Badge tone={tones[verdict]}>{words.verdicts[verdict]}</Badge>
              </td>
              <td>{visible(reason)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Lineage({ project, version }: { project: string; version: api.ModelVersion }): ReactNode {
  const { runId, snapshotId, artifactHash, artifactBytes } = version;
  const run = useQuery({ ...queries.run(project, runId ?? ''), enabled: runId !== null });
  const known = run.data;
  return (
    <section>
      <h2>{words.lineage}</h2>
      <Facts
        of={[
          [words.cause, visible(known?.cause?.reason ?? texts.none)],
          [words.run, runId ?? texts.none],
          [
            words.snapshot,
            snapshotId === null ? (
              texts.none
            ) : (
              <Link key="snapshot" to={`/projects/${project}/data`} search={{ part: 'snapshots' } as never}>
                <code>{snapshotId.slice(0, 16)}</code>
              </Link>
            ),
          ],
          [
            words.took,
            typeof known?.durationMs === 'number' ? formats.seconds(known.durationMs / 1000) : texts.none,
          ],
          [
            words.processor,
            typeof known?.cpuSeconds === 'number' ? formats.seconds(known.cpuSeconds) : texts.none,
          ],
          [
            words.memory,
            typeof known?.memoryBytesPeak === 'number' ? formats.bytes(known.memoryBytesPeak) : texts.none,
          ],
          [words.code, known?.codeVersion ?? texts.none],
          [words.artifact, `${formats.bytes(artifactBytes)}, ${artifactHash.slice(0, 16)}`],
        ]}
      />
    </section>
  );
}
