// What the bundler gives beside TypeScript.

interface ImportMeta {
  /** Loads files by their path, each when it is called. */
  glob(pattern: string): Record<string, () => Promise<unknown>>;
}
