// The oldest Node this runs on, and the one sentence that an older one says. Imports nothing, so that an old Node can read it.

export const nodeMajorMin = 24;

/** What to say on a Node of this version, such as `v20.20.2`; null where it is new enough. */
export function nodeComplaint(version: string): string | null {
  const major = Number(/\d+/.exec(version)?.[0]);
  if (major >= nodeMajorMin) return null;
  return `almanac: needs Node ${nodeMajorMin} or newer, this is ${version}. Install a current one from https://nodejs.org`;
}
