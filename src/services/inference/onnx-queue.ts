// Requests that wait for a thread, first come first served. Whoever is taken takes others along that the same run can
// answer, of those that wait already: nobody waits for company.

/** The bounds of a run that answers several requests. */
export interface JointBounds {
  /** Rows; 1 = every request goes alone. */
  readonly rowsMax: number;
  /** Values of all inputs: joining copies them where all requests are received. */
  readonly valuesMax: number;
  /** Milliseconds, by estimate: so much longer may others have to wait for the thread. */
  readonly msMax: number;
  /** A request with less time left goes alone: were the run to fail, there would be no time to ask again. */
  readonly hurriedMs: number;
}

export const jointBounds: JointBounds = { rowsMax: 1024, valuesMax: 262_144, msMax: 20, hurriedMs: 1000 };

export interface Waiting {
  /** Requests with the same key can be answered together; undefined = goes alone. */
  readonly key: string | undefined;
  readonly rows: number;
  /** Of all inputs. */
  readonly values: number;
  /** When its time is over, on the clock of the caller. */
  readonly endsAt: number;
}

/** Of the time that the most hurried of all requests has left, a run for several may take this share. */
const hurriedShare = 0.25;
/** Weight of the latest run in the mean time per row. */
const latestWeight = 0.125;
/** Keys whose time per row is remembered; past it the one measured first is forgotten. */
const keysMax = 1000;

export class OnnxQueue<Task extends Waiting> {
  readonly #bounds: JointBounds;
  readonly #msPerRow = new Map<string, number>();
  #waiting: Task[] = [];

  constructor(bounds: JointBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#waiting.length;
  }

  add(task: Task): void {
    this.#waiting.push(task);
  }

  /** Puts tasks at the head, in their order. */
  putFirst(tasks: readonly Task[]): void {
    this.#waiting.unshift(...tasks);
  }

  /** False when it does not wait. */
  remove(task: Task): boolean {
    const at = this.#waiting.indexOf(task);
    if (at >= 0) this.#waiting.splice(at, 1);
    return at >= 0;
  }

  removeAll(): Task[] {
    return this.#waiting.splice(0);
  }

  /** The task that waited longest, with those that the same run may answer; empty when none waits. */
  take(now: number): Task[] {
    const first = this.#waiting.shift();
    if (first === undefined) return [];
    const rowsMax = this.#rowsMax(first, now);
    if (rowsMax <= first.rows) return [first];
    const taken = [first];
    const left: Task[] = [];
    let { rows, values } = first;
    for (const task of this.#waiting) {
      const fits = rows + task.rows <= rowsMax && values + task.values <= this.#bounds.valuesMax;
      if (fits && task.key === first.key && !this.#isHurried(task, now)) {
        taken.push(task);
        rows += task.rows;
        values += task.values;
      } else left.push(task);
    }
    this.#waiting = left;
    return taken;
  }

  /** Remembers how long a run took. */
  measured({ key }: Waiting, rows: number, ms: number): void {
    if (key === undefined) return;
    const before = this.#msPerRow.get(key) ?? ms / rows;
    this.#msPerRow.set(key, before + latestWeight * (ms / rows - before));
    if (this.#msPerRow.size > keysMax) this.#msPerRow.delete(this.#msPerRow.keys().next().value as string);
  }

  /** Rows that a run with this task may have; 0 when it goes alone, as before the first run is measured. */
  #rowsMax(first: Task, now: number): number {
    const msPerRow = first.key === undefined ? undefined : this.#msPerRow.get(first.key);
    if (msPerRow === undefined || this.#isHurried(first, now)) return 0;
    const leastLeftMs = this.#waiting.reduce((least, { endsAt }) => Math.min(least, endsAt - now), Infinity);
    const msMax = Math.min(this.#bounds.msMax, hurriedShare * leastLeftMs);
    return Math.min(this.#bounds.rowsMax, msMax / msPerRow);
  }

  #isHurried({ endsAt }: Waiting, now: number): boolean {
    return endsAt - now < this.#bounds.hurriedMs;
  }
}
