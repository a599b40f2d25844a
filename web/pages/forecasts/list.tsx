// The series of a project: searched and sorted by the server, as many as are looked at.

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import type * as api from '../../api.ts';
import { formats } from '../../format.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';
import { visible } from '../../visible.ts';
import { useFrequency } from '../data/use-frequency.ts';
import { Basis } from './basis.tsx';
import type { ForecastProps } from './search.ts';

const words = texts.forecasts;
/** The server is asked when nothing was written for so long. */
const quietMs = 200;
const tones: Readonly<Record<api.SeriesState, Tone>> = {
  active: 'plain',
  new: 'accent',
  ended: 'warn',
  silent: 'bad',
};

export function SeriesList(props: ForecastProps): ReactNode {
  const { project, search, setSearch } = props;
  const { find, state, abc, xyz, sort, order } = search;
  const asked = {
    ...(find === '' ? {} : { search: find }),
    ...(state === '' ? {} : { state }),
    ...(abc + xyz === '' ? {} : { class: abc + xyz }),
    ...(order === '' ? {} : { order }),
    sort,
  };
  const list = useInfiniteQuery({ ...queries.seriesList(project, asked), placeholderData: keepPreviousData });
  const frequency = useFrequency(project);
  const isAll = find + state + abc + xyz === '';
  return (
    <>
      <Filters {...props} />
      <Answer of={list}>
        {({ pages }) => {
          const [first] = pages;
          if (first === undefined || first.total === 0)
            return (
              <Empty title={words.none}>
                <p>{words.noneHint}</p>
              </Empty>
            );
          if (first.matched === 0)
            return (
              <Empty title={words.noneFound}>
                {!isAll && (
                  <button type="button" onClick={() => setSearch({ find: '', state: '', abc: '', xyz: '' })}>
                    {words.clear}
                  </button>
                )}
              </Empty>
            );
          const rows = pages.flatMap(({ items }) => items);
          const columns = columnsOf(frequency, (series) => setSearch({ series }));
          return (
            <>
              <Table
                name={`${project} ${texts.pages.forecasts}`}
                columns={
                  rows.some(({ attributes }) => Object.keys(attributes).length > 0)
                    ? columns
                    : columns.filter(({ id }) => id !== 'attributes')
                }
                rows={rows}
                total={first.matched}
                more={() => {
                  if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
                }}
                keyOf={({ series }) => series}
                widthMin={54}
              >
                <span className="quiet">
                  {words.counts(formats.count(first.matched), formats.count(first.total))}
                </span>
              </Table>
              <Basis of={first} frequency={frequency} />
            </>
          );
        }}
      </Answer>
    </>
  );
}

function Filters({ search, setSearch }: ForecastProps): ReactNode {
  const [written, setWritten] = useState(search.find);
  useEffect(() => setWritten(search.find), [search.find]);
  useEffect(() => {
    if (written === search.find) return;
    const timer = window.setTimeout(() => setSearch({ find: written }, { replace: true }), quietMs);
    return () => window.clearTimeout(timer);
  }, [written, search.find, setSearch]);
  const choice = <N extends 'state' | 'abc' | 'xyz' | 'sort'>(
    name: N,
    label: string,
    options: Readonly<Record<string, string>>,
  ): ReactNode => (
    <label>
      {label}
      <select
        value={search[name]}
        onChange={({ target }) => setSearch({ [name]: target.value } as Partial<ForecastProps['search']>)}
      >
        {name !== 'sort' && <option value="">{words.any}</option>}
        {Object.entries(options).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
  const classes = (letters: string): Record<string, string> =>
    Object.fromEntries([...letters].map((letter) => [letter, words.classes[letter] ?? letter]));
  return (
    <div className="tools">
      <label>
        {words.find}
        <input
          type="search"
          placeholder={words.findHint}
          value={written}
          maxLength={200}
          onChange={({ target }) => setWritten(target.value)}
        />
      </label>
      {choice('sort', words.sort, words.orders)}
      {choice('state', words.state, words.states)}
      {choice('abc', `${words.class} ABC`, classes('ABC'))}
      {choice('xyz', `${words.class} XYZ`, classes('XYZ'))}
      <label className="beside">
        <input
          type="checkbox"
          checked={search.order === 'reversed'}
          onChange={({ target }) => setSearch({ order: target.checked ? 'reversed' : '' })}
        />
        {words.reversed}
      </label>
    </div>
  );
}

function columnsOf(frequency: string, open: (series: string) => void): Column<api.ListedSeries>[] {
  const figure = (
    id: string,
    title: string,
    of: (series: api.ListedSeries) => number | null,
    write: (value: number) => string,
    width = '5rem',
  ): Column<api.ListedSeries> => ({
    id,
    title,
    width,
    end: true,
    show: (series) => {
      const value = of(series);
      return value === null ? texts.none : write(value);
    },
    text: of,
  });
  return [
    {
      id: 'series',
      title: words.series,
      width: 'minmax(9rem, 2fr)',
      show: ({ series }) => (
        <button type="button" className="link" onClick={() => open(series)} title={visible(series)}>
          {visible(series)}
        </button>
      ),
      text: ({ series }) => series,
    },
    {
      id: 'attributes',
      title: words.attributes,
      width: 'minmax(6rem, 1fr)',
      text: ({ attributes }) =>
        Object.entries(attributes)
          .map(([name, value]) => `${name}=${value}`)
          .join(' ') || null,
    },
    {
      id: 'state',
      title: words.state,
      width: '5.5rem',
      show: ({ state }) => <Badge tone={tones[state]}>{words.states[state]}</Badge>,
      text: ({ state }) => state,
    },
    {
      id: 'class',
      title: words.class,
      width: '4rem',
      text: ({ classes: { abc, xyz } }) => `${abc ?? ''}${xyz ?? ''}` || null,
    },
    figure(
      'error',
      words.error,
      ({ error }) => error?.wape ?? null,
      (share) => formats.percent(share),
    ),
    figure('labels', words.labels, ({ error }) => error?.n ?? null, formats.count),
    figure('bias', words.bias, ({ error }) => error?.bias ?? null, formats.signedPercent),
    figure('added', words.added, ({ valueAdded }) => valueAdded.value, formats.signedPercent, '6.5rem'),
    figure(
      'value',
      words.value,
      ({ value }) => value.amount,
      (amount) => formats.number(amount, 4),
      '5.5rem',
    ),
    figure(
      'share',
      words.share,
      ({ value }) => value.share,
      (share) => formats.percent(share),
    ),
    {
      id: 'newest',
      title: words.newest,
      width: '6.5rem',
      show: ({ newestAt }) => (newestAt === null ? texts.none : formats.shortPeriod(newestAt, frequency)),
      text: ({ newestAt }) => newestAt,
    },
  ];
}
