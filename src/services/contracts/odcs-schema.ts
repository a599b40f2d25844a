// The Open Data Contract Standard's own JSON Schema, asked. `odcs-v3.1.0.schema.json` beside this file is that of the standard
// (Bitol, The Linux Foundation; Apache License 2.0), unchanged.

import { AppError } from '../../core/index.ts';

const problemsMax = 8;
const warningsMax = 50;

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

let compiled: Promise<(value: unknown) => readonly SchemaError[]> | undefined;

async function compile(): Promise<(value: unknown) => readonly SchemaError[]> {
  const [{ Ajv2019 }, { default: schema }] = await Promise.all([
    import('ajv/dist/2019.js'),
    import('./odcs-v3.1.0.schema.json', { with: { type: 'json' } }),
  ]);
  // The schema is a file of this package: it is not itself held to the schema of schemas, which takes most of the time.
  const options = { validateSchema: false, meta: false, code: { optimize: false } };
  const validate = new Ajv2019({
    strict: false,
    allErrors: true,
    validateFormats: false,
    ...options,
  }).compile(schema);
  return (value) => (validate(value) ? [] : ((validate.errors ?? []) as readonly SchemaError[]));
}

/**
 * Holds a contract of v3.0.x or v3.1.x to the standard.
 * @returns warnings: fields that the standard does not have
 * @throws AppError `contract/invalid` naming what is wrong
 */
export async function checkOdcs(document: unknown, name: string): Promise<string[]> {
  compiled ??= compile();
  const errors = (await compiled)(document);
  const unknown = errors.filter(isUnknownField);
  // What holds an unknown field fails for that alone.
  const wrong = errors.filter(
    (error) =>
      !isUnknownField(error) &&
      !['if', 'oneOf', 'anyOf', 'allOf'].includes(error.keyword) &&
      error.params.allowedValues !== null,
  );
  if (wrong.length > 0) {
    const problems = [...new Set(wrong.map((error) => `${pathOf(error)} ${error.message ?? 'is wrong'}`))];
    throw new AppError('contract/invalid', `${name}: ${problems.slice(0, problemsMax).join('; ')}`, {
      details: { problems: problems.slice(0, problemsMax) },
    });
  }
  const warnings = unknown.map(
    (error) =>
      `${pathOf(error)} has the field ${JSON.stringify(fieldOf(error))}, which the standard does not: it is kept and not used`,
  );
  return [...new Set(warnings)].slice(0, warningsMax);
}

function isUnknownField({ keyword }: SchemaError): boolean {
  return keyword === 'additionalProperties' || keyword === 'unevaluatedProperties';
}

function fieldOf({ params }: SchemaError): unknown {
  return params.additionalProperty ?? params.unevaluatedProperty;
}

function pathOf({ instancePath }: SchemaError): string {
  return instancePath === '' ? 'the contract' : instancePath.slice(1).replaceAll('/', '.');
}
