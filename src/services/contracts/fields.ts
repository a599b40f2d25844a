// Fields of a document whose shape a schema has checked, or a stranger has made.

export type Obj = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Obj {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function recordsIn(of: Obj, field: string): Obj[] {
  return listOf(of[field]).filter(isObject);
}

export function textIn(of: Obj, field: string): string | undefined {
  const value = Object.hasOwn(of, field) ? of[field] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberIn(of: Obj, field: string): number | undefined {
  const value = Object.hasOwn(of, field) ? of[field] : undefined;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
