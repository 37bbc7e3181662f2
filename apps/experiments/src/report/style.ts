/** The report's style sheet: one column of text, wide pictures, a light and a dark set of colours. */
export const style = `
:root{color-scheme:light dark;--ground:#fbfaf7;--surface:#ffffff;--ink:#1c1d20;--quiet:#6b6d75;--rule:#e4e2dc;--clean:#2f7d5d;--real:#2558a8;--deflow:#c8501b;--gaussian:#8a7f95;--red:#c23b34;--green:#2d8a4e;--blue:#3564c4;--pass:#2d8a4e;--fail:#c23b34;--shadow:0 1px 2px rgb(0 0 0/.06),0 0 0 1px rgb(0 0 0/.05)}
@media (prefers-color-scheme:dark){:root{--ground:#131417;--surface:#1b1d21;--ink:#e9e7e2;--quiet:#9a9ca6;--rule:#30333a;--clean:#63c49a;--real:#7fabf0;--deflow:#f58a52;--gaussian:#b3a6c2;--red:#f0827a;--green:#6fcf97;--blue:#86a9f5;--pass:#6fcf97;--fail:#f0827a;--shadow:0 0 0 1px rgb(255 255 255/.07)}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
main,header,footer{max-width:1160px;margin:0 auto;padding:0 32px}
header{padding-top:56px}
.eyebrow{margin:0;color:var(--deflow);font-weight:650;letter-spacing:.08em;text-transform:uppercase;font-size:13px}
h1{margin:6px 0 10px;font-size:clamp(28px,4.4vw,44px);line-height:1.12;letter-spacing:-.02em;font-weight:680;text-wrap:balance}
h2{margin:0 0 8px;font-size:25px;letter-spacing:-.012em;font-weight:660}
h3{margin:0 0 6px;font-size:15px;font-weight:640}
section{margin-top:64px}
.lead{max-width:72ch;margin:0 0 24px;color:var(--quiet)}
header .lead{font-size:18px;color:var(--ink)}
.notice{margin:0 0 24px;padding:12px 16px;border-left:3px solid var(--deflow);background:var(--surface);box-shadow:var(--shadow);max-width:78ch}
.facts{display:flex;flex-wrap:wrap;gap:1px;margin:28px 0 0;background:var(--rule);border:1px solid var(--rule);border-radius:10px;overflow:hidden}
.facts div{flex:1 1 150px;background:var(--surface);padding:14px 16px}
.facts dt{font-size:13px;color:var(--quiet)}
.facts dd{margin:2px 0 0;font-size:21px;font-weight:620;letter-spacing:-.01em;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.grid-scroll,.table-scroll{overflow-x:auto}
.grid{min-width:720px}
.row{display:grid;grid-template-columns:repeat(var(--columns),minmax(0,1fr));gap:8px}
.heads{padding-bottom:8px;font-size:15px}
.head b{font-weight:640}
[data-method=clean]{color:var(--clean)}[data-method=real]{color:var(--real)}[data-method=deflow]{color:var(--deflow)}[data-method=gaussian]{color:var(--gaussian)}
.scene{margin-bottom:28px}
.scene .row+.row{margin-top:8px}
.picture{position:relative;line-height:0}
.picture img{width:100%;height:auto;border-radius:3px}
.frame{position:absolute;border:2px solid #fff;box-shadow:0 0 0 1px rgb(0 0 0/.65);border-radius:1px}
.crop{width:100%;aspect-ratio:3/2;object-fit:cover;image-rendering:pixelated;border-radius:3px;display:block}
.nothing,.row-note{margin:0;font-size:13px;line-height:1.4;color:var(--quiet)}
.nothing{display:grid;place-items:center;height:100%;min-height:80px;border:1px dashed var(--rule);border-radius:3px;text-align:center;padding:8px}
table{border-collapse:collapse;width:100%;font-size:15px;margin:0 0 28px}
th,td{padding:8px 12px;text-align:left;border-bottom:1px solid var(--rule);vertical-align:baseline}
th:first-child{padding-left:0}td:last-child,th:last-child{padding-right:0}
thead th{font-size:13px;color:var(--quiet);font-weight:600;border-bottom-color:var(--quiet)}
thead th.deflow{color:var(--deflow)}thead th.gaussian{color:var(--gaussian)}thead th.real{color:var(--real)}thead th.clean{color:var(--clean)}
tbody th,tfoot th{font-weight:450}
tfoot td,tfoot th{border-bottom:0}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.demand{color:var(--quiet)}
.mark{display:inline-block;width:1.3em;margin-left:.35em;text-align:center;font-weight:700}
.pass{color:var(--pass)}.fail{color:var(--fail)}.open{color:var(--quiet)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(440px,100%),1fr));gap:20px;margin:8px 0 36px}
.chart{margin:0;max-width:720px;padding:18px 20px 14px;background:var(--surface);border-radius:10px;box-shadow:var(--shadow);min-width:0}
.chart svg{display:block;width:100%;height:auto;font:11.5px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:var(--quiet);overflow:visible}
.key{display:flex;flex-wrap:wrap;gap:2px 16px;margin:0 0 6px;padding:0;list-style:none;font-size:13px;font-weight:620}
.key li::before{content:"";display:inline-block;width:9px;height:9px;margin-right:6px;border-radius:50%;background:currentColor}
figcaption{margin-top:8px;font-size:13px;line-height:1.45;color:var(--quiet)}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(440px,100%),1fr));gap:0 48px}
.columns td{overflow-wrap:anywhere}
details{border-top:1px solid var(--rule);padding:14px 0}
summary{cursor:pointer;font-weight:620}
pre{overflow-x:auto;margin:12px 0 0;padding:16px 18px;background:var(--surface);border-radius:10px;box-shadow:var(--shadow);font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
footer{padding-top:40px;padding-bottom:64px;color:var(--quiet);font-size:13px}
@media (max-width:640px){main,header,footer{padding-left:18px;padding-right:18px}header{padding-top:32px}th,td{padding:8px 7px}}
@media print{.chart,pre{box-shadow:none;border:1px solid var(--rule)}section{break-inside:avoid-page}}
`.trim();
