// What runs only in a server: HTTP, following events, jobs, retraining by itself. In one process, or in a primary that works
// and several others that answer.

import { AppError } from '../core/index.ts';
import { type Config, isLoopback } from '../interfaces/config/index.ts';
import { EventFeed } from '../services/feed/index.ts';
import { systemTimers } from '../services/jobs/index.ts';
import type { ServingProcesses } from '../services/registry/index.ts';
import { dashboard, ofDemo } from './dashboard.ts';
import type { ServerParts } from './front.ts';
import type { Role } from './server-role.ts';

export interface Server {
  readonly listening: boolean;
  listen(): Promise<{ url: string }>;
  /** The processes that serve over this data folder, as far as they can be reached from here. */
  readonly processes: ServingProcesses;
  stop(): Promise<void>;
}

/** What of it is needed is loaded and built when it is to listen: a command that only reads the data folder needs none. */
export function serverOf(given: Omit<ServerParts, 'feed' | 'site'>): Server {
  let role: Role | undefined;
  return {
    get listening() {
      return role !== undefined;
    },
    listen: async () => {
      checkDoors(given.config);
      const { store, machineClock: clock, log } = given;
      const { roleOf } = await import('./server-role.ts');
      const built = await dashboard((line) => process.stderr.write(`almanac: ${line}\n`));
      const site = given.demo === undefined ? built : ofDemo(built);
      role = roleOf({ ...given, site, feed: new EventFeed({ store, clock, timers: systemTimers, log }) });
      return await role.listen();
    },
    processes: {
      prove: async (version) =>
        await (role ?? (await import('./server-role.ts')).unheard(given)).prove(version),
      follow: async (project) => await role?.follow(project),
    },
    stop: async () => await role?.stop(),
  };
}

/** @throws AppError `http/no-login` when whoever reaches this machine could use the server, and nobody said that this is meant */
function checkDoors(config: Config): void {
  if (config.insecure || isLoopback(config)) return;
  throw new AppError(
    'http/no-login',
    `the server would listen on ${config.host}, for every machine that reaches it, and nobody has to log in`,
  );
}
