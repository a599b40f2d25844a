// A change of settings over those that were written: what it names takes their place, null takes them away (RFC 7396).

import type { Json, JsonObject } from '../../storage/ports/index.ts';

/** The settings after a change; neither argument is touched. */
export function mergeSettings(settings: JsonObject, change: JsonObject): JsonObject {
  // Without a prototype, and by definition: a key may be called `__proto__`.
  const merged = new Map(Object.entries(settings));
  for (const [key, value] of Object.entries(change)) {
    const old = merged.get(key);
    if (value === null) merged.delete(key);
    else merged.set(key, isObject(value) ? mergeSettings(isObject(old) ? old : {}, value) : value);
  }
  return Object.fromEntries(merged);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
