import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../src/main.ts';
import { deflow, workplace, writePhotographs } from './workplace.ts';

const { path, remove } = workplace();
afterAll(remove);

/** Runs `deflow` in this process and sends it a signal as soon as it listens for one and something holds, given a line that it printed. */
async function interrupted(
  when: (line?: string) => boolean,
  argv: readonly string[],
  signal: NodeJS.Signals = 'SIGINT',
) {
  const printed: string[] = [];
  let sent = false;
  const deaf = process.listenerCount(signal);
  const send = (line?: string) => {
    if (sent || process.listenerCount(signal) === deaf || !when(line)) return;
    sent = true;
    process.emit(signal);
  };
  const clock = setInterval(send, 1);
  const code = await main(argv, {
    interactive: false,
    line(text = '') {
      printed.push(text);
      send(text);
    },
    complaint: (text) => printed.push(text),
  });
  clearInterval(clock);
  expect(sent).toBe(true);
  return { code, output: printed.join('\n') };
}

const bytes = (...names: string[]) => readFileSync(path(...names)).toString('base64');

describe('Ctrl-C in deflow run', () => {
  const study = [
    ...['run', 'small', '--set', 'scale=smoke', '--set', 'degradations=[deflow]'],
    ...['--set', 'cameras.test=[old-webcam]', '--out'],
  ];
  const kinds = ['photographs', 'prepare x2', 'train x2 deflow', 'degrade', 'train-sr', 'evaluate x2 deflow', 'report'];
  const stage = (out: string, start: string) =>
    readdirSync(path(out)).find((name) => name.startsWith(start.replaceAll(' ', '-')))!;

  it('ends in order in every stage; the same command goes on to the same bytes', async () => {
    expect((await deflow(...study, path('whole'))).code).toBe(0);
    for (const [index, kind] of kinds.entries()) {
      const inStage = (line?: string) => line?.includes(`  ${kind}`) === true;
      const argv = [...study, path('stopped')];
      const { code, output } = await interrupted(inStage, argv, index % 2 === 0 ? 'SIGINT' : 'SIGTERM');
      expect(output).toContain('Stopping: ');
      // A stage that had no time to notice ends well; then the next one, or nothing, is left to do.
      if (code === 0) {
        expect(kind).toBe('report');
        break;
      }
      expect(code).toBe(130);
      expect(output).toMatch(/Stopped in [\w-]+( .*)?; \d of 8 stages are done\. All of it is kept in .*stopped\./);
      expect(output).toContain('To go on where it was, give the same command again.');
    }
    expect((await deflow(...study, path('stopped'))).code).toBe(0);
    for (const [start, file] of [
      ['train-x2', 'checkpoint.safetensors'],
      ['train-sr', 'checkpoint.safetensors'],
      ['report', 'scores.json'],
    ] as const)
      expect(bytes('stopped', stage('stopped', start), file)).toBe(bytes('whole', stage('whole', start), file));
  });
});

