import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { encodeImage, readImage } from '@deflow/images/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deflow, picture, workplace, writePhotographs } from './workplace.ts';

const { path, remove } = workplace();
afterAll(remove);
let clean: string;
let degraded: string;
beforeAll(async () => {
  mkdirSync(path('photos'));
  [clean, degraded] = await writePhotographs((...names) => path('photos', ...names), 6);
});

const refused = async (argv: readonly string[], ...messages: (string | RegExp)[]) => {
  const { code, complaints } = await deflow(...argv);
  for (const message of messages) expect(complaints).toMatch(message);
  expect(complaints).not.toMatch(/^\s+at /m);
  expect(code).toBe(1);
};

const commands = (one: string, other: string, out: string): [string, string[]][] => [
  ['train', ['train', '--clean', one, '--degraded', other, '--out', out]],
  ['start', ['start', '--clean', one, '--degraded', other, '--out', out]],
  ['run', ['run', 'small', '--set', 'scale=smoke', '--clean', one, '--degraded', other, '--out', out]],
  ['prepare', ['prepare', '--photographs', one, '--degraded', other, '--out', out]],
  ['train-sr', ['train-sr', '--low', one, '--high', other, '--out', out]],
];
const names = commands('', '', '').map(([name]) => name);
const command = (name: string, one: string, other: string, out = path('out')) =>
  commands(one, other, out).find(([each]) => each === name)![1];

describe.each(names)('deflow %s', (name) => {
  it('names what was probably meant by a wrong path', () =>
    refused(command(name, path('photos', 'claen'), degraded), /claen does not exist/, `Did you mean ${clean}?`));
  it('finds a misspelt folder on the way', () =>
    refused(command(name, path('phots', 'clean'), degraded), `Did you mean ${clean}?`));
  it('says what there is where nothing is near', () =>
    refused(command(name, path('photos', 'winter 2024'), degraded), `${path('photos')}; it holds clean, degraded`));
  it('refuses the same folder twice, by whatever name', async () => {
    if (!existsSync(path('alias'))) symlinkSync(clean, path('alias'));
    await refused(command(name, clean, path('alias')), /are the same folder/, /Give two folders/);
  });
  it('refuses a folder in the other', () =>
    refused(command(name, path('photos'), degraded), /so its pictures would count as both/, /side by side/));
  it('refuses to write among the photographs', () =>
    refused(command(name, clean, degraded, `${clean}/results`), /would lie among the photographs/, /--out DIR/));
  it('says that a folder is empty', async () => {
    mkdirSync(path('empty'), { recursive: true });
    await refused(command(name, clean, path('empty')), /empty is empty/, /Put photographs into it/);
  });
});

describe('deflow run', () => {
  const run = (...argv: string[]) => deflow('run', 'small', '--set', 'scale=smoke', ...argv);
  const arms = ['--set', 'degradations=[deflow]', '--set', 'cameras.test=[old-webcam]'];

  it('takes names in any script, twins of other endings and links in a circle; names the damaged', async () => {
    mkdirSync(path('mes photos', 'été'), { recursive: true });
    cpSync(clean, path('mes photos'), { recursive: true });
    writeFileSync(path('mes photos', '0.jpg'), await encodeImage(picture({ seed: 90 }), 'jpeg'));
    writeFileSync(path('mes photos', 'été', '写真 1.png'), await encodeImage(picture({ seed: 91 }), 'png'));
    writeFileSync(path('mes photos', 'cut off.png'), readFileSync(`${clean}/1.png`).subarray(0, 900));
    writeFileSync(path('mes photos', 'notes.txt'), 'no picture');
    symlinkSync(path('mes photos'), path('mes photos', 'été', 'circle'));
    const { code, output, complaints } = await run(
      ...['--clean', path('mes photos'), '--degraded', degraded, ...arms, '--out', path('any names')],
    );
    expect([code, complaints]).toEqual([0, '']);
    expect(output).toMatch(/left out: cut off\.png: .*damaged|left out: cut off\.png: /);
    const packed = readdirSync(path('any names')).find((each) => each.startsWith('prepare'))!;
    const made = readdirSync(path('any names', packed, 'benchmark'), { recursive: true }) as string[];
    for (const photo of ['0.png.png', '0.jpg.png', '写真 1.png'])
      expect(made.filter((each) => each.normalize('NFC').endsWith(photo)).length).toBeGreaterThan(0);
  });

  it('one photograph alone, or pictures smaller than a patch', async () => {
    mkdirSync(path('alone'));
    cpSync(`${clean}/0.png`, path('alone', '0.png'));
    await refused(
      ['run', 'small', '--set', 'scale=smoke', '--clean', path('alone'), '--degraded', degraded, '--out', path('x1')],
      /holds 1 photograph/,
      /at least 2/,
    );
    mkdirSync(path('tiny'));
    for (const name of ['a', 'b'])
      writeFileSync(path('tiny', `${name}.png`), await encodeImage(picture({ width: 12, height: 10 }), 'png'));
    const { code, complaints } = await run('--clean', clean, '--degraded', path('tiny'), ...arms, '--out', path('x2'));
    expect(complaints).toMatch(/2 of 2 degraded images are smaller than a patch of 16 x 16.*a\.png: 12 x 10/s);
    expect(code).toBe(1);
  });
});

