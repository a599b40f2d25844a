// Writing a graph operator by operator: each call adds a node and names its output.

import type { OnnxAttribute } from './model.ts';
import type { ConstantTensor, NodeDraft } from './write.ts';

type Attributes = Readonly<Record<string, OnnxAttribute>>;

export class GraphDraft {
  readonly nodes: NodeDraft[] = [];
  readonly constants: ConstantTensor[] = [];

  /** Adds an operator with one output and returns the output's name. */
  add(op: string, inputs: readonly string[], attributes: Attributes = {}, domain = ''): string {
    const output = `v${this.nodes.length}`;
    this.nodes.push({ op, domain, inputs, outputs: [output], attributes });
    return output;
  }

  /** Like `add`, for operators with several outputs of which the first is wanted. */
  addFirstOf(count: number, op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const output = `v${this.nodes.length}`;
    const outputs = [output, ...Array.from({ length: count - 1 }, (_, k) => `${output}_${k + 1}`)];
    this.nodes.push({ op, inputs, outputs, attributes });
    return output;
  }

  /** Gives a value the name of an output of the graph. */
  output(name: string, value: string): void {
    this.nodes.push({ op: 'Identity', inputs: [value], outputs: [name] });
  }

  constant(data: ConstantTensor['data'], dims: readonly number[]): string {
    const name = `c${this.constants.length}`;
    this.constants.push({ name, dims, data });
    return name;
  }

  double(value: number): string {
    return this.constant(Float64Array.of(value), []);
  }

  float(value: number): string {
    return this.constant(Float32Array.of(value), []);
  }

  integers(...values: number[]): string {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length]);
  }
}
