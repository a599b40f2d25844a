// Deliveries of other systems to addresses of their own: each proves that it knows the secret, and lands once by its id, through the
// same door as all rows. Nothing is answered before it is durable.

import { createHash } from 'node:crypto';
import {
  AppError,
  type Clock,
  isAppError,
  type Project,
  projectMapped,
  type SourceSettings,
  type WebhookSettings,
} from '../../core/index.ts';
import type { SourceAdvance, SourceStore } from '../../storage/ports/index.ts';
import type { BodyFormat, DataService, IngestCounts, IngestResult } from '../data/index.ts';
import type { Projects } from '../projects/index.ts';
import { type Claim, checkSignature, claimOf, type Headers, secretsOf } from './webhook-proof.ts';
import { isMapped, rowsOf } from './webhook-rows.ts';

export interface WebhooksOptions {
  readonly sources: readonly SourceSettings[];
  readonly projects: Pick<Projects, 'find'>;
  readonly store: Pick<SourceStore, 'openSource' | 'noteSourceProblem'>;
  readonly data: Pick<DataService, 'ingestBody'>;
  readonly clock: Clock;
  /** What an environment variable holds. */
  readonly secretOf: (variable: string) => string | undefined;
}

/** A delivery whose headers have been looked at. */
export interface Admission {
  readonly settings: WebhookSettings;
  readonly project: Project;
  readonly claim: Claim;
  /** To be called once, when the answer is out. */
  readonly release: () => void;
}

/** The body of a delivery. */
export interface DeliveredBody {
  readonly format: BodyFormat | 'xlsx';
  readonly unpackedBytesMax?: number;
}

/** Deliveries of one webhook under way in one process: more wait at their sender. */
const underWayMax = 16;
/** Who does not know the secret shall not write into the database as often as he likes. */
const strangerNoteMs = 60_000;
/** A payload that is read field by field is read at once. */
export const mappedBytesMax: number = 512 * 1024;

