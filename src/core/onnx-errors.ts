// What can go wrong with models that were registered as ONNX files: part of the table in `errors.ts`.

export const onnxErrors = {
  'onnx/not-a-model': {
    meaning: 'The bytes are not an ONNX model, or are damaged.',
    hint: 'Save the model again, with onnx.save or a converter, and send the whole file.',
  },
  'onnx/unsupported': {
    meaning:
      'The model needs an operator, a kind of value or a way of storing weights that cannot be run here.',
    hint: 'The message names it: convert with another opset or other options, or replace that part of the model.',
  },
  'onnx/check-failed': {
    meaning: 'The model was loaded and could not answer the inputs made up to try it.',
    hint: 'See the reason in the message; give inputs that fit as `example` in the signature file.',
  },
  'onnx/bad-signature': {
    meaning: 'The signature file does not fit the model: a name, a shape or a number of columns.',
    hint: '`almanac docs onnx` shows the format; the message lists what the model has.',
  },
  'onnx/no-runtime': {
    meaning: 'The model is more than trees, and the program that runs such models is not installed.',
    hint: 'Run `npm install onnxruntime-web@1.30.0` beside Almanac and try again.',
  },
  'onnx/not-exportable': {
    meaning: 'What was asked for cannot be written as an ONNX graph that gives the same numbers.',
    hint: '`almanac docs onnx` lists what can; use another export target for the rest.',
  },
  'inference/crashed': {
    meaning: 'The worker of a model ended while it answered; it was replaced.',
    hint: 'Out of memory is the usual cause: ask for fewer rows at once, or use a smaller model.',
  },
  'inference/refused': {
    meaning: 'The model could not compute an answer for these inputs.',
    hint: 'The message is that of the model: check shapes and values against its signature.',
  },
  'inference/bad-output': {
    meaning: 'The model answered with outputs that are missing, or not of the size they state.',
    hint: 'The model is at fault: convert it again, or take the output out of the request.',
  },
  'inference/load-refused': {
    meaning:
      'A version of a model did not pass the checks made before it takes traffic; the one before goes on serving.',
    hint: 'See the reason in the message; register the model again or promote another version.',
  },
} as const;
