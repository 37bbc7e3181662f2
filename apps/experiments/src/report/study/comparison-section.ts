import { escapeHtml } from '../escape-html.ts';
import type { Comparison } from './study-data.ts';

/** Shows the chosen picture on one side. */
const choose = (side: 'under' | 'over') =>
  `this.closest('figure').querySelectorAll('.pair img').forEach((each,index)=>each.classList.toggle('${side}',index==this.value))`;

/** All pictures over each other: two of them are seen, and where the upper one ends. */
function slider({ columns, factor, camera }: Comparison): string {
  const find = (...names: string[]) =>
    names.map((name) => columns.findIndex(({ degradation }) => degradation === name)).find((index) => index >= 0);
  const under = find('bicubic', 'interpolation', 'input') ?? 0;
  const over = find('deflow', 'deflow-sigma-0', 'gaussian', 'truth') ?? columns.length - 1;
  const pictures = columns.map(({ label, picture }, index) => {
    const side = index === under ? 'under' : index === over ? 'over' : '';
    return `<img class="${side}" src="${picture}" alt="${escapeHtml(label)}">`;
  });
  const select = (name: string, side: 'under' | 'over', chosen: number) => {
    const options = columns.map(
      ({ label }, index) =>
        `<option value="${index}"${index === chosen ? ' selected' : ''}>${escapeHtml(label)}</option>`,
    );
    return `<select aria-label="Picture on the ${name}" onchange="${choose(side)}">${options.join('')}</select>`;
  };
  return `<figure class="slider" style="--cut:50%"><figcaption><b>${escapeHtml(`×${factor}, ${camera}`)}</b></figcaption><div class="pair">${pictures.join('')}</div>
<input type="range" min="0" max="100" value="50" aria-label="How much of each picture is shown" oninput="this.parentNode.style.setProperty('--cut',this.value+'%')">
<div class="sides">${select('left', 'under', under)}${select('right', 'over', over)}</div></figure>`;
}

function strip({ columns, factor, camera }: Comparison, number: number): string {
  const cells = columns.map(
    ({ label, crop, note }) =>
      `<figure class="piece"><img class="crop" src="${crop}" alt="${escapeHtml(label)}"><figcaption><b>${escapeHtml(label)}</b><br>${escapeHtml(note)}</figcaption></figure>`,
  );
  return `<h3>×${factor}, camera ${escapeHtml(camera)}, picture ${number}</h3><div class="strip">${cells.join('')}</div>`;
}

/** The pictures themselves: sliders, and the same part as every network made it. */
export function comparisonSection(comparisons: readonly Comparison[]): string {
  if (comparisons.length === 0) return '';
  const firsts = comparisons.filter(
    ({ factor, camera }, index) =>
      comparisons.findIndex((other) => other.factor === factor && other.camera === camera) === index,
  );
  const numberOf = (one: Comparison) =>
    comparisons.filter(({ factor, camera }) => factor === one.factor && camera === one.camera).indexOf(one) + 1;
  const strips = comparisons.map((one) => strip(one, numberOf(one)));
  return `<section id="pictures"><h2>Pictures</h2><p class="lead">Held-out photographs. Move the line to compare, choose below what stands on each side of it.</p><div class="sliders">${firsts.map(slider).join('')}</div>${strips.join('')}</section>`;
}

export const comparisonStyle = `
:root{--plain:#9a7b1f}@media (prefers-color-scheme:dark){:root{--plain:#d9bb5c}}
.sliders{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(440px,100%),1fr));gap:28px 20px;margin:8px 0 36px}
.slider{margin:0;max-width:720px}.slider figcaption{margin:0 0 6px}.slider .pair{position:relative;display:grid;line-height:0}
.slider img{grid-area:1/1;width:100%;height:auto;border-radius:3px;visibility:hidden}.slider .under{visibility:visible}
.slider .over{visibility:visible;z-index:1;clip-path:inset(0 0 0 var(--cut))}.slider .under.over{clip-path:none}
.slider .pair::after{content:"";position:absolute;z-index:2;top:0;bottom:0;left:var(--cut);width:2px;margin-left:-1px;background:#fff;box-shadow:0 0 0 1px rgb(0 0 0/.5)}
.slider input{width:100%;margin:8px 0 0;accent-color:var(--deflow)}
.sides{display:flex;justify-content:space-between;gap:12px;margin-top:6px}
.sides select{max-width:48%;font:inherit;font-size:13px;color:inherit;background:var(--surface);border:1px solid var(--rule);border-radius:6px;padding:4px 6px}
.strip{display:grid;grid-template-columns:repeat(auto-fit,minmax(118px,1fr));gap:10px;margin:0 0 28px}
.piece{margin:0}.piece .crop{aspect-ratio:1}
.verdict{max-width:78ch;margin:0 0 10px}
.table-scroll th:first-child{position:sticky;left:0;background:var(--ground)}
.best{color:var(--pass)}.number small{color:var(--quiet);font-weight:400}
tr[data-degradation=deflow] th{font-weight:650;color:var(--deflow)}
`.trim();
