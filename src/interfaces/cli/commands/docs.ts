// `docs`: the documentation that comes with the program, as text: what hints name can be read wherever the program runs.

import { glob, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { nearestName } from '../../config/index.ts';
import type { CommandSpec, Report } from '../command.ts';
import { UsageError } from '../report-error.ts';

export const docs: CommandSpec = {
  name: 'docs',
  arguments: '[page]',
  group: 'Start',
  summary: 'read the documentation: a page by its name, or the list of pages',
  examples: ['docs', 'docs batch', 'docs reference/errors | less'],
  async run({ docsFolder, args }) {
    const pages = await pagesOf(docsFolder);
    const [wanted] = args;
    if (wanted === undefined) return await listOf(docsFolder, pages);
    const name = pageNamed(wanted, pages);
    const path = join(docsFolder, `${name}.md`);
    const text = await readFile(path, 'utf8');
    return { json: { name, path, text }, print: (printer) => printer.lines(text.trimEnd()) };
  },
};

/** Names such as `guides/batch`, in order. */
async function pagesOf(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const path of glob('**/*.md', { cwd: folder }))
    names.push(path.replaceAll('\\', '/').replace(/\.md$/, ''));
  return names.sort();
}

async function listOf(folder: string, names: readonly string[]): Promise<Report> {
  const pages = await Promise.all(
    names.map(async (name) => {
      const [heading = ''] = (await readFile(join(folder, `${name}.md`), 'utf8')).split('\n', 1);
      return { name, title: heading.replace(/^#+ */, '') };
    }),
  );
  return {
    json: { folder, pages },
    print: (printer) => {
      printer.table(
        [
          { title: 'page', value: ({ name }) => name },
          { title: 'about', value: ({ title }) => title },
        ],
        pages,
      );
      printer.line();
      printer.line(printer.colours.dim(`The files are in ${folder}`));
    },
  };
}

/** A page by its whole name or by its last word. @throws UsageError when there is none, or several */
function pageNamed(wanted: string, names: readonly string[]): string {
  const asked = wanted.replace(/^docs\//, '').replace(/\.md$/, '');
  const found = names.includes(asked) ? [asked] : names.filter((name) => basename(name) === asked);
  const [only, another] = found;
  if (another !== undefined) throw new UsageError(`"${wanted}" is ${found.join(' or ')}: name one of them`);
  if (only !== undefined) return only;
  const meant = nearestName(asked, [...names, ...names.map((name) => basename(name))]);
  throw new UsageError(
    `no page is called "${wanted}"${meant === undefined ? '' : `; did you mean ${meant}?`} \`almanac docs\` lists them`,
  );
}
