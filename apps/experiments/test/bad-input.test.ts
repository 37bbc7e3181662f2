import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { encodeImage, writeImage } from '@deflow/images/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deflow, picture, workplace, writePhotographs } from './workplace.ts';

const { path, remove } = workplace();
let folders: string[];
beforeAll(async () => {
  const [clean, degraded] = await writePhotographs(path);
  folders = ['--clean', clean, '--degraded', degraded];
});
afterAll(remove);

/** A named error: one message with its remedy, no stack, exit code 1. */
async function expectComplaint(argv: readonly string[], message: RegExp, remedy: RegExp) {
  const { code, complaints } = await deflow('quick', ...argv);
  expect(complaints).toMatch(message);
  expect(complaints).toMatch(remedy);
  expect(complaints).not.toMatch(/^\s+at /m);
  expect(code).toBe(1);
}

describe('the command line', () => {
  it('names the nearest option', () =>
    expectComplaint(['--stpes', '5'], /no option --stpes/, /Did you mean --steps\?/));
  it('lists the options when none is near', () =>
    expectComplaint(['--colour'], /no option --colour/, /--clean, --degraded/));
  it('asks for a missing value', () => expectComplaint(['--minutes'], /--minutes needs a value/, /--minutes N/));
  it('does not take the next option as a value', () =>
    expectComplaint(['--out', '--seed', '1'], /--out needs a value/, /--out DIR/));
  it('refuses stray words', () => expectComplaint(['photos'], /what to do with "photos"/, /two hyphens/));
  it('refuses what is no number', () => expectComplaint(['--seed', 'five'], /"five", which is no number/, /--seed 5/));
  it('refuses numbers out of range', () => expectComplaint(['--minutes', '-1'], /training\.minutes is -1/, /--help/));
  it('refuses unknown backends', () => expectComplaint(['--backend', 'tpu'], /engine\.backend is "tpu"/, /--help/));
  it('wants both folders', () => expectComplaint(['--clean', 'x'], /none of degraded ones/, /--degraded DIR/));

  it('names the nearest command', async () => {
    const { code, complaints } = await deflow('quik');
    expect(complaints).toMatch(/no command "quik".*Did you mean `deflow quick`/s);
    expect(code).toBe(1);
  });

  it('prints its options with --help', async () => {
    const { code, output } = await deflow('--help');
    expect(output).toMatch(/--clean DIR/);
    expect(code).toBe(0);
  });
});

describe('configuration files', () => {
  const withConfig = (text: string) => {
    writeFileSync(path('config.yaml'), text);
    return ['--config', path('config.yaml')];
  };
  it('names the nearest setting', () =>
    expectComplaint(
      withConfig('training: { learningrate: 1 }'),
      /"training\.learningrate"/,
      /Did you mean "learningRate"/,
    ));
  it('finds settings of the model', () =>
    expectComplaint(withConfig('model: { shift: { strat: 1 } }'), /"model\.shift\.strat"/, /Did you mean "start"/));
  it('says which line is no YAML', () =>
    expectComplaint(withConfig('seed: [1'), /is not YAML: .*line 1/, /Correct the line/));
  it('wants settings', () => expectComplaint(withConfig('- 1'), /holds no settings/, /seed: 7/));
  it('says that a file is missing', () => expectComplaint(['--config', path('none.yaml')], /ENOENT/, /config\.yaml/));
});

