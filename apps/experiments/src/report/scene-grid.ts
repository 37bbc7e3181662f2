import { escapeHtml } from './escape-html.ts';
import type { ReportData, Scene, SceneColumn } from './report-data.ts';

const percent = (part: number) => `${(100 * part).toFixed(2)}%`;

function whole({ picture, label, frame: [left, top, width, height], method }: SceneColumn, scene: string): string {
  const box = `left:${percent(left)};top:${percent(top)};width:${percent(width)};height:${percent(height)}`;
  return `<div class="picture"><img src="${picture}" alt="${escapeHtml(`${scene}, ${label}`)}" loading="lazy"><i class="frame" data-method="${method}" style="${box}"></i></div>`;
}

const enlarged = ({ crop, label }: SceneColumn, scene: string) =>
  `<img class="crop" src="${crop}" alt="${escapeHtml(`Part of ${scene}, ${label}, three times enlarged`)}">`;

const added = ({ added: picture, label }: SceneColumn, scene: string) =>
  picture
    ? `<img class="crop" src="${picture}" alt="${escapeHtml(`What ${label} added to ${scene}, amplified`)}">`
    : '<div class="nothing">no clean twin to compare</div>';

function sceneRows(scene: Scene): string {
  const cells = (make: (column: SceneColumn, scene: string) => string) =>
    scene.columns.map((column) => `<div>${make(column, scene.name)}</div>`).join('');
  return `<div class="scene"><div class="row">${cells(whole)}</div><div class="row crops">${cells(enlarged)}</div>
<div class="row crops added">${cells((column, name) => (column.method === 'clean' ? '<p class="row-note">What was added to the part above, amplified four times around grey.</p>' : added(column, name)))}</div></div>`;
}

/** The pictures: a row of whole ones for each scene, below it the same part of each enlarged, below that the noise alone. */
export function sceneGrid({ scenes, realIsSameScene }: Pick<ReportData, 'scenes' | 'realIsSameScene'>): string {
  if (scenes.length === 0) return '';
  const heads = scenes[0]!.columns
    .map(({ label, method }) => `<div class="head"><b data-method="${method}">${escapeHtml(label)}</b></div>`)
    .join('');
  const note = realIsSameScene
    ? 'The really degraded pictures are the same scenes; the model never saw them together with their clean twins.'
    : 'The really degraded pictures show other scenes: of these, nobody has a degraded version. Compare grain, colour and where it is strong.';
  return `<section id="pictures"><h2>Pictures</h2><p class="lead">Held-out clean photographs, degraded by the model and by plain Gaussian noise of the same level, beside real ones. Frames mark the parts shown three times enlarged, pixel by pixel. ${note}</p>
<div class="grid-scroll"><div class="grid" style="--columns:${scenes[0]!.columns.length}"><div class="row heads">${heads}</div>${scenes.map(sceneRows).join('')}</div></div></section>`;
}
