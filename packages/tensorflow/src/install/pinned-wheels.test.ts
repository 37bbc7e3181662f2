import { expect, test } from 'vitest';
import { UnsupportedPlatformError } from '../errors.ts';
import { wheelSet } from './pinned-wheels.ts';
import { isWanted } from './wanted-files.ts';

const sets = [
  wheelSet('cpu', 'linux-x64'),
  wheelSet('cuda', 'linux-x64'),
  wheelSet('cpu', 'linux-arm64'),
  wheelSet('cpu', 'darwin-arm64'),
];

test('every wheel is named, measured and pinned by its content', () => {
  for (const { wheels, platformTags, diskBytes } of sets) {
    for (const { project, version, fileName, bytes, sha256 } of wheels) {
      expect(fileName.startsWith(`${project.replaceAll('-', '_')}-${version}-`)).toBe(true);
      expect(platformTags.some((tag) => fileName.includes(tag))).toBe(true);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(bytes).toBeGreaterThan(1e6);
    }
    const total = wheels.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(diskBytes).toBeGreaterThan(total);
  }
});

test('with CUDA come the twelve libraries of the and-cuda extra', () => {
  const { wheels } = wheelSet('cuda', 'linux-x64');
  expect(wheels).toHaveLength(13);
  expect(new Set(wheels.map(({ sha256 }) => sha256)).size).toBe(13);
});

test.each([
  ['cpu', 'win32-x64', /WSL/],
  ['cuda', 'darwin-arm64', /without --gpu/],
] as const)('%s on %s is refused with a way out', (variant, platform, remedy) => {
  expect(() => wheelSet(variant, platform)).toThrow(UnsupportedPlatformError);
  expect(() => wheelSet(variant, platform)).toThrow(remedy);
});

test.each([
  ['tensorflow/libtensorflow_cc.so.2', true],
  ['tensorflow/libtensorflow_framework.2.dylib', true],
  ['tensorflow/include/tensorflow/c/eager/c_api.h', true],
  ['nvidia/cudnn/lib/libcudnn.so.9', true],
  ['nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc', true],
  ['nvidia/cuda_nvcc/include/crt/host_config.h', false],
  ['tensorflow/python/_pywrap_tensorflow_internal.so', false],
  ['tensorflow/lite/libtensorflow_cc.so.2', false],
])('%s is wanted: %s', (name, wanted) => {
  expect(isWanted(name)).toBe(wanted);
});
