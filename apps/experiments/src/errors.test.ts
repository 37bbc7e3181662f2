import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImageFileError } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import { DiskFullError, explainWriteError, RunFolderError } from './errors.ts';

const path = join(tmpdir(), 'picture.png');
const system = (code: string) => Object.assign(new Error(code), { code });

describe('explainWriteError', () => {
  it('says how much is free where the disk is full', () => {
    const error = explainWriteError(system('ENOSPC'), path) as DiskFullError;
    expect(error).toBeInstanceOf(DiskFullError);
    expect(error.message).toMatch(/picture\.png\. The disk is full \(ENOSPC\); only [\d.]+ MB are free there\./);
    expect(error.remedy).toContain('a run needs about 50 MB');
  });
  it('finds the reason in what other packages made of it, and the file that they name', () => {
    const cause = new ImageFileError('does not fit', { path, remedy: 'Free some.', cause: system('EDQUOT') });
    const error = explainWriteError(cause, 'the folder', 'Free some space, then go on.') as DiskFullError;
    expect(error.message).toMatch(/^Cannot write .*picture\.png\. Your disk quota is used up \(EDQUOT\)\./);
    expect(error.remedy).toBe('Free some space, then go on.');
    const again = explainWriteError(error, 'the folder', 'Free some space, then begin.') as DiskFullError;
    expect([again.value, again.remedy]).toEqual([path, 'Free some space, then begin.']);
  });
  it('does not ask for space where files may only be small', () => {
    const { remedy } = explainWriteError(system('EFBIG'), path, 'Free some space, then go on.') as DiskFullError;
    expect(remedy).toBe('Allow larger files (ulimit -f), then go on.');
  });
  it('leaves alone what is no such thing', () => {
    expect(explainWriteError(system('EACCES'), path)).toBeInstanceOf(RunFolderError);
    for (const other of [new Error('x'), system('EPIPE'), undefined])
      expect(explainWriteError(other, path)).toBe(other);
  });
});
