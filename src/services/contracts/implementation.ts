// Entries of Almanac whose implementation is written as text, as the standard allows: YAML, read as the contract itself is.

import { isAppError } from '../../core/index.ts';
import { isObject, type Obj, textIn } from './fields.ts';
import { parseYaml } from './yaml-text.ts';

/** Quality entries with their implementation as fields; one that cannot be read becomes the reason why it cannot. */
export function withImplementations(entries: readonly Obj[]): Promise<Obj[]> {
  return Promise.all(
    entries.map(async (entry) =>
      textIn(entry, 'engine') === 'almanac' && typeof entry.implementation === 'string'
        ? { ...entry, implementation: await fieldsOf(entry.implementation) }
        : entry,
    ),
  );
}

async function fieldsOf(text: string): Promise<Obj | string> {
  try {
    const value = await parseYaml(text, 'implementation');
    return isObject(value) ? value : 'its implementation has no fields';
  } catch (error) {
    if (!isAppError(error)) throw error;
    return `its implementation cannot be read: ${error.message}`;
  }
}
