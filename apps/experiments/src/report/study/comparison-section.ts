import { escapeHtml } from '../escape-html.ts';
import type { Comparison } from './study-data.ts';

/** Two pictures over each other, and where the upper one ends. */
function slider({ columns, factor, camera }: Comparison): string {
  const find = (name: string) => columns.find(({ degradation }) => degradation === name);
  const left = find('bicubic') ?? find('interpolation');
  const right = find('deflow') ?? columns.at(-1);
  if (!left || !right || left === right) return '';
  const name = `×${factor}, ${camera}`;
  return `<figure class="slider" style="--cut:50%"><div class="pair"><img src="${left.picture}" alt="${escapeHtml(`${name}: ${left.label}`)}"><img class="over" src="${right.picture}" alt="${escapeHtml(`${name}: ${right.label}`)}"></div>
<input type="range" min="0" max="100" value="50" aria-label="How much of each picture is shown" oninput="this.parentNode.style.setProperty('--cut',this.value+'%')">
<figcaption>${escapeHtml(`${name}. Left of the line: ${left.label}. Right of it: ${right.label}.`)}</figcaption></figure>`;
}

function strip({ columns, factor, camera }: Comparison): string {
  const cells = columns.map(
    ({ label, crop, note }) =>
      `<figure class="piece"><img class="crop" src="${crop}" alt="${escapeHtml(label)}"><figcaption><b>${escapeHtml(label)}</b><br>${escapeHtml(note)}</figcaption></figure>`,
  );
  return `<h3>×${factor}, camera ${escapeHtml(camera)}</h3><div class="strip">${cells.join('')}</div>`;
}

/** The pictures themselves: sliders, and the same part as every network made it. */
export function comparisonSection(comparisons: readonly Comparison[]): string {
  if (comparisons.length === 0) return '';
  const firsts = comparisons.filter(
    ({ factor, camera }, index) =>
      comparisons.findIndex((other) => other.factor === factor && other.camera === camera) === index,
  );
  return `<section id="pictures"><h2>Pictures</h2><p class="lead">Held-out photographs. Move the line to compare.</p><div class="sliders">${firsts.map(slider).join('')}</div>${comparisons.map(strip).join('')}</section>`;
}

export const comparisonStyle = `
.sliders{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(440px,100%),1fr));gap:20px;margin:8px 0 36px}
.slider{margin:0}.slider .pair{position:relative;line-height:0}.slider img{width:100%;height:auto;border-radius:3px}
.slider .over{position:absolute;inset:0;clip-path:inset(0 0 0 var(--cut))}
.slider .pair::after{content:"";position:absolute;top:0;bottom:0;left:var(--cut);width:2px;margin-left:-1px;background:#fff;box-shadow:0 0 0 1px rgb(0 0 0/.5)}
.slider input{width:100%;margin:8px 0 0;accent-color:var(--deflow)}
.strip{display:grid;grid-template-columns:repeat(auto-fit,minmax(118px,1fr));gap:10px;margin:0 0 28px}
.piece{margin:0}.piece .crop{aspect-ratio:1}
.best{color:var(--pass)}.number small{color:var(--quiet);font-weight:400}
tr[data-degradation=deflow] th{font-weight:650;color:var(--deflow)}
`.trim();
