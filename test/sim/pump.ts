// Time goes on while somebody waits for a process.

export interface Pump {
  /** What the work comes to; time runs until it is done. */
  pump<T>(work: Promise<T>): Promise<T>;
}
