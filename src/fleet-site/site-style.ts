import { style } from '../reporters/html/style.ts';

/** The style sheet of the site: the report's, and what only many repositories need. */
export const siteStyle: string = `${style.trim()}
.site{max-width:1200px;margin:0 auto;padding:18px 40px 0}
.site ul{display:flex;gap:6px}
.site a{display:block;padding:6px 12px;border-radius:7px;text-decoration:none;color:var(--soft);font-size:14px}
.site a:hover{color:var(--ink);background:var(--fill)}
.site a[aria-current]{color:var(--ink);background:var(--fill);font-weight:600}
.site+main{padding-top:36px}
.v-failed{--tone:var(--waived);--tone-fill:var(--waived-fill)}
.badge{white-space:nowrap}
.overall+.lead{max-width:52em}
.lead+.loud{margin-top:16px}
.crumb{margin-bottom:20px;font-size:14px}
.crumb a:before{content:"←";content:"←"/"";margin-right:7px}
.more{margin-top:20px}
.repos{display:grid;grid-template-columns:repeat(auto-fill,minmax(264px,1fr));gap:14px}
.repo{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px 12px;min-width:0;display:grid;grid-template-rows:auto auto 1fr;gap:10px}
.repo-name{display:flex;justify-content:space-between;gap:12px;align-items:baseline;font-weight:600;line-height:1.35}
.repo-name a{color:inherit;text-decoration:none;min-width:0}
.repo-name a:hover{text-decoration:underline;text-underline-offset:3px}
.repo-name .badge{flex:none}
.repo:hover{border-color:var(--soft)}
.repo-figures{font-size:13.5px;color:var(--soft);display:flex;flex-wrap:wrap;gap:2px 12px;align-content:start}
.repo-figures strong{color:var(--tone);font-weight:600}
.repo-figures .up{color:var(--error)}
.repo-figures .up:before{content:"▲ ";content:"▲ "/""}
.repo-figures .down{color:var(--clean)}
.repo-figures .down:before{content:"▼ ";content:"▼ "/""}
.repo.wide{display:block;max-width:560px}
.spark{display:block;width:100%;height:auto}
.spark .axis{stroke:var(--line)}
.spark rect{fill:var(--tone)}
.spark .v-pass{fill:var(--clean);opacity:.55}
.spark .v-failed{fill:none;stroke:var(--waived)}
.trend{width:100%;min-width:680px;height:auto;display:block}
.trend .grid{stroke:var(--line)}
.trend text{font:12px var(--sans);fill:var(--soft)}
.trend .fill,.states .fill{fill:var(--tone-fill)}
.trend .v-fail>.texture,.states .v-fail>.texture{fill:url(#t-cross)}
.trend .v-failed>.texture,.states .v-failed>.texture{fill:url(#t-bars)}
.trend .v-inconclusive>.texture,.states .v-inconclusive>.texture{fill:url(#t-lines)}
.states{justify-content:flex-start;margin-bottom:8px}
.news-title{font-size:16px;margin:28px 0 4px}
.news-title:first-child{margin-top:0}
.news-title .count,.tally .quiet{font-weight:400;color:var(--soft)}
.news-title .count{font-size:14px;margin-left:4px}
.news li{padding:9px 0;border-bottom:1px solid var(--line);display:grid;grid-template-columns:92px minmax(0,1fr);gap:0 10px;align-items:baseline}
.news+.as-text{margin-top:10px}
.news li>.badge{justify-self:start}
.news li>.quiet{grid-column:2;font-size:14px}
.news li.turn{display:flex;flex-wrap:wrap;gap:4px 10px}
.news li.turn>.quiet{font-size:14px}
.tally th[scope=row]{padding-right:24px}
.tally td{white-space:nowrap}
.pager{display:flex;flex-wrap:wrap;gap:6px 8px;margin-top:28px;align-items:center;font-size:14px}
.pager a,.pager span{padding:4px 10px;border:1px solid var(--line);border-radius:7px;text-decoration:none;background:var(--card)}
.pager span{background:var(--ink);border-color:var(--ink);color:var(--paper)}
.pager .gap{background:none;border:0;color:var(--soft);padding:4px 2px}
.who{margin-top:28px;max-width:640px}
.who input{font-size:19px;padding:11px 14px}
.bar[data-who-status]{min-height:1.6em}
.versions{display:flex;flex-wrap:wrap;gap:6px;margin:14px 0 20px}
.versions button[aria-pressed=true]{background:var(--ink);color:var(--paper);border-color:var(--ink)}
.versions button span{opacity:.8;margin-left:6px;font-variant-numeric:tabular-nums}
.answer{margin-top:36px}
.answer h2{font-size:22px}
.answer .names{display:flex;flex-wrap:wrap;gap:4px 20px;margin-top:12px}
.answer table{margin-top:8px}
.answer tbody th{font-weight:550}
.answer td:last-child{white-space:nowrap;color:var(--soft)}
.answer .pages{margin-top:16px}
@media screen and (max-width:860px){.site{padding:12px 14px 0}.site+main{padding-top:24px}.repos{grid-template-columns:1fr}.news li{grid-template-columns:1fr;gap:4px}.news li>.quiet{grid-column:1}.verdict+.numbers{margin-top:28px}}
@media print{.site,.pager,.who,.versions,.more{display:none}.repo,.news li{break-inside:avoid}.repos{grid-template-columns:repeat(3,1fr);gap:8px}.repo{padding:8px 10px}.trend{min-width:0}}
`;
