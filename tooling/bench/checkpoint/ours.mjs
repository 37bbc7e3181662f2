// Writes and reads the full-size AIM state dict: 1957 tensors, 63.1 M numbers, 252 MB. Both sides write durably (fsync), both read
// the file that the work names, and compare every number with the formula once, outside of the time.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCheckpoint, writeCheckpoint } from '@deflow/checkpoints/node';
import { answer } from '../answer.mjs';

const folder = join(tmpdir(), 'deflow-bench-checkpoint');
mkdirSync(folder, { recursive: true });
const layoutText = execFileSync(process.execPath, [fileURLToPath(new URL('layout.mjs', import.meta.url))]);
writeFileSync(join(folder, 'layout.json'), layoutText);
const layout = JSON.parse(layoutText.toString());

/** The numbers of tensor `index`. */
function numbers(index, length) {
  const values = new Float32Array(length);
  for (let i = 0; i < length; i++)
    values[i] = (((Math.imul(i, 2654435761) + index * 40503) >>> 8) & 0xffff) / 65536 - 0.5;
  return values;
}
const sizeOf = (shape) => shape.reduce((product, size) => product * size, 1);

function check(tensors) {
  if (tensors.size !== layout.length) throw new Error(`${tensors.size} tensors in place of ${layout.length}`);
  let index = 0;
  for (const [key, { shape, data }] of tensors) {
    const [wantedKey, wantedShape] = layout[index];
    if (key !== wantedKey || shape.join() !== wantedShape.join()) throw new Error(`${key} [${shape}] is wrong`);
    const wanted = numbers(index++, data.length);
    for (let i = 0; i < wanted.length; i++) if (data[i] !== wanted[i]) throw new Error(`${key} differs at ${i}`);
  }
}

let made;
let checked = false;

async function write(path, format) {
  made ??= new Map(
    layout.map(([key, shape], index) => [key, { type: 'float32', shape, data: numbers(index, sizeOf(shape)) }]),
  );
  const start = performance.now();
  await writeCheckpoint(path, made, { format });
  return performance.now() - start;
}

async function read(path) {
  if (!existsSync(path)) throw new Error(`${path} is not there: run the works that write first, with --peer.`);
  const start = performance.now();
  const { tensors } = await readCheckpoint(path);
  const time = performance.now() - start;
  if (!checked) check(tensors);
  checked = true;
  return time;
}

await answer(async ({ repeats, action, container, by }) => {
  const times = [];
  for (let i = 0; i < repeats; i++) {
    const path = join(folder, `${by ?? 'ours'}-${container}.pth`);
    const format = container === 'zip' ? 'pytorch' : 'pytorch-legacy';
    times.push(await (action === 'write' ? write(path, format) : read(path)));
  }
  return times;
});
