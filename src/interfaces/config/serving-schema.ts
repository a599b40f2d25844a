// Settings of a running server: what it bounds, what it promises and what it costs.

import { type Static, type TNumberOptions, type TUnsafe, Type } from 'typebox';

export interface LimitsConfig {
  bodyMegabytes?: number;
  decompressedMegabytes?: number;
  memoryMegabytes?: number;
  forecastSeriesMax?: number;
  bodiesMegabytes?: number;
  bodyRowsMax?: number;
  connectionsMax?: number;
  connectionsPerAddressMax?: number;
  requestsPerClientMax?: number;
  headersSeconds?: number;
  requestSeconds?: number;
  answerSeconds?: number;
  stallSeconds?: number;
  drainSeconds?: number;
  forecastCacheMegabytes?: number;
  forecastQueueSeconds?: number;
  freeMegabytesMin?: number;
}

/** What serving promises. */
export interface SloConfig {
  availability?: number;
  latencyMs?: number;
  windowDays?: number;
}

/** Prices and power. */
export interface CostsConfig {
  currency?: string;
  perCoreHour?: number;
  perMemoryGigabyteHour?: number;
  wattsPerCore?: number;
}

/** The protocols that speak of models and tensors: Open Inference, MLflow scoring. */
export interface InferenceConfig {
  timeoutMs?: number;
  defaultModel?: string;
}

const closed = { additionalProperties: false };

/** Numbers that have a default: users may leave them out. */
const whole = (options: TNumberOptions & { default: number }) => Type.Optional(Type.Integer(options));
const real = (options: TNumberOptions & { default: number }) => Type.Optional(Type.Number(options));

const limitsObject = Type.Object(
  {
    bodyMegabytes: whole({
      default: 32,
      minimum: 1,
      maximum: 1024,
      description: 'Largest HTTP request body, after decompression.',
    }),
    decompressedMegabytes: whole({
      default: 16_384,
      minimum: 1,
      description: 'Largest size a compressed file may unpack to.',
    }),
    memoryMegabytes: whole({
      default: 2048,
      minimum: 128,
      description: 'Memory the file reader (DuckDB) may use.',
    }),
    forecastSeriesMax: whole({
      default: 100_000,
      minimum: 1,
      description: 'Most series in one forecast request.',
    }),
    bodiesMegabytes: whole({
      default: 256,
      minimum: 1,
      description: 'Memory for the bodies of all requests under way; one more is refused with 503.',
    }),
    bodyRowsMax: whole({ default: 500_000, minimum: 1, description: 'Most rows in one HTTP request body.' }),
    connectionsMax: whole({
      default: 10_000,
      minimum: 1,
      description:
        'Open connections. Past it, the one idle for longest is closed for a new one; when all are busy, the new one is refused.',
    }),
    connectionsPerAddressMax: whole({
      default: 1000,
      minimum: 1,
      description: 'Open connections of one address. Raise it behind a proxy that keeps more.',
    }),
    requestsPerClientMax: whole({
      default: 512,
      minimum: 1,
      description:
        'Requests of one client under way: of one key (`Authorization`, `X-Api-Key`), else of one address. More are refused with 429.',
    }),
    headersSeconds: whole({
      default: 10,
      minimum: 1,
      maximum: 3600,
      description: 'Time for a request line and its headers to arrive.',
    }),
    requestSeconds: whole({
      default: 60,
      minimum: 1,
      maximum: 3600,
      description: 'Time for a whole request to arrive. Raise it for large bodies over slow lines.',
    }),
    answerSeconds: whole({
      default: 120,
      minimum: 1,
      maximum: 3600,
      description: 'Time from the headers of a request to the end of its answer.',
    }),
    stallSeconds: whole({
      default: 30,
      minimum: 20,
      maximum: 3600,
      description: 'A client that takes nothing of its answer for this long is disconnected.',
    }),
    drainSeconds: real({
      default: 1,
      minimum: 0,
      maximum: 600,
      description:
        'How long a server that stops keeps open connections, after its port is closed, for requests that are on their way.',
    }),
    forecastCacheMegabytes: whole({
      default: 64,
      minimum: 0,
      description: 'About the memory for forecasts that may be asked again unchanged; 0 = none are kept.',
    }),
    forecastQueueSeconds: real({
      default: 5,
      minimum: 0.1,
      description: 'Forecast requests that would wait longer than this are refused with 503.',
    }),
    freeMegabytesMin: whole({
      default: 500,
      minimum: 0,
      description:
        'With less than this free on the disk of the data folder, rows are refused with 503 until there is more room; 0 = off.',
    }),
  },
  { ...closed, description: 'Bounds that keep one bad file or client from taking the server down.' },
);

const sloObject = Type.Object(
  {
    availability: real({
      default: 0.999,
      minimum: 0.5,
      maximum: 0.99999,
      description: 'Share of forecast requests that must not fail.',
    }),
    latencyMs: real({
      default: 500,
      exclusiveMinimum: 0,
      description: '99 % of forecast requests must be answered within this.',
    }),
    windowDays: whole({
      default: 28,
      minimum: 1,
      maximum: 90,
      description: 'Days over which the objective is kept, and its error budget spent.',
    }),
  },
  { ...closed, description: 'What serving promises (`almanac docs watch-serving`).' },
);

const costsObject = Type.Object(
  {
    currency: Type.Optional(
      Type.String({
        default: 'EUR',
        minLength: 1,
        maxLength: 10,
        description: 'What the prices below are in; a name only.',
      }),
    ),
    perCoreHour: real({ default: 0.04, minimum: 0, description: 'Price of a busy core for an hour.' }),
    perMemoryGigabyteHour: real({
      default: 0.005,
      minimum: 0,
      description: 'Price of a gigabyte of memory for an hour.',
    }),
    wattsPerCore: real({
      default: 10,
      minimum: 0,
      description: 'Power of a busy core, where the machine does not meter its energy.',
    }),
  },
  { ...closed, description: 'Prices that cost and energy per 1,000 forecasts are computed from.' },
);

const inferenceObject = Type.Object(
  {
    timeoutMs: whole({
      default: 30_000,
      minimum: 1,
      maximum: 600_000,
      description: 'Longest time that a model may take for one request; a request may ask for a shorter one.',
    }),
    defaultModel: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Model that answers /invocations and /ping where a request names none.',
        defaultNote: 'the first project',
      }),
    ),
  },
  {
    ...closed,
    description: 'The protocols that speak of models and tensors: Open Inference, MLflow scoring.',
  },
);

/** True when two types are the same, else an error. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

// These lines fail to compile when an interface above leaves its schema.
const limitsAgree: Same<Static<typeof limitsObject>, LimitsConfig> = true;
const sloAgrees: Same<Static<typeof sloObject>, SloConfig> = true;
const costsAgree: Same<Static<typeof costsObject>, CostsConfig> = true;
const inferenceAgrees: Same<Static<typeof inferenceObject>, InferenceConfig> = true;
void [limitsAgree, sloAgrees, costsAgree, inferenceAgrees];

export const limits: TUnsafe<LimitsConfig> = limitsObject as unknown as TUnsafe<LimitsConfig>;
export const slo: TUnsafe<SloConfig> = sloObject as unknown as TUnsafe<SloConfig>;
export const costs: TUnsafe<CostsConfig> = costsObject as unknown as TUnsafe<CostsConfig>;
export const inference: TUnsafe<InferenceConfig> = inferenceObject as unknown as TUnsafe<InferenceConfig>;
