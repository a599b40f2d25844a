// Can the versions that are to serve be served? Looked at in the data folder, whether a server runs or not.

import type { CommandContext } from '../command.ts';
import type { CliServices, VersionRecord } from '../services.ts';
import type { Check } from './doctor-check.ts';

/** One line for all projects; undefined where nothing has been kept yet. */
export async function championsCheck(context: CommandContext): Promise<Check | undefined> {
  if (!(await context.keeping()).holdsData()) return undefined;
  const faults: string[] = [];
  let champions = 0;
  const { projects, registry } = await context.open();
  for (const { name } of projects.list()) {
    const version = await registry.champion(name);
    if (version === undefined) continue;
    champions++;
    const fault = await faultOf(registry, version);
    if (fault !== undefined) faults.push(`${name}: version ${version.number} ${fault}`);
  }
  if (faults.length === 0) return { check: 'champions', verdict: 'ok', found: `${champions} can be loaded` };
  return {
    check: 'champions',
    verdict: 'warn',
    found: faults.join('; '),
    hint: 'the last version before it that proved serves in its place: restore the file, promote another version, or train',
  };
}

async function faultOf(
  registry: Pick<CliServices['registry'], 'loadArtifact'>,
  version: VersionRecord,
): Promise<string | undefined> {
  if (version.refusal !== null) return `was refused: ${version.refusal.reason}`;
  try {
    await registry.loadArtifact(version);
    return undefined;
  } catch (error) {
    return `cannot be loaded: ${error instanceof Error ? error.message : String(error)}`;
  }
}
