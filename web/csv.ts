// A table as CSV that spreadsheets open: what they would run as a formula is text.

export type Cell = string | number | null;

export function csvText(columns: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const lines = [columns, ...rows].map((row) => row.map(cellText).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) && Number.isNaN(Number(cell)) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Hands a file to the reader. */
export function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replace(/[^\w.-]+/g, '-');
  link.click();
  // The browser has taken it by then.
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** With a mark that says UTF-8 to spreadsheets. */
export function saveCsv(name: string, columns: readonly string[], rows: Iterable<readonly Cell[]>): void {
  save(`${name}.csv`, new Blob(['\ufeff', csvText(columns, rows)], { type: 'text/csv;charset=utf-8' }));
}
