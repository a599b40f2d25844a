// Reading what a client sent as JSON, field by field, naming the one that is wrong. Unknown fields are let be.

import { AppError } from '../../../core/index.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsAt(value: unknown, at: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalid(`${at} must be an object`);
}

export function listAt(value: unknown, at: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(`${at} must be a list`);
  if (value.length > most) throw invalid(`${at} has ${value.length} items: at most ${most}`);
  return value;
}

/** Numbers are taken as text too. */
export function textAt(value: unknown, at: string): string {
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
  if (typeof text === 'string' && text.length <= 1000) return text;
  throw invalid(`${at} must be a text of up to 1000 characters`);
}

/** A whole number from 0, also given as text. */
export function countAt(value: unknown, at: string): number {
  const count = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) return count;
  throw invalid(`${at} must be a whole number from 0`);
}

/** The texts, numbers and booleans of an object; other values are let be. */
export function scalarsOf(value: unknown, at: string): Record<string, string | number | boolean> {
  const scalars = Object.entries(fieldsAt(value ?? {}, at))
    .map(([name, item]) => [name, typeof item === 'bigint' ? String(item) : item] as const)
    .filter(([, item]) => ['string', 'number', 'boolean'].includes(typeof item));
  return Object.fromEntries(scalars) as Record<string, string | number | boolean>;
}

export function invalid(message: string): AppError {
  return new AppError('inference/invalid-request', message);
}