describe('photographs', () => {
  const from = (clean: string) => [
    '--clean',
    clean,
    '--degraded',
    path('degraded'),
    '--out',
    path('run-none'),
    '--steps',
    '2',
  ];
  const folderOf = (name: string, files: Record<string, string | Uint8Array>) => {
    mkdirSync(path(name));
    for (const [file, content] of Object.entries(files)) writeFileSync(path(name, file), content);
    return path(name);
  };
  afterEach(() => rmSync(path('run-none'), { recursive: true, force: true }));

  it('missing folder', async () => {
    await expectComplaint(from(path('nowhere')), /nowhere does not exist/, /Check the path/);
    expect(existsSync(path('run-none'))).toBe(false);
  });
  it('empty folder', () => expectComplaint(from(folderOf('empty', {})), /is empty/, /Put photographs into it/));
  it('no image at all', () => expectComplaint(from(folderOf('texts', { 'a.txt': 'a' })), /holds no image/, /\.png/));
  it('a text file named .png', () =>
    expectComplaint(
      from(folderOf('text-png', { 'a.png': 'no picture' })),
      /None of the 1 images.*a\.png/s,
      /sound photographs/,
    ));
  it('images smaller than the patch', async () => {
    const folder = folderOf('small', { 'a.png': await encodeImage(picture({ width: 31 }), 'png') });
    await expectComplaint(from(folder), /31 x 64 is smaller than 32/, /large enough/);
  });
  it('one photograph alone', async () => {
    const folder = folderOf('single', { 'a.png': await encodeImage(picture(), 'png') });
    await expectComplaint(from(folder), /1 usable clean photographs/, /--held-out/);
  });

  it('goes on without the files it cannot use and names them; takes grey, 16 bits and alpha', async () => {
    const jpeg = await encodeImage(picture(), 'jpeg');
    const { width, height, data } = picture();
    const folder = folderOf('mixed', {
      'text.png': 'no picture',
      'cut-off.jpg': jpeg.subarray(0, jpeg.length / 2),
      'point.png': await encodeImage(picture({ width: 1, height: 1 }), 'png'),
    });
    await writeImage(path('mixed', 'grey.png'), { width, height, channels: 1, data: data.slice(0, width * height) });
    await writeImage(path('mixed', 'alpha.png'), {
      width: 48,
      height: 96,
      channels: 4,
      data: data.slice(0, 48 * 96 * 4),
    });
    await writeImage(path('mixed', 'deep.png'), {
      width,
      height,
      channels: 3,
      data: Uint16Array.from(data, (v) => v * 257),
    });
    const { code, output } = await deflow('quick', ...from(folder));
    expect(output).toMatch(/2 clean and 5 degraded to learn from, 1 clean held out/);
    for (const name of ['text.png', 'cut-off.jpg', 'point.png']) expect(output).toContain(`clean/${name} left out: `);
    expect(code).toBe(0);
    expect(readFileSync(path('run-none', 'report.html'), 'utf8')).toContain('</html>');
  });
});

describe('run folders', () => {
  it('does not write over a run', async () => {
    mkdirSync(path('taken'));
    writeFileSync(path('taken', 'config.yaml'), 'seed: 1');
    await expectComplaint([...folders, '--out', path('taken')], /holds a run already/, /--resume/);
  });
  it('cannot resume nothing', () =>
    expectComplaint(['--resume', path('void')], /no run to go on with/, /without --resume/));
  it('does not change what it resumes', () =>
    expectComplaint(['--resume', path('taken'), '--seed', '2'], /--seed cannot change it/, /begin a new run/));
  it('a file in the way', async () => {
    writeFileSync(path('in-the-way'), '');
    await expectComplaint([...folders, '--out', path('in-the-way', 'run')], /not a folder \(ENOTDIR\)/, /--out DIR/);
  });

  it.skipIf(process.getuid?.() === 0)('a read-only folder, for all but root', async () => {
    mkdirSync(path('locked'));
    chmodSync(path('locked'), 0o555);
    await expectComplaint([...folders, '--out', path('locked', 'run')], /may not write there/, /--out DIR/);
  });
});

/** Whether a small file system can be mounted, which only root may. */
function mount(options: string): boolean {
  mkdirSync(path('mounted'), { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path('mounted')], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(process.getuid?.() !== 0)('file systems (skipped for all but root, who can mount them)', () => {
  afterEach(() => {
    if (existsSync(path('mounted'))) execFileSync('umount', [path('mounted')], { stdio: 'ignore' });
  });

  it('a read-only one', async ({ skip }) => {
    skip(!mount('ro,size=1m'), 'mounting is not allowed here');
    await expectComplaint([...folders, '--out', path('mounted', 'run')], /read-only \(EROFS\)/, /--out DIR/);
  });

  it('a full disk in the middle of training', async ({ skip }) => {
    skip(!mount('size=200k'), 'mounting is not allowed here');
    await expectComplaint(
      [...folders, '--out', path('mounted', 'run'), '--steps', '2'],
      /disk is full \(ENOSPC\)/,
      /Free some space/,
    );
  });
});