describe('Ctrl-C in single steps', () => {
  let clean: string;
  let degraded: string;
  beforeAll(async () => {
    [clean, degraded] = await writePhotographs(path, 12);
  });
  const some = (folder: string) => () =>
    existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.png'));
  /** The names of files below a folder with their bytes; those of programs' own notes left out. */
  const pictures = (folder: string) =>
    (readdirSync(folder, { recursive: true }) as string[])
      .filter((name) => name.endsWith('.png'))
      .sort()
      .map((name) => [name, readFileSync(join(folder, name)).toString('base64')]);

  it('deflow prepare keeps what it made', async () => {
    const prepare = ['prepare', '--photographs', clean, '--factor', '2', '--out'];
    const { code, output } = await interrupted(some(path('set', 'train', 'clean')), [...prepare, path('set')]);
    expect([code, output]).toEqual([130, expect.stringContaining('The same command goes on where it was')]);
    expect(existsSync(path('set', 'benchmark.json'))).toBe(false);
    expect((await deflow(...prepare, path('set'))).code).toBe(0);
    expect((await deflow(...prepare, path('whole set'))).code).toBe(0);
    expect(pictures(path('set'))).toEqual(pictures(path('whole set')));
  });

  it('deflow train, while judging: the training is kept, and --resume judges the same', async () => {
    const train = ['train', '--clean', clean, '--degraded', degraded, '--steps', '3', '--held-out', '6', '--out'];
    const judging = (line?: string) => line?.startsWith('Judging') === true;
    const { code, output } = await interrupted(judging, [...train, path('run')]);
    expect(code).toBe(130);
    expect(output).toMatch(/Stopped while judging: the training is done and kept/);
    expect(output).toContain(`Go on with   deflow train --resume ${path('run')}`);
    expect((await deflow('train', '--resume', path('run'))).code).toBe(0);
    expect((await deflow(...train, path('whole run'))).code).toBe(0);
    expect(bytes('run', 'checkpoint.safetensors')).toBe(bytes('whole run', 'checkpoint.safetensors'));
    const { statistics } = JSON.parse(readFileSync(path('run', 'statistics.json'), 'utf8'));
    expect(statistics).toEqual(JSON.parse(readFileSync(path('whole run', 'statistics.json'), 'utf8')).statistics);
  });

  it('deflow train, before the first step: nothing is left, or it begins anew', async () => {
    const argv = ['train', '--clean', clean, '--degraded', degraded, '--steps', '3', '--out', path('early')];
    const early = await interrupted((line) => line?.startsWith('Engine') === true, argv);
    expect(early).toMatchObject({ code: 130, output: expect.stringContaining('Stopped before anything was learned') });
    expect(existsSync(path('early'))).toBe(false);
  });

  it('deflow degrade keeps the pictures that are made', async () => {
    const degrade = ['degrade', clean, '--model', path('run', 'checkpoint.safetensors'), '--to'];
    const { code, output } = await interrupted(some(path('made')), [...degrade, path('made')]);
    expect(code).toBe(130);
    expect(output).toMatch(/Stopped after \d+ of 12 pictures\. The same command goes on where it was\./);
    expect((await deflow(...degrade, path('made'))).output).toMatch(
      /\d+ pictures? written to .*; \d+ were there before/,
    );
    expect((await deflow(...degrade, path('made at once'))).output).toMatch(/12 pictures written to/);
    expect(pictures(path('made'))).toEqual(pictures(path('made at once')));
  });

  it('deflow train-sr, upscale and evaluate', async () => {
    const pairs = ['--low', path('set', 'test', 'low-light-phone'), '--high', path('set', 'test', 'high')];
    const train = ['train-sr', ...pairs, '--factor', '2', '--preset', 'quick', '--steps', '30', '--out'];
    const learning = () => existsSync(path('network', 'metrics.jsonl')) && bytes('network', 'metrics.jsonl') !== '';
    const { code, output } = await interrupted(learning, [...train, path('network')]);
    expect([code, output]).toEqual([130, expect.stringContaining('the same command goes on where it was')]);
    expect((await deflow(...train, path('network'))).code).toBe(0);
    expect((await deflow(...train, path('whole network'))).code).toBe(0);
    expect(bytes('network', 'checkpoint.safetensors')).toBe(bytes('whole network', 'checkpoint.safetensors'));

    const model = ['--model', path('network', 'checkpoint.safetensors')];
    const upscale = await interrupted(some(path('large')), ['upscale', clean, ...model, '--to', path('large')]);
    expect(upscale).toMatchObject({ code: 130, output: expect.stringMatching(/Stopped after \d+ of 12 pictures/) });
    const evaluate = await interrupted(() => true, ['evaluate', ...pairs, ...model]);
    expect(evaluate.output).toMatch(/Stopped after \d of 1 pictures. Nothing was written; begin anew./);
    expect(evaluate.code).toBe(130);
  });
});
