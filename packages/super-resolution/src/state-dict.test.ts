import { createRandom } from '@deflow/images';
import { disposeParameters, namedParameters, ParameterMismatchError } from '@deflow/nn';
import { memory } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  InvalidNetworkError,
  NetworkFileError,
  networkFromStateDict,
  networkToStateDict,
  rrdbNet,
  superResolutionFromBytes,
  superResolutionToBytes,
} from './index.ts';

const random = createRandom('names');
const options = { features: 6, growth: 3, blocks: 2, random };
const families = ['basicsr', 'esrgan', 'esrgan-2018'] as const;

test.each([1, 2, 4, 8] as const)('x%i survives all names, its configuration read off', async (scale) => {
  const network = rrdbNet({ ...options, scale });
  for (const names of families) {
    const tensors = await networkToStateDict(network, { names });
    const again = networkFromStateDict(tensors);
    expect(again.config).toEqual(network.config);
    for (const [name, variable] of namedParameters(network.parameters))
      expect(await namedParameters(again.parameters).get(name)!.data()).toEqual(await variable.data());
    disposeParameters(again.parameters);
  }
  const bytes = await superResolutionToBytes(network);
  const again = superResolutionFromBytes(bytes);
  expect(again.config).toEqual(network.config);
  for (const each of [network, again]) disposeParameters(each.parameters);
});

test('the names of the first release move by three with every enlargement', async () => {
  const network = rrdbNet({ ...options, scale: 8 });
  const keys = [...(await networkToStateDict(network, { names: 'esrgan-2018' })).keys()].filter(
    (key) => !/sub/.test(key),
  );
  const positions = keys.filter((key) => key.endsWith('.bias')).map((key) => key.replace('.bias', ''));
  expect(positions).toEqual([0, 3, 6, 9, 11, 13].map((position) => `model.${position}`));
  disposeParameters(network.parameters);
});

test('BSRGAN and one-channel networks are told from BasicSR’s by their channels', async () => {
  for (const config of [{ scale: 2, unshuffle: 1 }, { inputChannels: 1 }, { inputChannels: 1, scale: 2 }] as const) {
    const network = rrdbNet({ ...options, ...config });
    const again = networkFromStateDict(await networkToStateDict(network, { names: 'esrgan' }));
    expect(again.config).toEqual(network.config);
    for (const each of [network, again]) disposeParameters(each.parameters);
  }
});

test('names what is missing, unexpected or of another shape, and leaves nothing behind', async () => {
  const network = rrdbNet(options);
  const tensors = await networkToStateDict(network, { names: 'esrgan' });
  const before = memory().numTensors;
  const without = new Map([...tensors].filter(([name]) => name !== 'RRDB_trunk.1.RDB2.conv3.bias'));
  expect(() => networkFromStateDict(without)).toThrow(/Missing[\s\S]*RRDB_trunk\.1\.RDB2\.conv3\.bias/);
  const more = new Map([...tensors, ['conv_extra.bias', tensors.get('HRconv.bias')!] as const]);
  expect(() => networkFromStateDict(more)).toThrow(/Unexpected[\s\S]*conv_extra\.bias/);
  const other = new Map([...tensors, ['HRconv.bias', tensors.get('conv_last.bias')!] as const]);
  expect(() => networkFromStateDict(other)).toThrow(ParameterMismatchError);
  expect(() => networkFromStateDict(new Map([...tensors].filter(([name]) => !name.startsWith('conv_last'))))).toThrow(
    NetworkFileError,
  );
  expect(() => networkFromStateDict(new Map([['fc.weight', tensors.get('HRconv.bias')!]]))).toThrow(/no network/);
  expect(memory().numTensors).toBe(before);
  disposeParameters(network.parameters);
});

test('refuses sizes that cannot be', () => {
  for (const wrong of [{ scale: 3 }, { blocks: 0 }, { features: 1.5 }, { unshuffle: 3 }, { growth: -1 }])
    expect(() => rrdbNet({ ...options, ...(wrong as object) })).toThrow(InvalidNetworkError);
});
