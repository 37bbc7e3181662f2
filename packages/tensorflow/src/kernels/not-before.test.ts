import { add, engine, exp, mul, type NamedAttrMap, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { expect, it, vi } from 'vitest';
import { compile } from '../compile/compile.ts';
import { nodeBackend } from '../compile/node-backend.ts';
import { describeNative } from '../compile/testing/native-only.ts';

const notBefore = (tensor: Tensor, signals: Tensor[]): Tensor =>
  engine().runKernel('NotBefore', { tensor }, { signals } as unknown as NamedAttrMap);

describeNative('NotBefore', () => {
  it('gives back the tensor where there is no graph', () => {
    const [x, y] = [tensor1d([1, 2]), tensor1d([3])];
    expect([...notBefore(x, [y]).dataSync()]).toEqual([1, 2]);
  });

  it('waits in a graph for the nodes of all signals, arguments, constants and results', () => {
    const { binding } = nodeBackend()!;
    const nodes = vi.spyOn(binding, 'graphNode');
    try {
      const compiled = compile((x: Tensor, y: Tensor) => {
        const signal = exp(x);
        return add(mul(notBefore(y, [signal, signal, x, tensor1d([5, 6])]), 2), 1);
      });
      expect([...(compiled(tensor1d([1, 2]), tensor1d([3, 4])) as Tensor).dataSync()]).toEqual([7, 9]);
      const identity = nodes.mock.calls.find(([, operation]) => operation === 'Identity');
      expect(identity?.[4]).toHaveLength(3);
      compiled.dispose();
    } finally {
      nodes.mockRestore();
    }
  });

  it('holds a constant once', () => {
    const { binding } = nodeBackend()!;
    const constants = vi.spyOn(binding, 'graphConstant');
    try {
      const compiled = compile((x: Tensor) => add(mul(x, tensor1d([2, 3])), add(tensor1d([2, 3]), tensor1d([3, 2]))));
      expect([...(compiled(tensor1d([1, 1])) as Tensor).dataSync()]).toEqual([7, 8]);
      expect(constants).toHaveBeenCalledTimes(2);
      compiled.dispose();
    } finally {
      constants.mockRestore();
    }
  });
});
