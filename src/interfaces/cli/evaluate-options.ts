// Parsers of options that only `evaluate` has.

import { InvalidArgumentError } from 'commander';

import { textList } from './command.ts';

/** A parser that accepts one of the given words. */
export function oneOf(words: readonly string[]): (text: string) => string {
  return (text) => {
    if (!words.includes(text)) throw new InvalidArgumentError(`expected one of ${words.join(', ')}.`);
    return text;
  };
}

/** Splits `24,168` into ascending whole numbers from 1 up. */
export function seasonList(text: string): number[] {
  const seasons = textList(text).map(Number);
  if (seasons.some((season) => !Number.isInteger(season) || season < 1 || season > 100_000)) {
    throw new InvalidArgumentError('expected whole numbers of periods from 1 up, separated by commas.');
  }
  return [...new Set(seasons)].sort((a, b) => a - b);
}