export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #underWay: Map<string, number> = new Map();
  readonly #opened: Set<string> = new Set();
  readonly #strangerNoted: Map<string, number> = new Map();

  constructor(options: WebhooksOptions) {
    this.#options = options;
  }

  /**
   * Looks at the headers of a delivery before its body is read.
   * @throws AppError `sources/unknown-source`, `sources/unauthorized`, `sources/bad-delivery`, `sources/busy`, `sources/no-secret`,
   * `data/bad-mapping`
   */
  async admit(name: string, headers: Headers): Promise<Admission> {
    const { sources, projects, clock } = this.#options;
    const settings = sources.find((source) => source.name === name);
    if (settings?.kind !== 'webhook')
      throw new AppError('sources/unknown-source', `no webhook is called ${name}`);
    const claim = await this.#told(settings, () =>
      claimOf(settings, headers, { secrets: this.#secrets(settings), now: clock.now() }),
    );
    const found = projects.find(settings.project);
    if (found === undefined)
      throw new AppError(
        'serving/unknown-project',
        `source ${name}: there is no project ${settings.project}`,
      );
    const { mapping } = settings;
    const project = await this.#told(settings, () =>
      mapping === undefined ? found : projectMapped(found, mapping),
    );
    const count = this.#underWay.get(name) ?? 0;
    if (count >= underWayMax)
      throw new AppError(
        'sources/busy',
        `${count} deliveries to ${name} are under way: send this one again later`,
        {
          details: { retryAfterSeconds: 1 },
        },
      );
    this.#underWay.set(name, count + 1);
    const release = (): void => void this.#underWay.set(name, (this.#underWay.get(name) ?? 1) - 1);
    return { settings, project, claim, release };
  }

  /**
   * Takes a delivery in, once by its id: durable when this resolves.
   * @param sent its body, as it was signed
   * @param read what it is, and its payload where that is read field by field; called once it has proved itself
   * @throws AppError `sources/unauthorized`, `sources/bad-delivery`, `data/*`
   */
  async take(
    { settings, project, claim }: Admission,
    sent: Uint8Array,
    read: { format: () => Promise<DeliveredBody>; payload: () => unknown },
  ): Promise<IngestResult> {
    return await this.#told(settings, async () => {
      checkSignature(settings, claim, { bytes: sent, secrets: this.#secrets(settings) });
      await this.#open(settings);
      const { name } = settings;
      const body = await read.format();
      return await this.#options.data.ingestBody(project, bytesOf(settings, sent, { ...read, body }), {
        ...body,
        ...(isMapped(settings) ? { format: 'ndjson' as const } : {}),
        source: `webhook ${name}`,
        idempotencyKey: `webhook:${name}:${claim.id}`,
        sentHash: createHash('sha256').update(sent).digest('hex'),
        sourceAdvance: (rows) => this.#advance(name, claim.id, rows),
        refuse: (found) => refuseAll(name, found),
      });
    });
  }

  #advance(name: string, id: string, rows: number): SourceAdvance {
    const readAt = this.#options.clock.now();
    return {
      source: name,
      from: null,
      position: { watermark: id },
      rows: [],
      taken: rows,
      corrected: 0,
      readAt,
    };
  }

  /** @throws AppError `sources/other-source` when it was one of another kind or project */
  async #open({ name, project }: WebhookSettings): Promise<void> {
    if (this.#opened.has(name)) return;
    await this.#options.store.openSource({ name, project, identity: 'webhook' });
    this.#opened.add(name);
  }

  #secrets(settings: WebhookSettings): string[] {
    return secretsOf(settings, this.#options.secretOf(settings.passwordVariable));
  }

  /** What is wrong with deliveries is seen where sources are: of those that prove nothing, once in a while. */
  async #told<T>(settings: WebhookSettings, work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isAppError(error)) await this.#note(settings, error).catch(() => {});
      throw error;
    }
  }

  async #note(settings: WebhookSettings, { code, message, heals }: AppError): Promise<void> {
    const { store, clock } = this.#options;
    const { name } = settings;
    // The sender tries again by itself.
    if (heals) return;
    const now = clock.now();
    if (code === 'sources/unauthorized' || code === 'sources/no-secret') {
      if (now - (this.#strangerNoted.get(name) ?? Number.NEGATIVE_INFINITY) < strangerNoteMs) return;
      this.#strangerNoted.set(name, now);
    }
    await this.#open(settings);
    const text = message.includes(name) ? message : `source ${name}: ${message}`;
    await store.noteSourceProblem({ name, code, message: text, pause: false, now });
  }
}

/** The bytes that the rows are read from. */
function bytesOf(
  settings: WebhookSettings,
  sent: Uint8Array,
  { body, payload }: { body: DeliveredBody; payload: () => unknown },
): Uint8Array {
  const { name } = settings;
  if (isMapped(settings)) {
    if (body.format !== 'json')
      throw new AppError(
        'sources/bad-delivery',
        `a delivery to ${name} is refused: its fields are named in the settings, so it is JSON, and this is ${body.format}`,
      );
    if (sent.length > mappedBytesMax)
      throw new AppError(
        'sources/delivery-too-large',
        `a delivery to ${name} has at most ${mappedBytesMax} bytes, and this ${sent.length}: send it in parts`,
      );
    return Buffer.from(rowsOf(settings, payload()));
  }
  // An object is one row.
  if (body.format === 'json' && firstLetter(sent) === '{')
    return Buffer.concat([Buffer.from('['), sent, Buffer.from(']')]);
  return sent;
}

function firstLetter(bytes: Uint8Array): string {
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1000)).toString('latin1').trim()[0] ??
    ''
  );
}

/** Some bad rows go to quarantine; a delivery of nothing else is one that its sender should know of. */
function refuseAll(name: string, { accepted, quarantined, held = [], problems }: IngestCounts): void {
  if (accepted > 0 || quarantined === 0 || held.length > 0) return;
  const errors = problems.map(({ row, code, reason }) => ({
    field: `row ${row}`,
    message: `${reason} (${code})`,
  }));
  const [first] = errors;
  throw new AppError(
    'sources/bad-delivery',
    `a delivery to ${name} is refused: none of its ${quarantined} rows can be taken in, ${first?.field}: ${first?.message}`,
    { details: { errors } },
  );
}
