// What one snapshot has that another has not: rows, series, and values that were corrected.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { formats } from '../../format.ts';
import { Facts } from '../../parts/facts.tsx';
import { Answer } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import { useFrequency } from './use-frequency.ts';

const words = texts.snapshots;
type Correction = api.SnapshotDiff['correctionExamples'][number];

export function SnapshotDiff({
  project,
  pair,
}: {
  project: string;
  pair: { a: string; b: string };
}): ReactNode {
  const diff = useQuery(queries.snapshotDiff(project, pair));
  const frequency = useFrequency(project);
  const period = (label: string): string => formats.period(label, frequency);
  return (
    <section>
      <h2>{words.comparing(pair.a.slice(0, 8), pair.b.slice(0, 8))}</h2>
      <Answer of={diff}>
        {(found) => (
          <>
            <Facts
              of={[
                [words.rowsAdded, formats.count(found.rowsAdded)],
                [words.rowsRemoved, formats.count(found.rowsRemoved)],
                [words.corrections, formats.count(found.corrections)],
                [words.seriesAdded, named(found.seriesAdded, found.seriesAddedExamples)],
                [words.seriesRemoved, named(found.seriesRemoved, found.seriesRemovedExamples)],
                [words.batches, formats.count(found.batchesAdded)],
                [words.newest, words.fromTo(period(found.periodMaxBefore), period(found.periodMaxAfter))],
                [
                  words.files,
                  words.filesOf(
                    formats.count(found.segmentsAdded.length),
                    formats.count(found.segmentsRemoved.length),
                  ),
                ],
              ]}
            />
            {found.correctionExamples.length > 0 && (
              <>
                <p className="quiet">
                  {words.firstOf(
                    formats.count(found.correctionExamples.length),
                    formats.count(found.corrections),
                  )}
                </p>
                <Table
                  name={`${project} ${words.corrections}`}
                  columns={columnsOf(project, period)}
                  rows={found.correctionExamples}
                  keyOf={({ series, period: label }) => `${label} ${series}`}
                />
              </>
            )}
          </>
        )}
      </Answer>
    </section>
  );
}

/** How many, and the first by name. */
function named(n: number, first: readonly string[]): string {
  if (n === 0) return '0';
  return `${formats.count(n)}: ${words.named(visible(first.join(', ')), n - first.length)}`;
}

function columnsOf(project: string, period: (label: string) => string): Column<Correction>[] {
  const value = (id: 'before' | 'after', title: string): Column<Correction> => ({
    id,
    title,
    width: '7rem',
    end: true,
    show: (row) => (row[id] === null ? words.unknown : formats.number(row[id], 6)),
    text: (row) => row[id],
  });
  return [
    {
      id: 'series',
      title: words.series,
      width: 'minmax(10rem, 1fr)',
      show: ({ series }) => (
        <Link to={`/projects/${project}/forecasts`} search={{ series } as never} title={visible(series)}>
          {visible(series)}
        </Link>
      ),
      text: ({ series }) => series,
    },
    {
      id: 'period',
      title: words.period,
      width: '12rem',
      date: 'day',
      show: ({ period: label }) => period(label),
      text: ({ period: label }) => label,
    },
    value('before', words.valueBefore),
    value('after', words.valueAfter),
  ];
}
