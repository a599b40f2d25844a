// The data contract of the project, asked of what is stored.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { formats } from '../../format.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import type { DataProps } from './search.ts';

const words = texts.contract;
const tones: Readonly<Record<api.ContractResult['status'], Tone>> = {
  passed: 'good',
  failed: 'bad',
  'not checked': 'plain',
};

export function Contract({ project }: DataProps): ReactNode {
  const health = useQuery(queries.health());
  const isNamed = health.data?.contracts.some((state) => state.project === project);
  const contract = useQuery({ ...queries.contract(project), enabled: isNamed === true });
  if (isNamed === undefined) return <Answer of={health}>{() => null}</Answer>;
  if (!isNamed)
    return (
      <Empty title={words.none}>
        <p>{words.noneHint}</p>
      </Empty>
    );
  return (
    <Answer of={contract}>
      {({ at, rows, contract: of, results }) => (
        <>
          <p className="quiet">
            {of.id} {of.version}, {of.file}. {words.asOf(formats.moment(at), formats.count(rows))}
          </p>
          {of.warnings.map((warning) => (
            <p key={warning} className="stale">
              {warning}
            </p>
          ))}
          <Table
            name={`${project} ${texts.data.parts.contract}`}
            columns={columns}
            rows={results}
            keyOf={({ id }) => id}
            widthMin={60}
          />
        </>
      )}
    </Answer>
  );
}

const columns: readonly Column<api.ContractResult>[] = [
  {
    id: 'check',
    title: words.check,
    width: 'minmax(14rem, 1fr)',
    show: ({ id, description }) => <span title={id}>{description === '' ? id : description}</span>,
    text: ({ id }) => id,
  },
  {
    id: 'status',
    title: words.status,
    width: '8rem',
    show: ({ status, severity, why }) => (
      <Badge tone={status === 'failed' && severity === 'warning' ? 'warn' : tones[status]}>
        <span title={why ?? ''}>{words.statuses[status]}</span>
      </Badge>
    ),
    text: ({ status }) => status,
  },
  {
    id: 'figure',
    title: words.figure,
    width: '8rem',
    end: true,
    show: ({ figure, unit }) => (figure === null ? texts.none : `${formats.number(figure, 4)} ${unit}`),
    text: ({ figure }) => figure,
  },
  { id: 'bound', title: words.bound, width: '10rem', text: ({ bound }) => bound },
  {
    id: 'n',
    title: words.n,
    width: '6rem',
    end: true,
    show: ({ n }) => formats.count(n),
    text: ({ n }) => n,
  },
  {
    id: 'refuses',
    title: words.refuses,
    width: '6rem',
    text: ({ refuses }) => (refuses === null ? null : words.refusesWhat[refuses]),
  },
  {
    id: 'examples',
    title: words.examples,
    width: 'minmax(10rem, 1fr)',
    text: ({ examples }) =>
      examples.map(({ row, value }) => (row === null ? value : `${row}: ${value}`)).join('; '),
  },
];
