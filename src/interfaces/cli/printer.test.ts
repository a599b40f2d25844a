import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../../core/index.ts';
import { Printer } from './printer.ts';
import { reportError } from './report-error.ts';

/** Text in which what a terminal obeys is frequent, and so are the characters that styles are marked with. */
const hostile = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0xa0 }).map((code) => String.fromCharCode(code)),
    fc.constantFrom('\u202e', '\u2066', '\u2028', '\ufdd0', '\ufdef', 'é'),
  ),
});
const obeyed = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the codes of the styles there are
const ownStyles = /\u001b\[(?:0|1|2|31|32|33|36)m/g;

function printed(colour: boolean, print: (printer: Printer) => void): string {
  let out = '';
  print(
    new Printer((text) => {
      out += text;
    }, colour),
  );
  return out;
}

function show(printer: Printer, text: string): void {
  const { bold, dim, red } = printer.colours;
  printer.line(bold(`series ${red(text)}`));
  printer.table([{ title: text, value: (row: string) => dim(row) }], [text]);
  printer.pairs([['name', text]]);
}

describe('Printer', () => {
  it('lets nothing of a text from data reach the terminal but as text', () => {
    fc.assert(
      fc.property(hostile, fc.boolean(), (text, colour) => {
        const out = printed(colour, (printer) => show(printer, text));
        const own = colour ? out.replace(ownStyles, '') : out;
        assert.doesNotMatch(own.replaceAll('\n', ''), obeyed);
      }),
    );
  });

  it('keeps a text on its line: it cannot pass for a line of ours', () => {
    const out = printed(false, (printer) => show(printer, 'A\nerror: pay here'));
    assert.deepEqual(
      out.split('\n').filter((line) => line.startsWith('error:')),
      [],
    );
  });

  it('goes back to the style around when a style inside ends', () => {
    assert.equal(
      printed(true, (printer) => printer.line(printer.colours.bold(`a${printer.colours.red('b')}c`))),
      '\u001b[1ma\u001b[31mb\u001b[0m\u001b[1mc\u001b[0m\n',
    );
  });
});

describe('reportError', () => {
  it('writes out what a message would have the terminal do', () => {
    let err = '';
    const sink = { write: (text: string) => (err += text) };
    const terminal = { stdout: sink, stderr: sink, env: {}, cwd: '/', onInterrupt: () => () => {} };
    reportError(new AppError('cli/system', 'no file \u001b]0;owned\u0007\nhint: obey'), terminal, {
      debug: false,
    });
    assert.match(err, /^error: no file \\x1b\]0;owned\\x07\n {2}hint: obey\n/);
  });
});
