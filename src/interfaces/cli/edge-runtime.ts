// What exported models run on. The package brings it along; a checkout makes it from the source as it stands.

import { readFile } from 'node:fs/promises';

/** The text of a runtime by its file name: see scripts/bundle-runtimes.ts. */
export async function edgeRuntime(name: string): Promise<string> {
  if (!import.meta.url.endsWith('.ts'))
    return await readFile(new URL(`../../../runtime/${name}`, import.meta.url), 'utf8');
  // Not a plain import, which would take the bundler into the package.
  const script = new URL('../../../scripts/bundle-runtimes.ts', import.meta.url).href;
  const { runtimeText } = (await import(script)) as { runtimeText(name: string): Promise<string> };
  return await runtimeText(name);
}
