// The benchmark runner: `node run.mjs NAME [--peer] [--rounds N] [--only TEXT]`. A benchmark is a folder with `works.json`
// ([{ work, repeats }]), `ours.mjs` and `peer.py`. Works with `byName` run only where `--only` names them; `rounds` of a work stands
// for the default. Both sides are processes that answer one JSON line per request, a work with all its fields -> { ms: [...], peakMB },
// and perhaps a note, which is printed, and `check`: numbers that have to be the same on both sides, to a relative 1e-3.
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
    rounds: { type: 'string' },
    only: { type: 'string' },
  },
});
const [name] = positionals;
if (!names.includes(name)) {
  console.error(`There is no benchmark ${name ?? '(no name given)'}. Known: ${names.join(', ')}`);
  process.exit(1);
}

const folder = join(here, name);
const works = JSON.parse(readFileSync(join(folder, 'works.json'), 'utf8')).filter(({ work, byName }) =>
  values.only ? work.includes(values.only) : !byName,
);

const median = (list) => {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Throws unless both sides found the same numbers: they would not compute the same thing. */
function compareChecks(work, { ours, peer }) {
  if (!ours || !peer) return;
  const differ = ours.length !== peer.length || ours.some((value, i) => !(Math.abs(value / peer[i] - 1) < 1e-3));
  if (differ) throw new Error(`${work}: ours found ${ours}, the peer ${peer}.`);
  console.error(`  ${work}: both sides find ${ours.map((value) => value.toPrecision(6)).join(', ')}`);
}

const python = values.peer ? await peerPython() : undefined;
const rows = [];
for (const request of works) {
  // A process of its own for each work: its peak memory is the work's.
  const ours = new Side(process.execPath, [join(folder, 'ours.mjs')]);
  const peer = python && new Side(python, [join(folder, 'peer.py')]);
  const times = { ours: [], peer: [] };
  const peak = { ours: Number.NaN, peer: Number.NaN };
  const checks = {};
  const rounds = Number(values.rounds ?? request.rounds ?? 5);
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const [side, process] of Object.entries({ ours, peer })) {
        if (!process) continue;
        const answer = await process.ask(request);
        if (round > 0) times[side].push(...(answer.ms ?? []));
        peak[side] = answer.peakMB ?? Number.NaN;
        if (answer.check) checks[side] = answer.check;
        if (answer.note) console.error(`  ${request.work}: ${side}: ${answer.note}`);
      }
      if (round === 0) compareChecks(request.work, checks);
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
