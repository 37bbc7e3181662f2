import { zlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import {
  CheckpointArchiveError,
  CheckpointFormatError,
  CheckpointLimitError,
  CheckpointTruncatedError,
  decodePyTorch,
  ForeignObjectError,
  stateDict,
} from '../src/index.ts';
import { crc32 } from '../src/zip/crc32.ts';
import {
  archive,
  bytes,
  dictionary,
  int,
  legacy,
  numbers,
  oneStorage,
  storage,
  tensor,
  text,
  zip,
} from './hand-made.ts';

type ErrorClass = typeof CheckpointFormatError;
type Row = [what: string, file: Uint8Array, error: ErrorClass, message: string];

function refuses([, file, error, message]: Row): void {
  expect(() => decodePyTorch(file)).toThrow(error);
  expect(() => decodePyTorch(file)).toThrow(message);
}

test('hand-made files are read when nothing is wrong with them', () => {
  for (const file of [archive(dictionary()), legacy(dictionary(), oneStorage)]) {
    const { value } = decodePyTorch(file);
    expect([...stateDict(value).get('x')!.data]).toEqual([1, 2]);
  }
});

const call = (module: string, name: string) => `c${module}\n${name}\n(${text('true')}tR`;

describe('foreign objects are refused, never executed:', () => {
  const rows: Row[] = [
    ['a shell', archive(call('os', 'system')), ForeignObjectError, 'wants "os.system" of Python'],
    ['a shell in the legacy container', legacy(call('posix', 'system'), []), ForeignObjectError, '"posix.system"'],
    ['an evaluator', archive(call('builtins', 'eval')), ForeignObjectError, '"builtins.eval"'],
    ['a module', archive('ctorch.nn\nLinear\n)\x81'), ForeignObjectError, '"torch.nn.Linear"'],
    ['what every object inherits', archive('cObject\nprototype\n'), ForeignObjectError, '"Object.prototype"'],
    ['a name on the stack', archive(`${text('os')}${text('system')}\x93`), ForeignObjectError, '"os.system"'],
    ['an instance', archive('ios\nsystem\n'), ForeignObjectError, 'instruction 0x69'],
    ['an object of a class', archive('ccollections\nOrderedDict\n)\x81'), ForeignObjectError, 'instruction 0x81'],
    ['attributes', archive(']}b'), ForeignObjectError, 'sets attributes of a list'],
    ['an extension code', archive('\x82\x01'), ForeignObjectError, 'instruction 0x82'],
  ];
  test.each(rows)('%s', (...row) => refuses(row));
});

/** Lists in lists: each of `levels` holds the one before it twice. */
const doubling = (levels: number) => `](K\x01eq\x00${'\x86q\x00'.replace('\x86', 'h\x00\x86').repeat(levels)}`;

describe('bombs, cycles and depth are refused:', () => {
  const wide = dictionary({ shape: [2 ** 20, 2 ** 10], strides: [0, 0] });
  const big = `${dictionary({ length: 2 ** 30 })}`;
  const rows: Row[] = [
    ['a list in itself', archive(']q\x00h\x00a'), CheckpointLimitError, 'contains itself'],
    ['a dictionary in itself', archive(`}q\x00${text('x')}h\x00s`), CheckpointLimitError, 'contains itself'],
    ['depth', archive(`${']'.repeat(1000)}${'a'.repeat(999)}`), CheckpointLimitError, 'deeper than 64'],
    [
      'depth beyond all stacks',
      archive(`${']'.repeat(1e6)}${'a'.repeat(1e6 - 1)}`),
      CheckpointLimitError,
      'deeper than',
    ],
    ['lists that double', archive(doubling(60)), CheckpointLimitError, 'unfolds into more than'],
    ['endless instructions', archive('N'.repeat(4_000_001)), CheckpointLimitError, 'more than 4000000 instructions'],
    ['one number shown 2^30 times', archive(wide), CheckpointLimitError, 'far more than the file'],
    ['a storage larger than the file', archive(big), CheckpointTruncatedError, 'Storage 0 should reach byte'],
    ['the same in the legacy container', legacy(big, oneStorage), CheckpointFormatError, 'in place of 1073741824'],
    ['a text longer than the file', archive('X\xff\xff\xff\xff'), CheckpointTruncatedError, '4294967295 bytes'],
    ['a text of 2^63 bytes', archive('\x8d\0\0\0\0\0\0\0\x80'), CheckpointTruncatedError, 'is announced'],
    [
      'a shape of 2^60',
      archive(dictionary({ shape: [2 ** 30, 2 ** 30], strides: [0, 0] })),
      CheckpointFormatError,
      'as shape',
    ],
  ];
  test.each(rows)('%s', (...row) => refuses(row));
});

describe('pickles that make no sense are refused:', () => {
  const rows: Row[] = [
    ['an empty stack', archive('0'), ForeignObjectError, 'instruction 0x30'],
    ['nothing to return', archive(''), CheckpointFormatError, 'takes from an empty stack'],
    ['a value below a mark', archive('N(\x85'), CheckpointFormatError, 'takes from an empty stack'],
    ['no mark', archive('t'), CheckpointFormatError, 'closes a mark'],
    ['an unknown value', archive('h\x07'), CheckpointFormatError, 'recalls value 7'],
    ['an item of a list', archive(']NNs'), CheckpointFormatError, 'is no dictionary'],
    ['a key without a value', archive('}(Nu'), CheckpointFormatError, 'a key without a value'],
    ['a list as a key', archive('}]Ns'), CheckpointFormatError, 'as a key'],
    ['a called text', archive(`${text('x')})R`), CheckpointFormatError, 'calls what is no function'],
    ['a called storage class', archive('ctorch\nFloatStorage\n)R'), CheckpointFormatError, 'is no function'],
    ['a bare storage', archive(storage()), CheckpointFormatError, 'a storage outside of any tensor'],
    [
      'a tensor of a text',
      archive(`ctorch._utils\n_rebuild_tensor_v2\n(${text('x')}tR`),
      CheckpointFormatError,
      'as storage',
    ],
    ['an id of a number', archive('K\x01Q'), CheckpointFormatError, 'in place of a storage'],
    ['text that is no UTF-8', archive('X\x01\0\0\0\xff'), CheckpointFormatError, 'is no UTF-8'],
    ['negative offsets', archive(dictionary({ offset: -1 })), CheckpointFormatError, 'with -1 as offset'],
    ['negative strides', archive(dictionary({ strides: [-1] })), CheckpointFormatError, 'as strides'],
    ['too few strides', archive(dictionary({ strides: [] })), CheckpointFormatError, 'as strides'],
    [
      'an offset beyond the storage',
      archive(dictionary({ offset: 1 })),
      CheckpointFormatError,
      'does not fit its storage',
    ],
    [
      'strides beyond the storage',
      archive(dictionary({ strides: [2] })),
      CheckpointFormatError,
      'does not fit its storage',
    ],
    ['a missing storage', archive(dictionary({ key: '../0' })), CheckpointFormatError, 'has no storage ../0'],
    [
      'a big-endian machine',
      zip({ 'a/data.pkl': bytes('N.'), 'a/byteorder': bytes('big') }),
      CheckpointFormatError,
      'big-endian',
    ],
  ];
  test.each(rows)('%s', (...row) => refuses(row));
});

describe('legacy streams that make no sense are refused:', () => {
  const keys = (instructions: string) => [`\x80\x02${instructions}.`, '\x02\0\0\0\0\0\0\0', numbers(1, 2)];
  const rows: Row[] = [
    ['no list of storages', legacy(dictionary(), keys('N')), CheckpointFormatError, 'list of storages is missing'],
    [
      'an unknown storage',
      legacy(dictionary(), keys(`](${text('7')}e`)),
      CheckpointFormatError,
      'a storage "7" that no tensor',
    ],
    ['an unlisted storage', legacy(dictionary(), keys(']')), CheckpointFormatError, 'Storage "0" is missing'],
    [
      'two descriptions',
      legacy(`](${tensor()}${tensor({ type: 'HalfStorage' })}e`, oneStorage),
      CheckpointFormatError,
      'in two ways',
    ],
    [
      'a cut storage',
      legacy(dictionary(), oneStorage).subarray(0, -1),
      CheckpointTruncatedError,
      '8 bytes should follow',
    ],
  ];
  test.each(rows)('%s', (...row) => refuses(row));

  test('a part of another storage, as old files have, is read', () => {
    const old = `(${text('storage')}ctorch\nFloatStorage\n${text('0')}${text('cpu')}${int(2)}(${text('v')}${int(1)}${int(1)}ttQ`;
    const instructions = `}${text('x')}ctorch._utils\n_rebuild_tensor\n(${old}${int(0)}(${int(1)}t(${int(1)}ttRs`;
    expect([...stateDict(decodePyTorch(legacy(instructions, oneStorage)).value).get('x')!.data]).toEqual([2]);
  });
});

const good = () => archive(dictionary());
const pickle = bytes('\x80\x02', dictionary(), '.');

/** The good file with `change` made to its bytes. */
function changed(change: (file: Uint8Array, view: DataView) => void, file = good()): Uint8Array {
  change(file, new DataView(file.buffer));
  return file;
}
const endOf = (file: Uint8Array) => file.length - 22;
const directoryOf = (view: DataView) => view.getUint32(view.byteLength - 6, true);
const find = (file: Uint8Array, letters: string): number => {
  const wanted = bytes(letters);
  return file.findIndex((_, at) => wanted.every((byte, i) => file[at + i] === byte));
};

/** An archive with a compressed file that claims `size` bytes; its checksum is that of `content`. */
function compressed(content: Uint8Array, size: number): Uint8Array {
  const deflated = zlibSync(content).subarray(2, -4);
  return changed(
    (file, view) => {
      const central = directoryOf(view);
      for (const [at, method] of [
        [0, 8],
        [central, 10],
      ] as const) {
        view.setUint16(at + method, 8, true);
        view.setUint32(at + method + 6, crc32(content), true);
        view.setUint32(at + method + 14, size, true);
      }
      expect(file.length).toBeGreaterThan(0);
    },
    zip({ 'a/data.pkl': deflated, 'a/data/0': numbers(1, 2) }),
  );
}

describe('archives that are damaged or built to deceive are refused:', () => {
  const named = (name: string) => zip({ 'a/data.pkl': pickle, [name]: numbers(1, 2) });
  const rows: Row[] = [
    ['a wrong checksum', changed((file) => (file[find(file, '\0\0\x80\x3f')] = 1)), CheckpointArchiveError, 'checksum'],
    [
      'a wrong checksum of the pickle',
      changed((file) => (file[find(file, 'cuda')]! ^= 1)),
      CheckpointArchiveError,
      '"a/data.pkl"',
    ],
    ['a path upwards', named('a/../../b'), CheckpointArchiveError, 'path "a/../../b"'],
    ['an absolute path', named('/etc/passwd'), CheckpointArchiveError, 'path "/etc/passwd"'],
    ['a Windows path', named('C:\\x'), CheckpointArchiveError, 'path "C:'],
    ['a path with a zero', named('a/data/0\0.txt'), CheckpointArchiveError, 'path "a/data/0'],
    ['a file outside', named('b/data/0'), CheckpointFormatError, 'outside of its folder a'],
    ['no pickle', zip({ 'a/b': pickle }), CheckpointFormatError, 'no data.pkl'],
    ['two pickles', named('b/data.pkl'), CheckpointFormatError, 'no data.pkl in one folder'],
    ['TorchScript', named('a/constants.pkl'), CheckpointFormatError, 'TorchScript'],
    [
      'an encrypted file',
      changed((_, view) => view.setUint16(directoryOf(view) + 8, 1, true)),
      CheckpointArchiveError,
      'encrypted',
    ],
    [
      'an unknown method',
      changed((_, view) => view.setUint16(directoryOf(view) + 10, 99, true)),
      CheckpointArchiveError,
      'method 99',
    ],
    [
      'another name inside',
      changed((file) => (file[30] = 'b'.charCodeAt(0))),
      CheckpointArchiveError,
      'calls itself "b/data.pkl"',
    ],
    [
      'overlapping files',
      changed((_, view) => view.setUint32(directoryOf(view) + 20, 200, true)),
      CheckpointArchiveError,
      'overlap',
    ],
    [
      'a place outside',
      changed((_, view) => view.setUint32(directoryOf(view) + 42, 2 ** 31, true)),
      CheckpointTruncatedError,
      'should follow',
    ],
    [
      'a count of 65,534',
      changed((file, view) => {
        view.setUint16(endOf(file) + 8, 65534, true);
        view.setUint16(endOf(file) + 10, 65534, true);
      }),
      CheckpointArchiveError,
      'cannot hold 65534 files',
    ],
    [
      'several disks',
      changed((file, view) => view.setUint16(endOf(file) + 4, 1, true)),
      CheckpointArchiveError,
      'one part of several',
    ],
    [
      'a missing zip64 record',
      changed((file, view) => view.setUint32(endOf(file) + 16, 0xffffffff, true)),
      CheckpointArchiveError,
      'zip64',
    ],
    ['no end', good().subarray(0, -1), CheckpointTruncatedError, 'table of contents is missing'],
    ['a bomb', compressed(new Uint8Array(2 ** 26), 2 ** 26), CheckpointLimitError, 'far more than the file'],
    [
      'a bomb that hides its size',
      compressed(new Uint8Array(2 ** 26), 10),
      CheckpointArchiveError,
      'more than its 10 bytes',
    ],
    ['too little inside', compressed(pickle, pickle.length + 1), CheckpointTruncatedError, `${pickle.length} of its`],
  ];
  test.each(rows)('%s', (...row) => refuses(row));

  test('a compressed file is read', () => {
    const { value } = decodePyTorch(compressed(pickle, pickle.length));
    expect([...stateDict(value).get('x')!.data]).toEqual([1, 2]);
  });
});
