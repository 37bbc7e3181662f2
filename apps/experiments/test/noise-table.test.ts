import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { paperSmall, small, withSmallRecipe } from '@deflow/degradation';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { resolveNoiseStudy } from '../src/noise-table/resolve-noise-study.ts';
import { deflow, workplace, writePhotographs } from './workplace.ts';

const { path, remove } = workplace();
afterAll(remove);

const training = { steps: 3, patchSize: 16, patchesPerDomain: 2 };
const plain = { name: 'plain', preset: 'small', training };
const study = {
  name: 'few',
  heldOut: 2,
  minutes: 0.001,
  tables: [
    {
      title: 'Two ways',
      seeds: [1, 2],
      rows: [plain, { ...plain, name: 'Sigma 0', model: { shift: { kind: 'full', start: 0 } } }],
    },
    { title: 'One again', seeds: [1], rows: [plain] },
  ],
};

let folders: string[];
const run = (...more: string[]) => deflow('noise-table', path('few.yaml'), ...folders, '--out', path('out'), ...more);
const stages = (start: string) => readdirSync(path('out')).filter((name) => name.startsWith(start));

beforeAll(async () => {
  const [clean, degraded] = await writePhotographs(path, 8);
  folders = ['--clean', clean, '--degraded', degraded];
  writeFileSync(path('few.yaml'), stringify(study));
  const { code, complaints } = await run();
  expect([code, complaints]).toEqual([0, '']);
}, 120_000);

it('trains every row from every seed once, and joins the tables', () => {
  expect(stages('train-')).toHaveLength(4);
  const [report] = stages('report-');
  expect(readdirSync(path('out', report!)).sort()).toEqual([
    ...['stage.json', 'table-1.png', 'table-2.png', 'table.json', 'table.md'],
  ]);
  const text = readFileSync(path('out', report!, 'table.md'), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  expect(rows.map((line) => line.split(' | ')[0]!.slice(2)).filter((name) => !/^(---|)$/.test(name.trim()))).toEqual([
    ...['real', 'plain', 'Sigma 0', 'Gaussian', 'plain', 'Sigma 0', 'Gaussian'],
    ...['real', 'plain', 'Gaussian', 'plain', 'Gaussian'],
  ]);
  const { tables } = JSON.parse(readFileSync(path('out', report!, 'table.json'), 'utf8'));
  const [first, second] = tables[0].rows[0].measurements.map(({ flat }: { flat: { std: number } }) => flat.std);
  const deviation = Math.abs(first - second) / Math.SQRT2;
  expect(text).toContain(`| plain | ${((first + second) / 2).toFixed(1)} ± ${deviation.toFixed(1)} | `);
  expect(text).toContain(`| plain | ${first.toFixed(1)} | `);
});

it('finds Gaussian noise of the real level: of that level, and without correlation', () => {
  const { real, tables } = JSON.parse(readFileSync(path('out', stages('report-')[0]!, 'table.json'), 'utf8'));
  const { flat } = tables[0].rows.at(-1).measurements[0];
  expect(Math.abs(flat.std / real.std - 1)).toBeLessThan(0.1);
  expect(Math.abs(flat.correlationHorizontal)).toBeLessThan(0.15);
});

it('learns what deflow train learns with the same settings', async () => {
  writeFileSync(path('train.yaml'), stringify({ training, photographs: { heldOut: 2 } }));
  const options = ['--config', path('train.yaml'), '--seed', '2', '--out', path('single')];
  expect((await deflow('train', ...folders, ...options)).code).toBe(0);
  const [seed2] = stages('train-plain-seed-2');
  const checkpoint = (folder: string) => readFileSync(path(folder, 'checkpoint.safetensors'));
  expect(checkpoint(`out/${seed2}`).equals(checkpoint('single'))).toBe(true);
});

it('does nothing again that is done', async () => {
  const { output } = await run();
  expect(output.match(/done before/g)).toHaveLength(4 + 4 + 2 + 1 + 1);
  expect((await run('--steps', '2', '--dry-run')).output.match(/to do {2}train-/g)).toHaveLength(4);
});

it('tells how many steps fit into the minutes', async () => {
  const { code, output } = await run('--time-steps');
  expect(output).toMatch(/[\d.]+ ms a step, \d+ steps in 0\.001 min: plain\n.*: Sigma 0$/);
  expect(code).toBe(0);
});

it.each([
  [['noise-table'], /needs STUDY\.yaml/],
  [['noise-table', 'nothing.yaml', '--clean', 'a', '--degraded', 'b'], /Cannot read the configuration/],
  [['noise-table', 'noise'], /no folder of clean photographs[\s\S]*--clean DIR/],
])('%j is refused by name', async (argv, message) => {
  const { code, complaints } = await deflow(...argv);
  expect(complaints).toMatch(message);
  expect(code).toBe(1);
});

it.each([
  [{ title: 'x' }, 'minutes', /there is no setting "title"/],
  [{ tables: [{ title: 'x', seeds: [1], rows: [{ name: 'x', preset: 'small' }] }] }, 'x', /how many steps/],
  [
    { tables: [{ title: 'x', seeds: [1], rows: [{ ...plain, model: { shift: { strat: 1 } } }] }] },
    'plain',
    /"model\.shift\.strat"[\s\S]*Did you mean "start"/,
  ],
])('a file with %j is refused by name', async (change, named, message) => {
  writeFileSync(path('wrong.yaml'), stringify({ ...study, ...change }));
  const { code, complaints } = await deflow('noise-table', path('wrong.yaml'), ...folders);
  expect(complaints).toMatch(message);
  expect(complaints).toContain(named);
  expect(code).toBe(1);
});

it('has a file of its own, whose rows are what the packages offer', async () => {
  const { code, output } = await deflow('noise-table', 'studies/noise.yaml', ...folders, '--dry-run');
  expect(code).toBe(0);
  expect(output).toContain('train-paper-small-Sigma-constant-seed-1');
  const { tables } = await resolveNoiseStudy({
    ...{ file: 'noise', clean: folders[1], degraded: folders[3], steps: undefined },
    engine: { backend: 'auto', xla: false, precision: 'float32' },
  });
  const row = (name: string) => tables.flatMap(({ rows }) => rows).find((each) => each.name === name)!.configuration;
  const recipe = withSmallRecipe(paperSmall, { lumaHaarBasis: true });
  expect(row('all of it').model).toEqual(recipe.model);
  expect(row('all of it').training).toMatchObject({ ...recipe.training, steps: 1150 });
  expect(row('without the basis').model).toEqual(withSmallRecipe(paperSmall).model);
  expect(row('paper-small, Sigma constant').model).toEqual(paperSmall.model);
  expect(row('small, Sigma depends on h').model).toEqual(small.model);
});
