import { describe, expect, it } from 'vitest';
import {
  DeFlowError,
  ImageChannelsError,
  ImageFileError,
  ImageFormatError,
  ImageSizeError,
  OptionError,
} from './errors.ts';

describe('the error family', () => {
  it.each([ImageChannelsError, ImageFileError, ImageFormatError, ImageSizeError, OptionError])(
    '%o is named',
    (Class) => {
      const error = new Class('It is wrong.', { remedy: 'Do right.', value: 3 });
      expect(error.name).toBe(Class.name);
      expect(error).toBeInstanceOf(DeFlowError);
      expect(DeFlowError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ message: 'It is wrong.\n  Do right.', remedy: 'Do right.', value: 3 });
    },
  );

  it('recognises errors of other copies by their mark, and nothing else', () => {
    expect(DeFlowError.isInstance({ [Symbol.for('deflow.error')]: true })).toBe(true);
    for (const other of [new Error('x'), null, undefined, 'x']) expect(DeFlowError.isInstance(other)).toBe(false);
  });

  it('carries the path and the cause of a file error', () => {
    const cause = new Error('disk');
    const error = new ImageFormatError('a.png is damaged.', { path: 'a.png', cause, remedy: 'Copy it again.' });
    expect(error).toMatchObject({ path: 'a.png', value: 'a.png', cause });
  });
});
