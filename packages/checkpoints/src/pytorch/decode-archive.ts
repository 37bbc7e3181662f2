import { ByteCursor } from '../byte-cursor.ts';
import { CheckpointFormatError } from '../errors.ts';
import { readPickle } from '../pickle/read-pickle.ts';
import type { CheckpointValue } from '../value.ts';
import { openZip, type ReadZipOptions, type ZipArchive } from '../zip/read-zip.ts';
import { findGlobal, storageOf } from './globals.ts';
import { materialize, partOf } from './materialize.ts';
import { resolveValue } from './resolve.ts';

const pickleName = '/data.pkl';

/** Reads the zip container: ROOT/data.pkl holds the values, ROOT/data/KEY the numbers of each storage. */
export function decodeArchive(bytes: Uint8Array, options: ReadZipOptions): CheckpointValue {
  const archive = openZip(bytes, options);
  const root = rootOf(archive);
  checkByteOrder(archive.read(`${root}/byteorder`));
  const cursor = new ByteCursor(archive.read(root + pickleName)!);
  const value = readPickle(cursor, { findGlobal, persistent: storageOf });

  const storages = new Map<string, Uint8Array>();
  const storage = (key: string): Uint8Array => {
    const known = storages.get(key);
    if (known) return known;
    const read = archive.read(`${root}/data/${key}`);
    if (!read) throw malformed(`The archive has no storage ${key}.`, key);
    storages.set(key, read);
    return read;
  };
  return resolveValue(value, (pending) => {
    const { storage: shown } = pending;
    const whole = shown.part?.of ?? shown;
    return materialize(pending, partOf(partOf(storage(whole.key), whole), shown), options.budget);
  });
}

function rootOf({ names }: ZipArchive): string {
  const pickles = names.filter((name) => name.endsWith(pickleName));
  if (names.some((name) => name.endsWith('/constants.pkl'))) {
    throw malformed('The archive is a TorchScript program.', names[0], 'Save model.state_dict() with torch.save.');
  }
  if (pickles.length !== 1)
    throw malformed('The archive is no PyTorch file: it has no data.pkl in one folder.', names[0]);
  const root = pickles[0]!.slice(0, -pickleName.length);
  const outside = names.find((name) => !name.startsWith(`${root}/`));
  if (outside !== undefined) throw malformed(`The archive holds ${outside} outside of its folder ${root}.`, outside);
  return root;
}

function checkByteOrder(text: Uint8Array | undefined): void {
  if (!text || new TextDecoder().decode(text) === 'little') return;
  throw malformed('The file was written by a big-endian machine.', text, 'Save it again on another machine.');
}

const malformed = (message: string, value: unknown, remedy = 'Give a file that torch.save wrote, or fetch it again.') =>
  new CheckpointFormatError(message, { remedy, value });
