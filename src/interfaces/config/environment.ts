// Secrets that settings name by their environment variable: read when they are needed, and kept nowhere.

/** What the variable holds now; undefined when it is not set, or empty. */
export function secretOf(variable: string): string | undefined {
  const text = process.env[variable];
  return text === '' ? undefined : text;
}
