import type { RrdbNetConfig } from './rrdb-net.ts';

/**
 * How the parameters of an RRDBNet are named in files: `basicsr` (BasicSR, Real-ESRGAN: body.0.rdb1.conv1), `esrgan` (ESRGAN's
 * test code, Real-SR, BSRGAN: RRDB_trunk.0.RDB1.conv1), `esrgan-2018` (the first release, KAIR: model.1.sub.0.RDB1.conv1.0).
 */
export type RrdbNames = 'basicsr' | 'esrgan' | 'esrgan-2018';

type Size = Pick<RrdbNetConfig, 'scale' | 'unshuffle' | 'blocks'>;

const outerNames: readonly [basicsr: string, esrgan: string][] = [
  ['conv_body', 'trunk_conv'],
  ['conv_hr', 'HRconv'],
];

const toEsrgan = (name: string): string => {
  const renamed = name
    .replace(/^body\.(\d+)\.rdb(\d)\./, 'RRDB_trunk.$1.RDB$2.')
    .replace(/^conv_up(\d)\./, 'upconv$1.');
  return outerNames.reduce((text, [basicsr, esrgan]) => text.replace(`${basicsr}.`, `${esrgan}.`), renamed);
};

/** Every x2 stage is an enlargement, a convolution and an activation, so the positions in the sequence move by 3. */
function toFirstRelease(name: string, { scale, unshuffle, blocks }: Size): string {
  const stages = Math.log2(scale * unshuffle);
  const positions: Record<string, string> = {
    conv_first: '0',
    conv_body: `1.sub.${blocks}`,
    conv_hr: `${2 + 3 * stages}`,
    conv_last: `${4 + 3 * stages}`,
  };
  const [, outer = '', last = ''] = /^(.*)\.(weight|bias)$/.exec(name) ?? [];
  const dense = /^body\.(\d+)\.rdb(\d)\.(conv\d)$/.exec(outer);
  if (dense) return `model.1.sub.${dense[1]}.RDB${dense[2]}.${dense[3]}.0.${last}`;
  const up = /^conv_up(\d)$/.exec(outer);
  return `model.${up ? 3 * Number(up[1]) : positions[outer]}.${last}`;
}

/** The name in a file of the parameter that `rrdbNet` calls `name`. */
export function rrdbName(name: string, names: RrdbNames, size: Size): string {
  if (names === 'basicsr') return name;
  return names === 'esrgan' ? toEsrgan(name) : toFirstRelease(name, size);
}

const marks: readonly [names: RrdbNames, mark: RegExp][] = [
  ['esrgan-2018', /^model\.1\.sub\.\d+\./],
  ['esrgan', /^RRDB_trunk\.\d+\.RDB\d\./],
  ['basicsr', /^body\.\d+\.rdb\d\./],
];

/** The names that a file uses, or undefined when it holds no RRDBNet. */
export const rrdbNamesOf = (keys: readonly string[]): RrdbNames | undefined =>
  marks.find(([, mark]) => keys.some((key) => mark.test(key)))?.[0];
