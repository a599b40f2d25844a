// Whom a forecast is for: a store, a customer, a person. Requests are divided among versions by it.

/** What a unit may be called: a text of 1 to 256 characters that moves no terminal. */
export const unitRule: { readonly lengthMax: number; readonly pattern: string } = {
  lengthMax: 256,
  pattern: '^\\P{Cc}+$',
};

const pattern = new RegExp(unitRule.pattern, 'u');

export function isUnit(value: unknown): value is string {
  return typeof value === 'string' && value.length <= unitRule.lengthMax && pattern.test(value);
}
