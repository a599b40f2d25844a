// Assertions for programmer errors: conditions that only a bug in this code can break. Kept on in production.

/** Throws when `condition` is false. For operating errors (bad input, full disk) throw an `AppError` instead. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}

/** Marks a branch that exhaustive handling of a union makes unreachable. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${String(value)}`);
}
