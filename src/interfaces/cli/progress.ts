// A progress bar on standard error, for people only: scripts, pipes and logs see nothing of it.

import { type Options, SingleBar } from 'cli-progress';
import { visibleText } from '../../core/index.ts';
import type { Terminal } from './terminal.ts';

export interface Progress {
  /** @param fraction share done, 0 to 1; null = unknown, the last one stays */
  update(fraction: number | null, message: string): void;
  /** Takes the bar away; may be called twice. */
  stop(): void;
}

const silent: Progress = { update() {}, stop() {} };

/** A running bar when standard error is a terminal, else one that does nothing. */
export function startProgress(terminal: Terminal, title: string): Progress {
  if (terminal.stderr.isTTY !== true) return silent;
  const options: Options = {
    // The bar needs a real terminal stream; the check above says that it is one.
    stream: terminal.stderr as unknown as NodeJS.WritableStream,
    format: `${title} {bar} {percentage}% {message}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 1,
    fps: 10,
    gracefulExit: false,
  };
  const bar = new SingleBar(options);
  bar.start(1000, 0, { message: '' });
  let last = 0;
  let running = true;
  return {
    update(fraction, message) {
      if (!running) return;
      last = fraction === null ? last : Math.round(Math.min(1, Math.max(0, fraction)) * 1000);
      bar.update(last, { message: visibleText(message) });
    },
    stop() {
      if (running) bar.stop();
      running = false;
    },
  };
}
