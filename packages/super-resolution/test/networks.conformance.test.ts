import { createRandom } from '@deflow/images';
import { countParameters, disposeParameters, namedParameters, requireGradients } from '@deflow/nn';
import {
  mul,
  type Scalar,
  sum,
  type Tensor,
  tensor,
  tidy,
  transpose,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createNetwork, type NetworkConfig, rrdbNet } from '../src/index.ts';
import {
  assignFormula,
  expectEntries,
  expectStatistics,
  type FormulaImage,
  formulaImage,
  golden,
  haveGolden,
  projection,
  pyTorchOrder,
  type Statistics,
} from './golden-formulas.ts';

interface Case {
  readonly class: string;
  readonly config: Readonly<Record<string, number>>;
  readonly tag: string;
  readonly gain: number;
  readonly gain_overrides?: Readonly<Record<string, number>>;
  readonly input: FormulaImage;
  readonly n_parameters: number;
  readonly n_tensors: number;
  readonly output: Statistics & { readonly shape: readonly number[] };
  readonly objective: number;
  readonly grad_input: Statistics;
  readonly grad_parameters: readonly (Statistics & { readonly index: number })[];
  readonly grad_all_parameters_l2: number;
}

interface File {
  readonly cases: Readonly<Record<string, Case>>;
  readonly parameter_counts: Readonly<Record<string, number>>;
}

const file = haveGolden ? golden<File>('networks.json') : { cases: {}, parameter_counts: {} };

const rrdbOf = ({ class: name, config }: Case): NetworkConfig => {
  const sizes = { kind: 'rrdb', inputChannels: 3, outputChannels: 3 } as const;
  if (name === 'BSRGAN_RRDBNet') {
    return { ...sizes, scale: 2, unshuffle: 1, features: config.nf!, blocks: config.nb!, growth: config.gc! };
  }
  const scale = config.scale as 1 | 2 | 4;
  const { num_feat: features, num_block: blocks, num_grow_ch: growth } = config as Record<string, number>;
  return { ...sizes, scale, unshuffle: 4 / scale, features: features!, blocks: blocks!, growth: growth! };
};

const names = ['rrdbnet_x4_small', 'rrdbnet_x4_full', 'rrdbnet_x2_small', 'rrdbnet_x1_small', 'bsrgan_x2_small'];

beforeAll(() => requireGradients());

describe.skipIf(!haveGolden)('the networks of BasicSR and BSRGAN', () => {
  test.each(names)('%s: output within 1e-5, gradients within 1e-4', (name) => {
    const known = file.cases[name]!;
    const network = createNetwork(rrdbOf(known), createRandom(1));
    assignFormula(network, known.tag, { gain: known.gain, overrides: known.gain_overrides ?? {} });
    expect(countParameters(network.parameters).trainable).toBe(known.n_parameters);
    expect(namedParameters(network.parameters).size).toBe(known.n_tensors);
    const input = formulaImage(known.input);
    const x = variable(input);
    const parameters = [...namedParameters(network.parameters).values()];
    tidy(() => {
      let output: number[] = [];
      const { value, grads } = variableGrads(() => {
        const y = network.apply(x);
        output = pyTorchOrder(y, 'image');
        const [n, c, h, w] = known.output.shape as [number, number, number, number];
        const k = tensor(
          Float32Array.from({ length: y.size }, (_, i) => projection(i)),
          [n, c, h, w],
        );
        return sum(mul(y, transpose(k, [0, 2, 3, 1]))) as Scalar;
      }, [x, ...parameters]);
      expectStatistics(output, known.output, 1e-5);
      expectEntries(output, known.output.shape, known.output, 1e-5);
      expect(Math.abs(value.dataSync()[0]! - known.objective) / known.output.l2).toBeLessThan(1e-5);
      expectStatistics(pyTorchOrder(grads[x.name]!, 'image'), known.grad_input, 1e-4);
      for (const wanted of known.grad_parameters) {
        expectStatistics(pyTorchOrder(grads[parameters[wanted.index]!.name]!, 'kernel'), wanted, 1e-4);
      }
      const squares = (gradient: Tensor) =>
        gradient.dataSync<'float32'>().reduce((total, each) => total + each ** 2, 0);
      const all = Math.sqrt(parameters.reduce((total, each) => total + squares(grads[each.name]!), 0));
      expect(Math.abs(all / known.grad_all_parameters_l2 - 1)).toBeLessThan(1e-4);
    });
    input.dispose();
    x.dispose();
    disposeParameters(network.parameters);
  });

  test('parameter counts of the published sizes, from networks of one block', () => {
    const blockSize = 3 * 239_808;
    const counts = {
      'RRDBNet x4 nf64 nb23 gc32': { scale: 4, unshuffle: 1, blocks: 23 },
      'RRDBNet x2': { scale: 2, unshuffle: 2, blocks: 23 },
      'RRDBNet x1': { scale: 1, unshuffle: 4, blocks: 23 },
      'RRDBNet x4 nb6': { scale: 4, unshuffle: 1, blocks: 6 },
      'BSRGAN RRDBNet x2 nb23': { scale: 2, unshuffle: 1, blocks: 23 },
    } as const;
    for (const [name, { blocks, ...options }] of Object.entries(counts)) {
      const { parameters } = rrdbNet({ ...options, blocks: 1, random: createRandom(1) });
      const count = countParameters(parameters).trainable + (blocks - 1) * blockSize;
      expect(count, name).toBe(file.parameter_counts[name]);
      disposeParameters(parameters);
    }
  });
});
