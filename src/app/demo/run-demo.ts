// The demo as the command line calls it: a folder of its own, the season, then the server to look around in.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { autumnSeason } from './script.ts';
import { runSeason } from './season.ts';
import type { SeasonNews, SeasonPlatform, SeasonSummary } from './season-types.ts';

export interface DemoOptions {
  readonly seed: number;
  /** Days of the season to live; all by default. */
  readonly days?: number;
  /** 0 = any free port. */
  readonly port: number;
  /** A day takes at least so long, and can be stopped at the dashboard; 0 = as fast as it goes. */
  readonly dayMs: number;
  readonly platform: SeasonPlatform;
  readonly onNews: (news: SeasonNews) => void;
  /** Aborting ends the demo, in the season as after it. */
  readonly signal: AbortSignal;
  /** Called with the season over and the server still up; the demo ends when it resolves. */
  readonly afterwards: (summary: SeasonSummary, url: string) => Promise<void>;
}

/** Runs the demo in a temporary folder, which is removed. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-demo-'));
  try {
    const script = { ...autumnSeason, seasonDays: options.days ?? autumnSeason.seasonDays };
    const { summary, server } = await runSeason({ ...options, script, folder });
    try {
      await options.afterwards(summary, server.url);
    } finally {
      await server.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
