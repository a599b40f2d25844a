// Classifiers converted from scikit-learn or LightGBM end in ZipMap, which turns a table of probabilities into a list of
// dictionaries: nothing that speaks tensors can carry that. The table itself is what is wanted; its columns are the classes.

import { elementTypes } from './model.ts';
import { readOnnx } from './read.ts';
import { readFields, readText, type WireField } from './wire-reader.ts';
import { WireWriter } from './wire-writer.ts';
import { nodeMessage, valueInfoMessage } from './write.ts';

export interface WithoutZipMaps {
  readonly bytes: Uint8Array;
  /** Names of the classes by output, in the order of its columns. */
  readonly classes: Readonly<Record<string, readonly string[]>>;
}

/**
 * The same model with every ZipMap replaced by the table it was made from, under the same name; all else byte for byte.
 * @throws AppError `onnx/not-a-model`
 */
export function withoutZipMaps(bytes: Uint8Array): WithoutZipMaps {
  const classes: Record<string, readonly string[]> = {};
  for (const { op, outputs, attributes } of readOnnx(bytes).graph.nodes) {
    if (op !== 'ZipMap') continue;
    const labels =
      attributes.get('classlabels_strings')?.texts ??
      attributes.get('classlabels_int64s')?.integers?.map(String) ??
      [];
    classes[outputs[0] ?? ''] = labels;
  }
  if (Object.keys(classes).length === 0) return { bytes, classes };
  const model = new WireWriter();
  readFields(bytes, (field) => {
    if (field.number === 7) model.bytes(7, editedGraph(field.bytes, classes));
    else copyField(model, field);
  });
  return { bytes: model.finish(), classes };
}

function editedGraph(bytes: Uint8Array, classes: WithoutZipMaps['classes']): WireWriter {
  const graph = new WireWriter();
  let index = 0;
  readFields(bytes, (field) => {
    if (field.number === 1) {
      const { op, input, output } = endsOf(field.bytes);
      if (op === 'ZipMap')
        graph.bytes(1, nodeMessage({ op: 'Identity', inputs: [input], outputs: [output] }, index));
      else copyField(graph, field);
      index++;
    } else if (field.number === 12) {
      const name = nameOf(field.bytes);
      const labels = classes[name];
      const shape = ['', labels?.length || ''];
      if (labels === undefined) copyField(graph, field);
      else
        graph.bytes(12, valueInfoMessage({ name, kind: 'tensor', elementType: elementTypes.FLOAT, shape }));
    } else copyField(graph, field);
  });
  return graph;
}

function endsOf(node: Uint8Array): { op: string; input: string; output: string } {
  const ends = { op: '', input: '', output: '' };
  readFields(node, (field) => {
    if (field.number === 1) ends.input = readText(field);
    else if (field.number === 2) ends.output = readText(field);
    else if (field.number === 4) ends.op = readText(field);
  });
  return ends;
}

function nameOf(valueInfo: Uint8Array): string {
  let name = '';
  readFields(valueInfo, (field) => {
    if (field.number === 1) name = readText(field);
  });
  return name;
}

/** Models and graphs have numbers and messages only. */
function copyField(into: WireWriter, field: WireField): void {
  if (field.kind === 'bytes') into.bytes(field.number, field.bytes);
  else if (field.kind === 'varint') into.integer(field.number, field.integer);
}
