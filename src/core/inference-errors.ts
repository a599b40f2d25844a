// What can go wrong when a model is asked through an inference protocol: part of the table in `errors.ts`.

export const inferenceErrors = {
  'inference/unknown-model': {
    meaning: 'No model of that name is known to the inference protocols.',
    hint: 'POST /v2/repository/index lists the models: every project is one.',
  },
  'inference/unknown-version': {
    meaning: 'The model has no such version that is ready.',
    hint: 'Leave the version out, or use one that POST /v2/repository/index shows as READY.',
  },
  'inference/not-ready': {
    meaning: 'The model is known and cannot answer now: it is unloaded, or has nothing to answer from.',
    hint: 'See the reason in the message; POST /v2/repository/models/{model}/load loads it.',
  },
  'inference/invalid-request': {
    meaning: 'An inference request is not written as its protocol says.',
    hint: 'The message names the field; `almanac docs inference-protocols` has a request of each kind.',
  },
  'inference/invalid-tensor': {
    meaning: 'An input is missing, unknown, or of the wrong datatype, shape or values.',
    hint: 'GET /v2/models/{model} says what the model takes.',
  },
  'inference/unknown-output': {
    meaning: 'An output was asked for that the model does not have.',
    hint: 'GET /v2/models/{model} lists the outputs; name none to get all.',
  },
  'inference/not-finite': {
    meaning: 'An output holds NaN or infinity, which JSON cannot say.',
    hint: 'Ask for the output as binary data.',
  },
  'inference/answer-too-large': {
    meaning: 'The outputs together are larger than one answer may be.',
    hint: 'Ask for fewer outputs, or for fewer rows at once.',
  },
  'inference/timeout': {
    meaning: 'The model did not answer within the time that the request or the setting allows.',
    hint: 'Ask for less at once, or raise `inference.timeoutMs`.',
  },
  'inference/overloaded': {
    meaning: 'As many requests to models are under way as there may be.',
    hint: 'Ask again after the time in Retry-After.',
  },
  'inference/several-processes': {
    meaning: 'Models are loaded and unloaded in one process, and several answer here.',
    hint: 'Set `processes` to 1 to load and unload by hand; champions are followed by all processes.',
  },
  'inference/failed': {
    meaning: 'A model stopped or gave an answer that contradicts what it says of itself.',
    hint: 'Look for the requestId in the server log; other models and requests are not affected.',
  },
} as const;
