// What can be wrong with data contracts, and with data that break them: part of the table in `errors.ts`.

export const contractErrors = {
  'contract/unreadable': {
    meaning: 'The file of a data contract does not exist, or is no YAML or JSON within bounds.',
    hint: 'The message names the line; a contract has one document, each key once, and at most 1 MiB.',
  },
  'contract/invalid': {
    meaning: 'The file is not a data contract as its standard asks.',
    hint: 'The message names the fields at fault; the standard is ODCS v3.0 or v3.1 (or a Frictionless Table Schema).',
  },
  'contract/unsupported': {
    meaning: 'The data contract is of another version, or does not say which of its tables is meant.',
    hint: 'Write `apiVersion: v3.1.0`, and keep one table or call it as the project.',
  },
  'contract/none': {
    meaning: 'The project has no data contract.',
    hint: 'Write one with `almanac contract draft FILE` and name it in `contract.file`, or give one with --contract.',
  },
  'contract/broken': {
    meaning: 'A batch breaks a check of the data contract that refuses the whole batch.',
    hint: 'The details list the checks with their figures and first rows; correct the batch, or the contract.',
  },
} as const;
