// An implementation that is written as text, `check: volume` a line: a flat list of fields, no more of YAML than that.

import type { Obj } from './fields.ts';

export function parseScalarYaml(text: string): Obj {
  const fields: Record<string, unknown> = Object.create(null);
  for (const line of text.split('\n')) {
    const at = line.indexOf(':');
    const name = line.slice(0, Math.max(0, at)).trim();
    if (!/^[A-Za-z]\w*$/.test(name)) continue;
    const value = line.slice(at + 1).trim();
    fields[name] = /^\[.*\]$/.test(value) ? value.slice(1, -1).split(',').map(scalarOf) : scalarOf(value);
  }
  return fields;
}

function scalarOf(text: string): string | number {
  const plain = text.trim().replace(/^(["'])(.*)\1$/, '$2');
  return plain !== '' && plain === text.trim() && Number.isFinite(Number(plain)) ? Number(plain) : plain;
}
