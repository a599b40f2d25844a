// A source that is read by a real server which is killed again and again, while rows come, come late and change: shared by the
// journey and the bench.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Rng } from '../../src/core/index.ts';
import { type ServerProcess, startServer } from './server-process.ts';

export interface SourceView {
  readonly name: string;
  readonly state: string;
  readonly code: string | null;
  readonly reason: string | null;
  readonly failures: number;
  readonly rows: number;
  readonly corrections: number;
  readonly readAt: string | null;
}

export interface KilledReading {
  readonly folder: string;
  readonly source: string;
  readonly rng: Rng;
  /** The time between two looks of the reader at the source. */
  readonly everyMs: number;
  /** Longest time between two changes at the source; default 170. */
  readonly stepMsMax?: number;
  /** Changes something at the source; not called while it is down. */
  readonly step: () => Promise<void>;
}

/** One server over a folder, replaced after every kill. */
export class KilledServer {
  readonly #of: KilledReading;
  #server: ServerProcess | undefined;
  #asking = true;
  #stepping = true;
  #stepped: Promise<void> = Promise.resolve();
  readonly #loops: Promise<void>[] = [];
  asked = 0;
  steps = 0;

  constructor(of: KilledReading) {
    this.#of = of;
  }

  async start(): Promise<void> {
    this.#server = await startServer(this.#of.folder);
    this.#loops.push(this.#ask(), this.#step());
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  /** SIGKILL after some time at random, which is answered, and a new one. */
  async killAfter(msMax: number): Promise<number> {
    const ms = this.#of.rng.below(Math.ceil(msMax));
    await sleep(ms);
    await this.#server?.kill();
    this.#server = await startServer(this.#of.folder);
    return ms;
  }

  /** Resolves when none is under way any more. */
  async pauseSteps(): Promise<void> {
    this.#stepping = false;
    await this.#stepped;
  }

  goOn(): void {
    this.#stepping = true;
  }

  async view(): Promise<SourceView> {
    const response = await fetch(`${this.url}/v1/sources`);
    const { items } = (await response.json()) as { items: SourceView[] };
    const found = items.find(({ name }) => name === this.#of.source);
    if (found === undefined) throw new Error(`no source ${this.#of.source}`);
    return found;
  }

  async post(path: string): Promise<Response> {
    return await fetch(`${this.url}/v1/sources/${this.#of.source}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
  }

  async until(what: string, holds: (view: SourceView) => boolean, secondsMax = 300): Promise<SourceView> {
    for (let tries = 0; tries < secondsMax * 5; tries++) {
      const view = await this.view();
      if (holds(view)) return view;
      await sleep(200);
    }
    throw new Error(`${what} did not come about: ${JSON.stringify(await this.view())}`);
  }

  /** Resolves when a reading that began after this call has come to its end. */
  async readWhole(): Promise<void> {
    const now = Date.now();
    await this.until('a whole reading', ({ readAt }) => readAt !== null && Date.parse(readAt) > now);
  }

  async stop(): Promise<void> {
    this.#asking = false;
    await Promise.all(this.#loops);
    await this.#server?.stop();
    this.#server = undefined;
  }

  async kill(): Promise<void> {
    this.#asking = false;
    await this.#server?.kill();
  }

  async #ask(): Promise<void> {
    while (this.#asking) {
      // It may be dead just now.
      const answer = await this.post('run').catch(() => undefined);
      if (answer?.status === 202) this.asked += 1;
      await sleep(this.#of.everyMs);
    }
  }

  async #step(): Promise<void> {
    while (this.#asking) {
      if (this.#stepping) {
        this.#stepped = this.#of.step();
        await this.#stepped;
        this.steps += 1;
      }
      await sleep(20 + this.#of.rng.below((this.#of.stepMsMax ?? 170) - 20));
    }
  }
}

/** The configuration of a project `shop` of items and days, and of its sources. */
export async function writeShop(folder: string, conflicts: 'sum' | 'last', sources: object): Promise<void> {
  const shop = {
    frequency: 'day',
    conflicts,
    gaps: 'missing',
    horizonSteps: 7,
    seasons: [7],
    models: ['snaive'],
    columns: { series: 'item', time: 'day', target: 'units' },
    contract: { unitJumpFactor: 0 },
  };
  const config = { logLevel: 'error', projects: { shop }, sources };
  await writeFile(join(folder, 'almanac.config.json'), JSON.stringify(config, null, 2));
}
