// What commands need of an opened data folder. `main.ts` builds more; this is the part that the command line uses.

import type { Project } from '../core/index.ts';

export interface CliServices {
  readonly projects: readonly Project[];
  /** Starts HTTP; the address it is reached at. */
  listen(): Promise<{ url: string }>;
  /** Finishes what is under way and lets go of the data folder. */
  close(): Promise<void>;
}
