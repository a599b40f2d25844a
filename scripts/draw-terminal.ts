// What a command printed, with its colours, as an SVG picture for the documentation:
// FORCE_COLOR=1 npm start -- --once --days 60 | node scripts/draw-terminal.ts docs/season.svg 'npm start'

import { readFileSync, writeFileSync } from 'node:fs';

const cell = { width: 7.8, height: 17 };
const margin = 16;
const bar = 30;
const colours: Readonly<Record<number, string>> = {
  31: '#f07178',
  32: '#8bc67f',
  33: '#e6c07b',
  36: '#6cb6d9',
};
const font = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace';

interface Run {
  readonly text: string;
  readonly column: number;
  readonly codes: readonly number[];
}

/** The lines of a terminal as runs of one style each. */
function runsOf(line: string): Run[] {
  const runs: Run[] = [];
  let codes: number[] = [];
  let column = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes of styles
  for (const part of line.split(/(\u001b\[\d+m)/)) {
    const code = part.startsWith('\u001b') ? Number(part.slice(2, -1)) : undefined;
    if (code === 0) codes = [];
    else if (code !== undefined) codes = [...codes, code];
    else if (part !== '') {
      runs.push({ text: part, column, codes });
      column += [...part].length;
    }
  }
  return runs;
}

function drawn({ text, column, codes }: Run): string {
  const width = [...text].length * cell.width;
  const colour = codes.map((code) => colours[code]).findLast((found) => found !== undefined);
  const attributes = [
    `x="${(margin + column * cell.width).toFixed(1)}"`,
    // Every font has other widths: what stands in one column does so in every viewer.
    `textLength="${width.toFixed(1)}" lengthAdjust="spacingAndGlyphs"`,
    colour === undefined ? '' : `fill="${colour}"`,
    codes.includes(1) ? 'font-weight="bold"' : '',
    codes.includes(2) ? 'fill-opacity="0.6"' : '',
  ];
  return `<tspan ${attributes.filter((one) => one !== '').join(' ')}>${escaped(text)}</tspan>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A window with a title and the lines in it. */
function pictureOf(lines: readonly string[], title: string): string {
  const rows = lines.map(runsOf);
  const columns = Math.max(...rows.flat().map(({ text, column }) => column + [...text].length));
  const width = Math.ceil(2 * margin + columns * cell.width);
  const height = bar + 2 * margin + lines.length * cell.height;
  const texts = rows.map((runs, i) => {
    const y = bar + margin + (i + 0.75) * cell.height;
    return runs.length === 0 ? '' : `<text y="${y.toFixed(1)}">${runs.map(drawn).join('')}</text>\n`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}: what it prints">
<rect width="${width}" height="${height}" rx="8" fill="#1b1f24"/>
<text x="${width / 2}" y="20" text-anchor="middle" font-family="system-ui, sans-serif" font-size="12" fill="#8b949e">${escaped(title)}</text>
<g font-family='${font}' font-size="13" fill="#d7dbe0" xml:space="preserve">
${texts.join('')}</g>
</svg>
`;
}

const [out, title = ''] = process.argv.slice(2);
if (out === undefined) throw new Error('say which file to write');
const lines = readFileSync(0, 'utf8').trim().split('\n');
writeFileSync(out, pictureOf(lines, title));
