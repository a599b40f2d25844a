// A model inside a script: text in the alphabet of base64, which any file can hold.

/** @throws an error of the platform when the text is not base64 */
export function bytesOfBase64(text: string): Uint8Array {
  const direct = (Uint8Array as { fromBase64?: (text: string) => Uint8Array }).fromBase64;
  // By hand where the platform is older.
  return direct?.(text) ?? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
