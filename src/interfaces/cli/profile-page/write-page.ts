// Writes the page of a profile where `--html` says.

import { resolve } from 'node:path';
import { isAppError } from '../../../core/index.ts';
import type { CommandContext, OptionSpec } from '../command.ts';
import { writeWhole } from '../write-whole.ts';
import { type PageData, profilePage, refusalPage } from './page.ts';

export const htmlOption: OptionSpec = {
  flags: '--html <file>',
  description: 'also write the profile as one HTML file with pictures, in place of what is there',
};

type About = Pick<PageData, 'title' | 'project'>;

/**
 * Makes a profile, and its page where one is asked for: one that says why, when it is refused as a whole.
 * @returns what was made, and a line that says where the page is; null without one
 * @throws AppError what `make` throws, and `cli/unwritable-file`
 */
export async function withPage<Made>(
  context: CommandContext,
  about: About,
  of: {
    readonly make: () => Promise<Made>;
    readonly page: (made: Made) => Omit<PageData, keyof About | 'madeAt'>;
  },
): Promise<{ made: Made; page: string | null }> {
  const { html } = context.options;
  const path = html === undefined ? null : resolve(context.terminal.cwd, String(html));
  const said = { ...about, madeAt: context.now() };
  let made: Made;
  try {
    made = await of.make();
  } catch (error) {
    if (path !== null && isAppError(error) && error.code.startsWith('data/'))
      await write(path, refusalPage({ ...said, code: error.code, message: error.message }));
    throw error;
  }
  if (path === null) return { made, page: null };
  await write(path, profilePage({ ...said, ...of.page(made) }));
  return { made, page: `its profile with pictures: ${path}` };
}

async function write(path: string, html: string): Promise<void> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(html);
  }
  await writeWhole(path, pieces());
}
