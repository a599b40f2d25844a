// The dashboard as the server gives it: files in memory, read once by `app`.

/** A file, as it is and as browsers take it compressed. */
export interface SiteFile {
  readonly type: string;
  /** Quoted, as the header says it. */
  readonly etag: string;
  readonly bytes: Buffer;
  readonly gzip?: Buffer;
  readonly br?: Buffer;
}

/** `files` by their path, `/assets/…`: their names change with what is in them. */
export type Site =
  | { readonly kind: 'built'; readonly page: SiteFile; readonly files: ReadonlyMap<string, SiteFile> }
  | { readonly kind: 'missing'; readonly reason: string };
