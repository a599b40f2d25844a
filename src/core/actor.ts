// Who did something, named by the door it came through and never by what was sent through it.

/** `http 127.0.0.1`, `cli ann@shop 4711` (user, machine, process), `train job_01…`. */
export type Actor = `${'http' | 'cli' | 'train'} ${string}`;

/** Was it a training, rather than somebody? `gate` is what stood there before doors were named. */
export function isTraining(by: string): boolean {
  return by === 'gate' || by.startsWith('train ');
}

/** Who it was, whatever the process: the same person at the same machine is one. */
export function authorOf(by: string): string {
  return by.replace(/^(cli .+) \d+$/, '$1');
}
