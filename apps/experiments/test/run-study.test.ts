import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spawnDeFlow } from './spawn-deflow.ts';
import { deflow, workplace, writePhotographs } from './workplace.ts';

const { path, remove } = workplace();
afterAll(remove);

const smoke = ['run', 'studies/small.yaml', '--set', 'scale=smoke'];
const stage = (study: string, start: string) => {
  const name = readdirSync(path(study)).find((each) => each.startsWith(start));
  if (!name) throw new Error(`no stage ${start} in ${readdirSync(path(study))}`);
  return path(study, name);
};
const checkpoint = (study: string, start: string) => readFileSync(join(stage(study, start), 'checkpoint.safetensors'));

/** Waits until something holds; what throws does not hold yet. */
async function until(holds: () => boolean): Promise<void> {
  for (;;) {
    try {
      if (holds()) return;
    } catch {}
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('deflow run', () => {
  beforeAll(async () => {
    const { code, complaints } = await deflow(...smoke, '--out', path('whole'));
    expect([code, complaints]).toEqual([0, '']);
  });

  it('goes from no photographs at all to a report of all degradations', () => {
    const folder = stage('whole', 'report');
    const tables = JSON.parse(readFileSync(join(folder, 'scores.json'), 'utf8'));
    const cameras = tables.map(({ camera }: { camera: string }) => camera);
    expect(cameras).toEqual(['low-light-phone', 'dusk-phone', 'old-webcam']);
    expect(tables[0].rows.map(({ degradation }: { degradation: string }) => degradation)).toEqual([
      ...['interpolation', 'bicubic', 'gaussian', 'deflow-sigma-0', 'deflow', 'paired'],
    ]);
    for (const { mean } of tables[0].rows) for (const score of Object.values(mean)) expect(score).toBeGreaterThan(0);
    const html = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(html).not.toMatch(/<link|src="(?!data:)|url\((?!data:)|@import/);
    expect(html.match(/<svg/g)).toHaveLength(2);
    for (const heading of ['Which degradation teaches', 'Pictures', 'Is it the same noise?', 'Training', 'Cost'])
      expect(html).toContain(heading);
  });

  it('does nothing twice, and only what depends on a change', async () => {
    const again = await deflow(...smoke, '--out', path('whole'));
    expect(again.output.match(/done before/g)).toHaveLength(21);
    const changed = ['--set', 'superResolution.training.steps=21', '--dry-run', '--out', path('whole')];
    const { output } = await deflow(...smoke, ...changed);
    const toDo = output.split('\n').filter((line) => line.startsWith('to do'));
    expect(toDo.map((line) => line.split(/[ -]+/)[2])).toEqual([
      ...Array.from({ length: 5 }, () => ['train', 'evaluate']).flat(),
      'report',
    ]);
    expect(toDo.filter((line) => line.includes('train-sr'))).toHaveLength(5);
  });

  it('killed in each kind of training, it goes on to the same numbers', async () => {
    const longer = ['--set', 'deflow.training.steps=150', '--set', 'superResolution.training.steps=150'];
    const options = [...smoke, ...longer, '--set', 'degradations=[deflow]', '--set', 'cameras.test=[old-webcam]'];
    expect((await deflow(...options, '--out', path('unbroken'))).code).toBe(0);
    for (const kind of ['train-x2', 'train-sr']) {
      const running = spawnDeFlow([...options, '--out', path('broken')]);
      await until(() => readdirSync(stage('broken', kind)).includes('checkpoint.safetensors'));
      running.kill();
      expect((await running.ended).code).toBeNull();
      expect(readdirSync(stage('broken', kind))).not.toContain('stage.json');
    }
    expect((await deflow(...options, '--out', path('broken'))).code).toBe(0);
    for (const kind of ['train-x2', 'train-sr']) {
      expect(checkpoint('broken', kind).equals(checkpoint('unbroken', kind))).toBe(true);
    }
    const scores = (study: string) => readFileSync(join(stage(study, 'report'), 'scores.json'), 'utf8');
    expect(scores('broken')).toBe(scores('unbroken'));
  });

  it('takes two folders; of really degraded pictures there are no true pairs', async () => {
    const [clean, degraded] = await writePhotographs(path);
    const given = ['--clean', clean, '--degraded', degraded, '--set', 'degradations=[deflow,paired]'];
    const { code, output } = await deflow(...smoke, ...given, '--out', path('given'));
    expect(code).toBe(0);
    expect(output).toContain('paired is left out');
    expect(output).toContain('evaluate x2 deflow seed 1');
  });

  it('Ctrl-C ends in order and says how to go on', async () => {
    const running = spawnDeFlow([...smoke, '--set', 'deflow.training.steps=5000', '--out', path('stopped')]);
    await running.saw(/train x2 deflow-sigma-0/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    running.interrupt();
    const { code, output } = await running.ended;
    expect(code).toBe(130);
    expect(output).toContain('To go on where it was, give the same command again.');
    expect(checkpoint('stopped', 'train-x2-deflow-sigma-0').length).toBeGreaterThan(1000);
  });
});

describe('what cannot be run', () => {
  it.each([
    [['--set', 'superResolution.trainin.steps=5'], 'superResolution.trainin', 'training'],
    [['--set', 'scale=smoek'], 'no scale "smoek"', 'smoke'],
    [['--set', 'seeds'], '--set seeds says nothing', 'NAME=VALUE'],
    [['--degraded', '.'], 'none of clean ones', '--clean DIR'],
    [['--clean', 'nowhere', '--degraded', 'nowhere'], 'nowhere', ''],
  ])('%j is named, with what was meant', async (options, message, remedy) => {
    const { code, complaints } = await deflow('run', 'studies/small.yaml', ...options, '--out', path('never'));
    expect(code).toBe(1);
    expect(complaints).toContain(message);
    expect(complaints).toContain(remedy);
  });

  it('a study that is not there, and one with a misspelt key', async () => {
    expect((await deflow('run')).complaints).toContain('deflow run studies/small.yaml');
    for (const misspelt of ['smal', 'studies/smal.yaml'])
      expect((await deflow('run', misspelt)).complaints).toContain('Did you mean "small"?');
    expect((await deflow('run', 'studies/of-another-kind.yaml')).complaints).toContain('Cannot read');
    writeFileSync(path('mine.yaml'), 'fctors: [2]\n');
    const { complaints } = await deflow('run', path('mine.yaml'));
    expect(complaints).toContain('there is no setting "fctors"');
    expect(complaints).toContain('Did you mean "factors"?');
  });

  it('a folder that cannot be written', async () => {
    writeFileSync(path('file'), '');
    const { code, complaints } = await deflow(...smoke, '--out', path('file', 'study'));
    expect(code).toBe(1);
    expect(complaints).toContain('Cannot write');
  });
});
