// Every detector of two samples of vectors by its name: what the conformance suite goes through.

import type { Detected } from '../samples/catalog.ts';
import { centroidDistance } from './centroid.ts';
import { domainClassifier } from './domain-classifier.ts';
import { mmd } from './mmd.ts';
import { reconstruction } from './reconstruction.ts';
import type { Vectors } from './vectors.ts';

export interface VectorDetector {
  readonly name: string;
  /** @throws AppError `drift/bad-option` for vectors of several widths, and for nothing else */
  readonly detect: (reference: Vectors, current: Vectors) => Detected;
}

const nothing: Detected = { status: 'insufficient_data', statistic: null, p: null };

export const vectorDetectors: readonly VectorDetector[] = [
  {
    name: 'domain-classifier',
    detect: (reference, current) => {
      const found = domainClassifier(reference, current);
      return found.status === 'ok' ? { status: 'ok', statistic: found.auc, p: found.p } : nothing;
    },
  },
  {
    name: 'mmd',
    detect: (reference, current) => {
      const found = mmd(reference, current);
      return found.status === 'ok' ? { status: 'ok', statistic: found.mmd2, p: found.p } : nothing;
    },
  },
  {
    name: 'centroid',
    detect: (reference, current) => {
      const distance = centroidDistance(reference, current);
      return distance === null ? nothing : { status: 'ok', statistic: distance, p: null };
    },
  },
  {
    name: 'reconstruction',
    detect: (reference, current) => {
      const found = reconstruction(reference, current);
      return found.status === 'ok'
        ? { status: 'ok', statistic: found.now - found.before, p: found.p }
        : nothing;
    },
  },
];
