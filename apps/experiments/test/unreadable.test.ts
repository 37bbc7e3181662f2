import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionsHold, withoutRights } from './without-rights.ts';
import { deflow, workplace, writePhotographs } from './workplace.ts';

const { path, remove } = workplace();
afterAll(remove);

let folders: string[];
/** Results, where everybody may write. */
const results = (name: string) => path('results', name);
const forbid = (file: string) => chmodSync(file, 0);
const asNobody = (...argv: string[]) => withoutRights(() => deflow(...argv));

beforeAll(async () => {
  const [clean, degraded] = await writePhotographs(path, 8);
  folders = ['--clean', clean, '--degraded', degraded];
  chmodSync(path(), 0o755);
  mkdirSync(path('results'));
  chmodSync(path('results'), 0o777);
  // Everything else that the tests need is made while all may be read.
  const set = ['--photographs', clean, '--factor', '2', '--camera', 'old-webcam', '--out', path('set')];
  expect((await deflow('prepare', ...set)).code).toBe(0);
  expect((await deflow('train', ...folders, '--steps', '2', '--out', path('run'))).code).toBe(0);
  const pairs = ['--low', path('set', 'test', 'old-webcam'), '--high', path('set', 'test', 'high')];
  const network = ['--factor', '2', '--preset', 'quick', '--steps', '2', '--out', path('network')];
  expect((await deflow('train-sr', ...pairs, ...network)).code).toBe(0);
  forbid(path('clean', '3.png'));
  mkdirSync(path('clean', 'private'));
  copyFileSync(path('clean', '4.png'), path('clean', 'private', '4.png'));
  forbid(path('clean', 'private'));
});

/** A named error: one message with its remedy, no stack, exit code 1. */
async function expectComplaint(argv: readonly string[], message: RegExp, remedy: RegExp) {
  const { code, complaints } = await asNobody(...argv);
  expect(complaints).toMatch(message);
  expect(complaints).toMatch(remedy);
  expect(complaints).not.toMatch(/^\s+at |should not/m);
  expect(code).toBe(1);
}

describe.skipIf(!permissionsHold)('what may not be read (systems without permissions are skipped)', () => {
  it('photographs among good ones are named and left out by train', async () => {
    const { code, output, complaints } = await asNobody('train', ...folders, '--steps', '2', '--out', results('run'));
    expect(complaints).toBe('');
    expect(output).toContain('6 clean and 8 degraded to learn from, 1 clean held out');
    expect(output).toMatch(/clean\/3\.png left out: .*may not be opened/);
    expect(output).toMatch(/clean\/private left out: may not be read/);
    expect(code).toBe(0);
  });

  it('by run', async () => {
    const size = ['--set', 'scale=smoke', '--set', 'degradations=[bicubic]', '--set', 'photographs.heldOut=2'];
    const { code, output, complaints } = await asNobody('run', 'small', ...size, ...folders, '--out', results('study'));
    expect(complaints).toBe('');
    expect(output).toMatch(/left out: 3\.png: .*may not be/);
    expect(output).toMatch(/left out: private: may not be read/);
    expect(code).toBe(0);
  });

  it('by prepare', async () => {
    const set = ['--photographs', path('clean'), '--factor', '2', '--out', results('set')];
    const { code, output, complaints } = await asNobody('prepare', ...set);
    expect(output + complaints).toMatch(/3\.png: .*may not be/);
    expect(output + complaints).toMatch(/private: may not be read/);
    expect(code).toBe(0);
  });

  it('by degrade and upscale, which end with 1 and do the others', async () => {
    for (const [command, model] of [
      ['degrade', path('run', 'checkpoint.safetensors')],
      ['upscale', path('network', 'checkpoint.safetensors')],
    ] as const) {
      const to = results(command);
      const { code, output, complaints } = await asNobody(command, path('clean'), '--model', model, '--to', to);
      expect(output).toMatch(/7 pictures written/);
      expect(complaints).toMatch(/3\.png: .*may not be opened/);
      expect(complaints).toMatch(/private: may not be read/);
      expect(readdirSync(to)).not.toContain('3.png');
      expect(code).toBe(1);
    }
  });

  it('a whole folder', async () => {
    mkdirSync(path('locked'));
    forbid(path('locked'));
    const argv = ['--clean', path('locked'), '--degraded', path('degraded'), '--out', results('never')];
    await expectComplaint(['train', ...argv], /The folder .*locked may not be read/, /permission/);
    await expectComplaint(['run', 'small', ...argv], /The folder .*locked may not be read/, /permission/);
    expect(existsSync(results('never'))).toBe(false);
  });

  it('a model, a study, settings, a run', async () => {
    const files = { network: path('network', 'checkpoint.safetensors'), run: path('run', 'checkpoint.safetensors') };
    for (const file of Object.values(files)) forbid(file);
    writeFileSync(path('settings.yaml'), 'seed: 1');
    forbid(path('settings.yaml'));
    const upscale = ['upscale', path('degraded'), '--model', files.network, '--to', results('none')];
    await expectComplaint(upscale, /may not be|EACCES/, /permission/);
    await expectComplaint(['degrade', path('degraded'), '--model', files.run], /may not be|EACCES/, /permission/);
    await expectComplaint(['inspect', files.run], /may not be|EACCES/, /permission/);
    const given = ['--clean', path('clean'), '--degraded', path('degraded'), '--out', results('none')];
    await expectComplaint(['train', '--config', path('settings.yaml'), ...given], /settings\.yaml/, /permission/);
    await expectComplaint(['run', path('settings.yaml'), ...given], /settings\.yaml/, /permission/);
    forbid(path('run', 'config.yaml'));
    await expectComplaint(['train', '--resume', path('run')], /config\.yaml/, /permission/);
  });

  it('a place that may not be written', async () => {
    mkdirSync(path('closed'));
    chmodSync(path('closed'), 0o555);
    const out = ['--out', path('closed', 'new')];
    await expectComplaint(['train', ...folders, ...out], /may not write there/, /--out DIR/);
    await expectComplaint(
      ['run', 'small', '--set', 'scale=smoke', ...folders, ...out],
      /may not write there/,
      /--out DIR/,
    );
    const prepare = ['prepare', '--photographs', path('degraded'), ...out];
    await expectComplaint(prepare, /cannot be written: EACCES/, /choose a folder that can be written/);
    const degraded = [
      '--low',
      path('set', 'test', 'old-webcam'),
      '--high',
      path('set', 'test', 'high'),
      '--factor',
      '2',
    ];
    await expectComplaint(['train-sr', ...degraded, ...out], /may not write there/, /--out DIR/);
  });
});
