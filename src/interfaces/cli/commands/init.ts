// `init`: a working configuration from a sample of the user's own file, with every guess said aloud.

import { basename, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';

import { type Dialect, frequencies } from '../../../core/index.ts';
import { type CommandSpec, projectOption, textList } from '../command.ts';
import { configText } from '../config-text.ts';
import { dialectOption } from '../dialect-option.ts';
import { draftBeside } from '../draft-contract.ts';
import { oneOf } from '../evaluate-options.ts';
import { guessFile, projectName } from '../guessing/guess-file.ts';
import type { Guess } from '../guessing/guessed-setting.ts';
import { tryOut } from '../guessing/try-out.ts';
import { inputFiles } from '../input-files.ts';
import { count } from '../words.ts';
import { refuseTaken, writeNew } from '../write-whole.ts';
import { draftMapping, firstMapping, projectThere } from './init-mapping.ts';
import { initSeveral, saidColumns } from './init-targets.ts';

const defaultFile = 'almanac.config.ts';

export const init: CommandSpec = {
  name: 'init',
  group: 'Start',
  arguments: '<file>',
  summary: 'write a configuration that fits a sample of your data, and say what was guessed',
  details:
    'FILE is CSV, NDJSON, Parquet or a spreadsheet (.xlsx), gzip and zip too, one row per series and time,\n' +
    'or a folder or pattern of files of one kind. Nothing is sent anywhere.',
  options: [
    { flags: '-n, --name <name>', description: "name of the project (default: from the file's name)" },
    { flags: '-o, --out <file>', description: 'file to write', default: defaultFile },
    { flags: '-f, --force', description: 'overwrite the file if it is there' },
    { flags: '--time <column>', description: 'the column of times, where the guess would be another' },
    {
      flags: '--target <columns>',
      description: 'the column of the demand; several, separated by commas, make a project of each',
      parse: textList,
    },
    {
      flags: '--series <columns>',
      description: 'columns that name a series, separated by commas',
      parse: textList,
    },
    {
      flags: '--frequency <word>',
      description: `one of ${frequencies.join(', ')}`,
      parse: oneOf(frequencies),
    },
    dialectOption,
    {
      flags: '--contract <file>',
      description: 'also draft a data contract into FILE, and name it in the configuration',
    },
    {
      flags: '--mapping <file>',
      description:
        'where there is a project: write how FILE calls and writes its columns, for `ingest --mapping`',
    },
    {
      flags: '--columns <pairs>',
      description: 'with --mapping: columns of the project as FILE calls them, item=Artikel,units=Menge',
      parse: columnPairs,
    },
    projectOption,
  ],
  examples: [
    'init sales.csv',
    'init sales.csv.gz --name shop --force',
    'init sales.csv --target revenue --series store,item',
    'init sales.csv --target units,revenue,returns',
    'init exports/',
    'init absatz.csv --dialect "decimal=, thousands=."',
    'init sales.csv --contract sales.odcs.yaml',
    'init absatz.csv --mapping erp.mapping.json --columns item=Artikel',
  ],
  async run(context) {
    if (context.options.mapping !== undefined) {
      const there = await projectThere(context);
      if (there !== null) return await draftMapping(context, there);
    }
    const { paths } = await inputFiles(context.terminal.cwd, context.args);
    const file = resolve(context.terminal.cwd, context.args[0] as string);
    const { target: targets = [] } = context.options as { target?: readonly string[] };
    if (targets.length > 1) return await initSeveral(context, { file, paths, targets });
    const { sample, guessed } = await guessFile(paths, () => saidColumns(context.options, targets[0]), {
      dialect: context.options.dialect as Dialect | undefined,
      now: context.now(),
    });
    const { project, guesses, seriesCount, notes } = guessed;
    const name = String(context.options.name ?? projectName(file));
    const tried = tryOut(sample, name, project, context.now());
    const out = resolve(context.terminal.cwd, String(context.options.out));
    const force = context.options.force === true;
    const contract = await draftBeside({ name, project, sample, out, now: context.now() }, context.options);
    const mapping = firstMapping(context, { project, sample });
    const beside = [contract, mapping].filter((one) => one !== null);
    const config = { ...project, ...contract?.setting };
    const text = configText([{ name, project: config, guesses }], { file, out });
    // First what the other names; none is written where one of them may not be.
    if (!force && beside.length > 0) await refuseTaken([out, ...beside.map(({ path }) => path)]);
    for (const { path, text } of beside) await writeNew(path, text, force);
    await writeNew(out, text, force);
    return {
      json: {
        file: out,
        project: name,
        config,
        contract: contract?.path ?? null,
        mapping: mapping?.path ?? null,
        guesses,
        rows: sample.rows.length,
        wholeFile: sample.whole,
        seriesCount,
        setAside: tried.setAside,
        notes,
      },
      print(printer) {
        const part = sample.whole ? '' : 'the first ';
        printer.line(`Looked at ${part}${count(sample.rows.length)} rows of ${basename(file)} and guessed:`);
        printer.line();
        printer.table(
          [
            { title: 'setting', value: (guess: Guess) => guess.setting },
            { title: 'guess', value: (guess) => printer.colours.cyan(guess.value) },
            { title: 'because', value: (guess) => printer.colours.dim(guess.reason) },
          ],
          guesses,
        );
        printer.line();
        for (const line of [...notes, ...tried.lines]) printer.line(printer.colours.yellow(line));
        printer.line(
          `Written to ${printer.colours.bold(out)} as project ${printer.colours.bold(name)}. Check it, then:`,
        );
        if (contract !== null)
          printer.line(
            `Its data contract is drafted into ${printer.colours.bold(contract.path)}: bounds are wide, narrow them.`,
          );
        if (mapping !== null)
          printer.line(`How this file calls its columns is kept in ${printer.colours.bold(mapping.path)}.`);
        // A file of another name or place is found only when it is named.
        const found =
          out === resolve(context.terminal.cwd, defaultFile) ? '' : ` --config ${context.options.out}`;
        for (const next of [`ingest ${context.args[0]}`, 'train', 'up'])
          printer.line(`  almanac ${next}${found}`);
      },
    };
  },
};

/** Splits `item=Artikel,units=Menge`. */
function columnPairs(text: string): Record<string, string> {
  return Object.fromEntries(
    textList(text).map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1 || at === pair.length - 1)
        throw new InvalidArgumentError('expected pairs as item=Artikel,units=Menge.');
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}
