// What a drift is: of which kind and since when, which parts of the series drive it, and what it may cost.

import type { ReactNode } from 'react';
import type * as api from '../../api.ts';
import { formats } from '../../format.ts';
import { type Column, Table } from '../../parts/table.tsx';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import { type Chosen, nameOf } from './map.tsx';

const words = texts.drift;

type Change = NonNullable<api.DriftColumnView['change']>;

/** Facts of one change. */
export function changeFacts(change: Change): (readonly [string, ReactNode])[] {
  return [
    [words.kind, kindText(change)],
    [words.drivers, <Segments key="segments" of={change} />],
    [words.cost, costText(change)],
  ];
}

function kindText({ kind, kindBecause, began, beganBetween, ended, wasSoSince, n }: Change): string {
  const parts = [kind === 'unknown' ? words.kindUnknown(kindBecause ?? '') : words.kinds[kind]];
  if (began !== null) {
    const [first, last] = beganBetween ?? [began, began];
    parts.push(first === last ? words.since(began) : words.sinceBetween(began, first, last));
  }
  if (ended !== null && ended !== began) parts.push(words.complete(ended));
  if (wasSoSince !== null) parts.push(words.again(wasSoSince));
  return `${parts.join(', ')} (${words.sought(formats.count(n))})`;
}

function Segments({ of: { segments, segmentsBecause } }: { of: Change }): ReactNode {
  if (segmentsBecause !== null) return visible(segmentsBecause);
  return (
    <ul className="plain">
      {segments.map(({ attribute, value, series, seriesAll, shareOfChange, shareOfAll }) => (
        <li key={`${attribute} ${value}`}>
          {words.segment(
            `${visible(attribute)} ${value === null ? words.valueUnknown : visible(value)}`,
            formats.percent(shareOfChange),
            formats.percent(shareOfAll),
            words.seriesOf(formats.count(series), formats.count(seriesAll)),
          )}
        </li>
      ))}
    </ul>
  );
}

function costText({ cost }: Change): string {
  if (cost.status === 'unknown') return words.costUnknown(visible(cost.because));
  const [low, high] = cost.between.map((one) => formats.number(one)) as [string, string];
  return words.costs(
    formats.number(cost.amount),
    words.between(low, high),
    words.over(formats.count(cost.steps), formats.count(cost.series)),
    cost.errorsOf === 'forecasts' ? words.ofForecasts : words.ofUsual,
  );
}

/** Every drift of a check, what may cost most first. */
export function Findings(props: { of: api.DriftReportView; open: (chosen: Chosen) => void }): ReactNode {
  const { of, open } = props;
  const found = of.columns
    .filter(({ verdict }) => verdict === 'drift')
    .sort((a, b) => (a.change?.rank ?? 0) - (b.change?.rank ?? 0));
  if (found.length === 0) return null;
  return (
    <section>
      <h2>{words.findings}</h2>
      <Table
        name={words.findings}
        columns={columnsOf(({ column, group }) => open({ check: of.id, column, group: group ?? '' }))}
        rows={found}
        keyOf={nameOf}
        widthMin={46}
      />
    </section>
  );
}

function columnsOf(open: (one: api.DriftColumnView) => void): Column<api.DriftColumnView>[] {
  return [
    {
      id: 'column',
      title: words.column,
      width: 'minmax(10rem, 1fr)',
      show: (one) => (
        <button type="button" className="link" onClick={() => open(one)}>
          {visible(nameOf(one))}
        </button>
      ),
      text: nameOf,
    },
    {
      id: 'cost',
      title: words.cost,
      width: '8rem',
      end: true,
      show: ({ change }) =>
        change?.cost.status === 'ok' ? formats.number(change.cost.amount) : words.kinds.unknown,
      text: ({ change }) => (change?.cost.status === 'ok' ? change.cost.amount : null),
    },
    {
      id: 'kind',
      title: words.kind,
      width: '8rem',
      text: ({ change }) => (change === null ? null : words.kinds[change.kind]),
    },
    { id: 'since', title: words.began, width: '9rem', text: ({ change }) => change?.began ?? null },
    {
      id: 'drivers',
      title: words.drivers,
      width: 'minmax(10rem, 1fr)',
      text: ({ change }) => driversText(change),
    },
  ];
}

function driversText(change: Change | null): string | null {
  if (change === null) return null;
  const names = change.segments.map(({ attribute, value }) => `${attribute} ${value ?? words.valueUnknown}`);
  return names.length === 0 ? words.allAlike : names.slice(0, 2).join(', ');
}
