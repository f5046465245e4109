/** The style of a board's page: light and dark, from a phone to a wide frame. It has no images, fonts or scripts. */
export const boardPageStyle = `
:root {
  color-scheme: light dark;
  --paper: #f6f7fb; --card: #fff; --ink: #14172b; --faint: #646a86; --rule: #e6e8f2; --soft: #f0f1f9; --accent: #4b53d6;
  --c0: #4b53d6; --c1: #d9480f; --c2: #0c8f6a; --c3: #b4237f; --c4: #0b7bb5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0e101b; --card: #171a2a; --ink: #eef0fb; --faint: #9aa1c0; --rule: #272b42; --soft: #1e2236; --accent: #9aa2ff;
    --c0: #9aa2ff; --c1: #ff9b66; --c2: #4fd6ac; --c3: #ff86cb; --c4: #64c5f7;
  }
}
* { box-sizing: border-box; }
body { margin: 0; padding: clamp(12px, 4vw, 32px); background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 720px; margin: 0 auto; background: var(--card); border: 1px solid var(--rule); border-radius: 18px;
  overflow: hidden; box-shadow: 0 1px 2px rgb(10 12 40 / 5%), 0 12px 32px rgb(10 12 40 / 7%); }
header, section, nav, footer { padding: 0 clamp(16px, 4vw, 28px); }
header { padding-top: 24px; padding-bottom: 18px; }
h1 { margin: 0; font-size: clamp(1.35rem, 5vw, 1.8rem); line-height: 1.2; letter-spacing: -.02em; overflow-wrap: anywhere; }
header p { margin: 8px 0 0; color: var(--faint); font-size: .92rem; }
.season { display: inline-block; margin-right: 8px; padding: 1px 10px; border-radius: 99px; background: var(--soft);
  color: var(--accent); font-weight: 600; }
section { padding-bottom: 18px; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--faint); font: 12px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.grid { stroke: var(--rule); fill: none; }
.line { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
.line.c0 { stroke: var(--c0); } .line.c1 { stroke: var(--c1); } .line.c2 { stroke: var(--c2); } .line.c3 { stroke: var(--c3); } .line.c4 { stroke: var(--c4); }
.end.c0, .key.c0 { fill: var(--c0); color: var(--c0); } .end.c1, .key.c1 { fill: var(--c1); color: var(--c1); }
.end.c2, .key.c2 { fill: var(--c2); color: var(--c2); } .end.c3, .key.c3 { fill: var(--c3); color: var(--c3); }
.end.c4, .key.c4 { fill: var(--c4); color: var(--c4); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 8px 0 0; padding: 0; list-style: none; font-size: .85rem; color: var(--faint); }
.legend li { display: flex; align-items: center; gap: 6px; max-width: 100%; min-width: 0; }
.key { flex: none; width: 14px; height: 4px; border-radius: 2px; background: currentColor; }
.name { display: block; text-align: left; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; border-top: 1px solid var(--rule); }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th { padding: 10px 8px; color: var(--faint); font-size: .75rem; font-weight: 600; letter-spacing: .06em; text-align: left; text-transform: uppercase; }
td { padding: 9px 8px; border-top: 1px solid var(--rule); overflow: hidden; }
.rank { width: 76px; padding-left: clamp(14px, 4vw, 26px); }
.score { width: 31%; text-align: right; font-variant-numeric: tabular-nums; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
td.score { font-weight: 600; }
.score.more { width: 20%; color: var(--faint); font-weight: 400; }
tr > :last-child { padding-right: clamp(16px, 4vw, 28px); }
.medal { display: inline-block; min-width: 30px; padding: 0 7px; border-radius: 99px; text-align: center; color: var(--faint);
  font-variant-numeric: tabular-nums; line-height: 28px; }
.r1, .r2, .r3 { color: #14172b; font-weight: 700; }
.r1 { background: #ffd54a; } .r2 { background: #cfd5e3; } .r3 { background: #eeb587; }
.empty { margin: 0; padding: 36px 20px; border-top: 1px solid var(--rule); color: var(--faint); text-align: center; }
nav { display: flex; justify-content: space-between; gap: 12px; padding-top: 14px; border-top: 1px solid var(--rule); }
a { color: var(--accent); font-weight: 600; text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
footer { padding-top: 12px; padding-bottom: 18px; color: var(--faint); font-size: .8rem; }
@media (max-width: 520px) {
  body { padding: 0; background: var(--card); }
  main { border: 0; border-radius: 0; box-shadow: none; }
  svg text { font-size: 19px; }
  .rank { width: 64px; }
  .more { display: none; }
  .score { width: 36%; }
}
`