describe('results beside pictures', () => {
  const degrade = (from: string, to: string, ...more: string[]) =>
    deflow('degrade', from, '--model', path('run', 'checkpoint.safetensors'), '--to', to, ...more);
  beforeAll(async () => {
    const { code } = await deflow(
      'train',
      '--clean',
      clean,
      '--degraded',
      degraded,
      '--steps',
      '1',
      '--out',
      path('run'),
    );
    expect(code).toBe(0);
  });

  it('never take the place of a picture', async () => {
    const before = readFileSync(`${clean}/0.png`);
    const onto = await degrade(clean, clean);
    expect([onto.code, onto.complaints]).toEqual([1, expect.stringMatching(/one of the pictures.*\n.*--to DIR/)]);
    expect((await degrade(`${clean}/0.png`, clean)).code).toBe(1);
    expect(readFileSync(`${clean}/0.png`).equals(before)).toBe(true);
  });

  it('are not taken for pictures by the next call', async () => {
    cpSync(clean, path('own'), { recursive: true });
    for (const expected of ['6 pictures written', '0 pictures written'])
      expect((await degrade(path('own'), path('own', 'made'))).output).toContain(expected);
    expect(readdirSync(path('own', 'made'))).toHaveLength(6);
    rmSync(path('own', '0.png'));
    for (let index = 1; index < 6; index++) rmSync(path('own', `${index}.png`));
    const { complaints } = await degrade(path('own'), path('own', 'made'));
    expect(complaints).toMatch(/holds nothing but the results/);
  });

  it('keep twins of other endings apart, and go on past the damaged', async () => {
    mkdirSync(path('twins'));
    cpSync(`${clean}/0.png`, path('twins', 'a.png'));
    writeFileSync(path('twins', 'a.jpg'), await encodeImage(picture({ width: 40, height: 30 }), 'jpeg'));
    writeFileSync(path('twins', 'b.png'), 'no picture');
    const { code, output, complaints } = await degrade(path('twins'), path('twins made'));
    expect(output).toContain('2 pictures written');
    expect(complaints).toMatch(/b\.png: .*/);
    expect(code).toBe(1);
    expect((await readImage(path('twins made', 'a.jpg.png'))).width).toBe(40);
    expect((await readImage(path('twins made', 'a.png.png'))).width).toBe(96);
  });

  it('a folder that is a file, and a model that is none', async () => {
    writeFileSync(path('file'), '');
    const blocked = await degrade(clean, path('file', 'made'));
    expect([blocked.code, blocked.complaints]).toEqual([1, expect.stringMatching(/Cannot write|below something/)]);
    expect(blocked.complaints).not.toMatch(/should not/);
    const none = await deflow('degrade', clean, '--model', `${clean}/0.png`);
    expect([none.code, none.complaints]).toEqual([1, expect.not.stringMatching(/should not/)]);
    await refused(
      ['upscale', clean, '--model', path('run', 'chekpoint.safetensors')],
      /Did you mean .*run\/checkpoint/,
    );
    await refused(['upscale', clean, '--model', path('run', 'checkpoint.safetensors')], /.+/);
  });
});
