import { CheckpointFormatError, encodeSafetensors } from '@deflow/checkpoints';
import { randomizeParameters } from '@deflow/flows/conformance';
import { createRandom } from '@deflow/images';
import { namedParameters, ParameterMismatchError } from '@deflow/nn';
import { expect, test } from 'vitest';
import { CheckpointError, createDeFlow, deflowFromBytes, deflowToBytes, paperSmall, small } from './index.ts';

const values = (model: ReturnType<typeof createDeFlow>) =>
  [...namedParameters(model.parameters)].map(([name, each]) => [name, [...each.dataSync()]]);

test.each([
  ['small', small.model],
  ['paperSmall', paperSmall.model],
])('%s comes back with its description and parameters', async (_, config) => {
  const model = createDeFlow({ config, random: createRandom(1) });
  randomizeParameters(model.parameters, createRandom(2), 0.1);
  const loaded = deflowFromBytes(await deflowToBytes(model, { metadata: { note: 'kept' } }));
  expect(loaded.config).toEqual(config);
  expect(values(loaded)).toEqual(values(model));
});

test('the same model gives the same bytes', async () => {
  const bytes = () => deflowToBytes(createDeFlow({ config: small.model, random: createRandom(1) }));
  const [one, two] = [await bytes(), await bytes()];
  expect(one.length).toBe(two.length);
  expect(one.every((value, i) => value === two[i])).toBe(true);
});

test('what is no model is refused by name', async () => {
  expect(() => deflowFromBytes(new Uint8Array([1, 2, 3]))).toThrow(CheckpointFormatError);
  expect(() => deflowFromBytes(encodeSafetensors({}))).toThrow(CheckpointError);
  expect(() => deflowFromBytes(encodeSafetensors({}, { 'deflow.config': '{' }))).toThrow(CheckpointError);
  expect(() => deflowFromBytes(encodeSafetensors({}, { 'deflow.config': '{}' }))).toThrow(CheckpointError);
  const config = JSON.stringify(small.model);
  expect(() => deflowFromBytes(encodeSafetensors({}, { 'deflow.config': config }))).toThrow(ParameterMismatchError);
});
