// The benchmark runner: `node run.mjs NAME [--peer] [--rounds N]`. A benchmark is a folder with `works.json` ([{ work, repeats }]),
// `ours.mjs` and `peer.py`. Both sides are processes that answer one JSON line per request, a work with all its fields -> { ms: [...], peakMB },
// and perhaps a note, which is printed.
// Requests go to ours and to the peer in turn, so that both see the same minutes of the machine; medians are over all of them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { peerPython } from './peer-python.mjs';
import { Side } from './side.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const names = readdirSync(here).filter((name) => existsSync(join(here, name, 'works.json')));

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    peer: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
  },
});
const [name] = positionals;
if (!names.includes(name)) {
  console.error(`There is no benchmark ${name ?? '(no name given)'}. Known: ${names.join(', ')}`);
  process.exit(1);
}

const folder = join(here, name);
const works = JSON.parse(readFileSync(join(folder, 'works.json'), 'utf8')).filter(
  ({ work }) => !values.only || work.includes(values.only),
);
const rounds = Number(values.rounds);

const median = (list) => {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const python = values.peer ? await peerPython() : undefined;
const rows = [];
for (const request of works) {
  // A process of its own for each work: its peak memory is the work's.
  const ours = new Side(process.execPath, [join(folder, 'ours.mjs')]);
  const peer = python && new Side(python, [join(folder, 'peer.py')]);
  const times = { ours: [], peer: [] };
  const peak = { ours: Number.NaN, peer: Number.NaN };
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const [side, process] of Object.entries({ ours, peer })) {
        if (!process) continue;
        const answer = await process.ask(request);
        if (round > 0) times[side].push(...(answer.ms ?? []));
        peak[side] = answer.peakMB ?? Number.NaN;
        if (answer.note) console.error(`  ${request.work}: ${side}: ${answer.note}`);
      }
    }
  } finally {
    ours.close();
    peer?.close();
  }
  const [mine, theirs] = [median(times.ours), median(times.peer)];
  rows.push([request.work, mine, theirs, mine / theirs, peak.ours, peak.peer]);
  console.error(`  ${request.work}: ours ${mine?.toFixed(1)} ms${python ? `, peer ${theirs?.toFixed(1)} ms` : ''}`);
}

const cell = (value) =>
  typeof value === 'number' ? (Number.isFinite(value) ? value.toFixed(value < 10 ? 2 : 1) : '-') : value;
console.log(['work', 'ours', 'peer', 'ours/peer', 'peak MB ours', 'peak MB peer'].join('\t'));
for (const row of rows) console.log(row.map(cell).join('\t'));
