// What the history in a data folder holds, as a training would read it.

import { openAlmanac } from '../../src/app/main.ts';
import { periodLabel } from '../../src/core/index.ts';
import { loadConfig } from '../../src/interfaces/config/index.ts';

/** Known values by series and period, as `item 2026-01-05`. No server may run there. */
export async function historyOf(folder: string): Promise<Map<string, number>> {
  const { config, projects } = await loadConfig({ env: {}, flags: {}, cwd: folder });
  const almanac = await openAlmanac(config, { version: 'test' });
  try {
    const [project] = projects;
    if (project === undefined) throw new Error('no project');
    await almanac.data.seal(project.name);
    const snapshot = await almanac.data.createSnapshot(project.name);
    const panel = await almanac.data.readPanel(project, snapshot.id);
    const cells = new Map<string, number>();
    for (const { id, start, values } of panel.series)
      for (const [i, value] of values.entries())
        if (!Number.isNaN(value)) cells.set(`${id} ${periodLabel(project.grid, start + i)}`, value);
    return cells;
  } finally {
    await almanac.close();
  }
}
