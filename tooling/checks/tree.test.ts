import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './house.ts';

const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
const text = (file: string) => readFileSync(join(root, file), 'utf8');

describe('the tree', () => {
  it('locks dependencies without naming a registry', () => {
    const lock = JSON.parse(text('package-lock.json')) as { packages: Record<string, { resolved?: string }> };
    const named = Object.values(lock.packages).filter(({ resolved }) => resolved?.includes('://'));
    expect(named).toEqual([]);
  });

  it('holds no file over 1 MB', () => {
    const large = tracked.filter((file) => Buffer.byteLength(text(file)) > 1 << 20);
    expect(large).toEqual([]);
  });

  it('keeps source files under 400 lines', () => {
    const long = tracked.filter((file) => /\.(ts|mjs|cc)$/.test(file) && text(file).split('\n').length > 401);
    expect(long).toEqual([]);
  });
});
