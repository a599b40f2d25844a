// A chart in its frame: readable as a table, saved as CSV and as a picture.

import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Size } from '../charts/line-chart.ts';
import type { Shape } from '../charts/shape.ts';
import { type Cell, save, saveCsv } from '../csv.ts';
import { texts } from '../texts.ts';
import { Drawing } from './drawing.tsx';

export interface ChartTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

const widthAtFirst = 640;
/** Rows of the table that are drawn; all of them are in the CSV. */
const rowsShownMax = 400;
/** Dots of a saved picture for one of the page. */
const pictureScale = 2;
const styled = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'opacity', 'font-family', 'font-size'];

export function Chart(props: {
  name: string;
  /** What it rests on. */
  basis?: string;
  height?: number;
  draw: (size: Size) => Shape;
  table: ChartTable;
}): ReactNode {
  const { name, basis = '', height = 260, draw, table } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(widthAtFirst);
  const [asTable, setAsTable] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.max(240, Math.floor(entry.contentRect.width)));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const savePicture = async (): Promise<void> => {
    const drawing = frame.current?.querySelector('svg');
    if (drawing) save(`${name}.png`, await pictureOf(drawing));
  };
  return (
    <figure className="chart">
      <figcaption>
        <span className="chart-name">{name}</span>
        {basis !== '' && <span className="quiet">{basis}</span>}
        <span className="chart-actions">
          <button type="button" className="plain" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? texts.chart.asChart : texts.chart.asTable}
          </button>
          <button type="button" className="plain" onClick={() => saveCsv(name, table.columns, table.rows)}>
            {texts.chart.csv}
          </button>
          {!asTable && (
            <button type="button" className="plain" onClick={() => void savePicture()}>
              {texts.chart.png}
            </button>
          )}
        </span>
      </figcaption>
      <div ref={frame}>
        {asTable ? <DataTable name={name} of={table} /> : <Drawing of={draw({ width, height })} />}
      </div>
    </figure>
  );
}

function DataTable({ name, of: { columns, rows } }: { name: string; of: ChartTable }): ReactNode {
  return (
    <section className="chart-table" tabIndex={0} aria-label={name}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(-rowsShownMax).map((row) => (
            <tr key={String(row[0])}>
              {row.map((cell, i) => (
                <td key={columns[i]}>{cell ?? texts.none}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > rowsShownMax && <p className="quiet">{texts.chart.lastRows(String(rowsShownMax))}</p>}
    </section>
  );
}

/** The drawing as it looks on the page, with its colours written into it: a picture has no styles of ours. */
async function pictureOf(drawing: SVGSVGElement): Promise<Blob> {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const originals = drawing.querySelectorAll('*');
  copy.querySelectorAll('*').forEach((element, i) => {
    const style = window.getComputedStyle(originals[i] as Element);
    for (const name of styled) element.setAttribute(name, style.getPropertyValue(name));
  });
  const { width, height } = drawing.viewBox.baseVal;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const url = URL.createObjectURL(
    new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' }),
  );
  const image = new Image();
  image.src = url;
  await image.decode();
  URL.revokeObjectURL(url);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width * pictureScale, height * pictureScale];
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.fillStyle = window.getComputedStyle(drawing.closest('figure') ?? document.body).backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png');
  });
}
