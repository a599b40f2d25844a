// A table of any length: only the rows in sight are drawn. Sorted where its page says, saved as CSV as a whole.

import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react';
import { type Cell, save, saveCsv } from '../csv.ts';
import { formats } from '../format.ts';
import { texts } from '../texts.ts';
import { visible } from '../visible.ts';
import type { DateKind } from '../xlsx.ts';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** A track of the grid: `8rem`, `minmax(10rem, 1fr)`. */
  readonly width: string;
  readonly end?: boolean;
  readonly show?: (row: Row) => ReactNode;
  /** As it is shown where nothing else is said, and saved. */
  readonly text: (row: Row) => Cell;
  /** What `text` is, for spreadsheets: a day, or a moment. */
  readonly date?: DateKind;
}

/** A column of moments, by the reader's clock; in spreadsheets they are moments too. */
export function momentColumn<Row>(id: string, title: string, of: (row: Row) => string | null): Column<Row> {
  return {
    id,
    title,
    width: '13rem',
    date: 'moment',
    show: (row) => {
      const at = of(row);
      return at === null ? texts.none : formats.moment(at);
    },
    text: of,
  };
}

const rowHeight = 36;
/** Taller than this it scrolls by itself. */
const heightMax = 560;
const overscan = 10;

export function Table<Row>(props: {
  name: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** In rem: narrower than this it scrolls sideways. */
  widthMin?: number;
  isChosen?: (row: Row) => boolean;
  /** Where more rows are than have been asked for: how many in all, and what asks for the next. */
  total?: number;
  more?: () => void;
  /** Is it saved as a workbook too? */
  hasWorkbook?: boolean;
  /** Stands beside the count. */
  children?: ReactNode;
}): ReactNode {
  const { name, columns, rows, keyOf, widthMin = 40, isChosen, total = rows.length, more, children } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
  });
  const shown = virtual.getVirtualItems();
  const isNearEnd = (shown.at(-1)?.index ?? 0) >= rows.length - overscan && rows.length < total;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once for each length, whatever function asks
  useEffect(() => {
    if (isNearEnd) more?.();
  }, [isNearEnd, rows.length]);
  const look = {
    '--columns': columns.map(({ width }) => width).join(' '),
    minWidth: `${widthMin}rem`,
  } as CSSProperties;
  const inAll = rows.length * rowHeight;
  return (
    <div className="table-frame">
      <div className="table-tools">
        {props.total === undefined && (
          <span className="quiet">{texts.table.rows(formats.count(rows.length))}</span>
        )}
        {children}
        <span className="table-saves">
          <button
            type="button"
            className="plain"
            onClick={() =>
              saveCsv(
                name,
                columns.map(({ title }) => title),
                rows.map((row) => columns.map(({ text }) => text(row))),
              )
            }
          >
            {rows.length < total ? texts.table.csvOf(formats.count(rows.length)) : texts.table.csv}
          </button>
          {props.hasWorkbook && (
            <button type="button" className="plain" onClick={() => void saveWorkbook(name, columns, rows)}>
              {texts.table.xlsx}
            </button>
          )}
        </span>
      </div>
      <div
        className="table-scroll"
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label={name}
        style={{ maxHeight: heightMax }}
      >
        <div role="table" aria-label={name} aria-rowcount={total + 1} className="table" style={look}>
          <div role="rowgroup" className="table-head">
            <div role="row" aria-rowindex={1} className="row">
              {columns.map(({ id, title, end }) => (
                <div role="columnheader" key={id} className={end ? 'cell end' : 'cell'}>
                  {title}
                </div>
              ))}
            </div>
          </div>
          <div role="rowgroup" className="table-body" style={{ height: inAll }}>
            {shown.map(({ index, start }) => {
              const row = rows[index] as Row;
              return (
                <div
                  role="row"
                  aria-rowindex={index + 2}
                  key={keyOf(row)}
                  className={isChosen?.(row) ? 'row chosen' : 'row'}
                  style={{ transform: `translateY(${start}px)`, height: rowHeight }}
                >
                  {columns.map(({ id, end, show, text }) => (
                    <div role="cell" key={id} className={end ? 'cell end' : 'cell'}>
                      {show ? show(row) : shownText(text(row))}
                    </div>
                  ))}
                </div>
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}

/** What writes workbooks is loaded when one is asked for. */
async function saveWorkbook<Row>(
  name: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Promise<void> {
  const { workbook, xlsxType } = await import('../xlsx.ts');
  const bytes = workbook(
    columns,
    rows.map((row) => columns.map(({ text }) => text(row))),
  );
  save(`${name}.xlsx`, new Blob([bytes as Uint8Array<ArrayBuffer>], { type: xlsxType }));
}

function shownText(cell: Cell): string {
  return cell === null ? texts.none : visible(String(cell));
}
