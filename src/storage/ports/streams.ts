// What is kept of streams: how far each has been taken in, and who reads it.

/** How far one partition of a stream has been taken in. */
export interface StreamPosition {
  readonly partition: number;
  /** The first message that has not been taken in; 0 = none has. */
  readonly next: number;
  /** Messages taken in, and those of them that were set aside as unreadable: since the beginning, replays counted again. */
  readonly messages: number;
  readonly deadLetters: number;
  readonly movedAt: number;
}

export interface StreamRecord {
  readonly name: string;
  /** Which stream at the broker the positions belong to; '' before the first connection. */
  readonly origin: string;
  /** Who reads it, until when; null = nobody. */
  readonly holder: string | null;
  readonly leaseUntil: number;
  /** Ascending by partition. */
  readonly positions: readonly StreamPosition[];
}

/** Messages of a stream that are taken in together. */
export interface StreamAdvance {
  readonly stream: string;
  readonly at: number;
  /** Each partition goes from `from` to `to`; a partition without a record is at 0. */
  readonly steps: readonly {
    readonly partition: number;
    readonly from: number;
    readonly to: number;
    readonly messages: number;
    readonly deadLetters: number;
  }[];
}

export interface StreamStore {
  readStream(name: string): Promise<StreamRecord | undefined>;
  /** Takes or renews the right to read; false while another holder's lease lasts. */
  leaseStream(lease: { name: string; holder: string; now: number; leaseUntil: number }): Promise<boolean>;
  /** Gives the right to read back; nothing when it is not that holder's. */
  releaseStream(name: string, holder: string): Promise<void>;
  /**
   * Moves positions, each only from where it stands: exactly one of two readers of the same messages gets through.
   * @throws AppError `streams/position-moved`, and then none has moved
   */
  advanceStream(advance: StreamAdvance): Promise<void>;
  /** Says where reading goes on, and of which stream at the broker; partitions not named go on from their first message. */
  resetStream(reset: {
    name: string;
    origin: string;
    at: number;
    positions: ReadonlyMap<number, number>;
  }): Promise<void>;
}
