// JSON as Python's libraries write it: NaN and infinity stand in it as bare words, which JSON does not have.

import { AppError, isAppError } from '../../core/index.ts';
import { parseJson } from './body.ts';

const backslash = 0x5c;
const quote = 0x22;
/** What a word becomes: NaN is a missing value, infinity a text that readers of numbers know. */
const words: readonly (readonly [word: string, json: string])[] = [
  ['NaN', 'null'],
  ['-Infinity', '"-Infinity"'],
  ['Infinity', '"Infinity"'],
];

/** Parsed at once, which holds everybody else up: about 20 ms. */
const bytesMax = 4 * 1024 * 1024;

/**
 * As `parseJson`, and reads those words; whole numbers past 2^53 are bigints of their digits.
 * @param instead how to send more than fits
 * @throws AppError `http/invalid-body`, `http/body-too-large`
 */
export function parsePythonJson(bytes: Buffer, instead: string): unknown {
  if (bytes.length > bytesMax)
    throw new AppError(
      'http/body-too-large',
      `the JSON is ${bytes.length} bytes, more than the ${bytesMax} of one request: ${instead}`,
    );
  try {
    return parseJson(bytes, { exact: true });
  } catch (error) {
    if (!isAppError(error, 'http/invalid-body') || !(bytes.includes('NaN') || bytes.includes('Infinity')))
      throw error;
    return parseJson(Buffer.from(withoutWords(bytes.toString())), { exact: true });
  }
}

/** One pass, whatever the text: strings are skipped as they are. */
function withoutWords(text: string): string {
  let out = '';
  let kept = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString && code === backslash) i++;
    else if (code === quote) inString = !inString;
    else if (!inString) {
      const found = words.find(([word]) => text.startsWith(word, i));
      if (found === undefined) continue;
      out += text.slice(kept, i) + found[1];
      kept = i + found[0].length;
      i = kept - 1;
    }
  }
  return out + text.slice(kept);
}
