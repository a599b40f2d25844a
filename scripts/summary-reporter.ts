// A test reporter that says little when all is well: failures in full as they come, what was skipped and why, slow
// tests, and one closing line.

interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly name?: string;
    readonly file?: string;
    readonly nesting?: number;
    readonly skip?: boolean | string;
    readonly details?: {
      readonly error?: { readonly cause?: unknown; readonly message?: string };
      readonly type?: string;
      readonly duration_ms?: number;
    };
    readonly message?: string;
  };
}

/** Tests slower than this are named, so that slow ones do not creep in. */
const slowMs = 5_000;

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for await (const { type, data } of source) {
    const leaf = data.details?.type !== 'suite';
    if (type === 'test:stderr' || type === 'test:stdout') yield data.message ?? '';
    // A suite is skipped as one: its tests are never named.
    if (type === 'test:pass' && data.skip) {
      skipped += 1;
      yield `   skipped: ${data.name}: ${data.skip}\n`;
    } else if (type === 'test:pass' && leaf) {
      passed += 1;
      const ms = data.details?.duration_ms ?? 0;
      if (ms > slowMs) yield `   ${(ms / 1000).toFixed(1)} s  ${data.name}\n`;
    }
    if (type === 'test:fail') {
      if (leaf) failed += 1;
      const error = data.details?.error;
      const cause = error?.cause ?? error;
      const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
      yield `\nfailed: ${data.name} (${data.file ?? 'unknown file'})\n${text}\n`;
    }
  }
  yield `\n${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
