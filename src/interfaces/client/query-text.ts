// Queries of URLs.

export type Query = Readonly<Record<string, string | number | undefined>>;

/** With the question mark; '' = nothing is asked. */
export function queryText(query: Query): string {
  const text = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`)
    .join('&');
  return text === '' ? '' : `?${text}`;
}
