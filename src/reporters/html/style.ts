/** The style sheet of the page. The Content-Security-Policy names its hash; no element may carry a style of its own. */
export const style: string = `
:root{color-scheme:light dark;--paper:#fcfbf9;--card:#fff;--ink:#1c2127;--soft:#57606b;--line:#e4e1da;--fill:#f3f1ec;--link:#1f5a96;--focus:#1f5a96;
--error:#a8281e;--error-fill:#f0a79c;--warning:#855500;--warning-fill:#f3cf8a;--note:#24598f;--note-fill:#b9d3ec;--unverified:#634a8f;--unverified-fill:#ddd2ee;--waived:#4d6470;--waived-fill:#cfd8dc;--clean:#2b6b46;--clean-fill:#dfe8e0;
--g1:#c3e0dc;--g2:#c9dccf;--g3:#bcd6ec;--g4:#f3cf8a;--g5:#f0a79c;--g6:#ddd2ee;--g7:#e7c3d8;--g8:#e2ddc9;--g9:#d9dcdf;--g10:#e9a28f;--g11:#e0dcd3;--texture:#1c212738;
--sans:ui-sans-serif,system-ui,-apple-system,"Segoe UI",Inter,Roboto,"Helvetica Neue",Arial,sans-serif;--mono:ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14171a;--card:#1b1f23;--ink:#e8e6e1;--soft:#a3abb3;--line:#30363c;--fill:#23282d;--link:#8dbdf0;--focus:#8dbdf0;
--error:#ff9d90;--error-fill:#7d2b23;--warning:#efc06a;--warning-fill:#6d4c12;--note:#93c2f1;--note-fill:#27496b;--unverified:#c8b3f0;--unverified-fill:#43365f;--waived:#b1c0c9;--waived-fill:#37444c;--clean:#8fd0a8;--clean-fill:#202c26;
--g1:#1f4f49;--g2:#2d4a39;--g3:#27496b;--g4:#6d4c12;--g5:#7d2b23;--g6:#43365f;--g7:#5c2f4a;--g8:#46412c;--g9:#3a4046;--g10:#8a3a2a;--g11:#2a2e32;--texture:#ffffff30}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.6 var(--sans);overflow-wrap:anywhere}
main,footer{max-width:1200px;margin:0 auto;padding:0 40px}
main{padding-top:56px;outline:none}
h1,h2,h3,h4,p,ul,ol,dl,dd,fieldset{margin:0;padding:0}
h1,h2,h3{line-height:1.25;letter-spacing:-.011em;font-weight:650;text-wrap:balance}
ul,ol{list-style:none}
a{color:var(--link);text-underline-offset:2px}
a:hover{text-decoration-thickness:2px}
code,.place,.rule{font-family:var(--mono);font-size:.87em}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:4px}
h2:focus{outline:none}
.skip{position:absolute;left:-999px}
.skip:focus{left:12px;top:12px;background:var(--card);padding:8px 14px;z-index:2}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.defs{position:absolute}
.quiet,.lead{color:var(--soft)}
.number{text-align:right;font-variant-numeric:tabular-nums}
.overall{font-size:30px;margin-bottom:16px}
.lockfiles{display:flex;flex-wrap:wrap;gap:8px 28px;margin-bottom:64px}
article+article{margin-top:120px;padding-top:64px;border-top:1px solid var(--line)}
.loud{background:var(--warning-fill);border-radius:8px;padding:12px 18px;margin-bottom:16px;font-weight:600}

.verdict{display:grid;grid-template-columns:64px 1fr;gap:24px;align-items:start}
.verdict .mark{margin-top:26px;fill:none;stroke-linecap:round;stroke-linejoin:round}
.mark circle{stroke:none;fill:var(--tone-fill)}
.mark path{stroke:var(--tone);stroke-width:3.5}
.v-pass{--tone:var(--clean);--tone-fill:var(--clean-fill)}
.v-fail{--tone:var(--error);--tone-fill:var(--error-fill)}
.v-inconclusive{--tone:var(--unverified);--tone-fill:var(--unverified-fill)}
.verdict h1,.verdict h2{font-size:44px;letter-spacing:-.025em;margin:2px 0 6px;color:var(--tone)}
.about{color:var(--soft);font-size:13.5px}
.about strong{color:var(--ink);font-weight:600}
.about span:before{content:"·";content:"·"/"";margin:0 7px 0 3px}
.sentence{font-size:19px;line-height:1.5;max-width:46em;text-wrap:balance}
.numbers{display:grid;grid-template-columns:repeat(6,1fr);margin:40px 0 12px;border:1px solid var(--line);border-radius:12px;background:var(--card);overflow:hidden}
.numbers div{padding:18px 20px 16px;border-left:1px solid var(--line)}
.numbers div:first-child{border-left:0}
.numbers dt{font-size:13px;color:var(--soft)}
.numbers dd{font-size:30px;line-height:1.2;font-weight:600;letter-spacing:-.02em;color:var(--tone,var(--ink))}
.numbers .zero dd{color:var(--soft);font-weight:400}
.sum{font-size:13.5px;color:var(--soft)}
.contents{margin:36px 0 0;border-bottom:1px solid var(--line)}
.contents ul{display:flex;flex-wrap:wrap;gap:0 28px}
.contents a{display:block;padding:8px 0 12px;font-size:14px;text-decoration:none;color:var(--soft)}
.contents a:hover{color:var(--ink);box-shadow:inset 0 -2px var(--ink)}
.part{margin-top:64px}
.part>h2{font-size:24px;margin-bottom:4px;scroll-margin-top:24px}
.part>.lead{max-width:46em;margin-bottom:20px}
.part>h2+:not(.lead){margin-top:16px}

.l-error{--tone:var(--error);--tone-fill:var(--error-fill)}
.l-warning{--tone:var(--warning);--tone-fill:var(--warning-fill)}
.l-note{--tone:var(--note);--tone-fill:var(--note-fill)}
.l-unverified{--tone:var(--unverified);--tone-fill:var(--unverified-fill)}
.l-waived{--tone:var(--waived);--tone-fill:var(--waived-fill)}
.l-clean{--tone:var(--clean);--tone-fill:var(--clean-fill)}
.badge{display:inline-block;font:600 12px/1 var(--sans);letter-spacing:.01em;padding:4px 8px;border-radius:5px;background:var(--tone-fill);color:var(--ink);vertical-align:.12em;text-transform:lowercase}

.ink{stroke:var(--texture);fill:none}
.inkfill{fill:var(--texture)}
.map{display:grid;grid-template-columns:auto 1fr;gap:10px 28px;align-items:center}
.map>svg{grid-column:1/-1;width:100%;height:auto;display:block}
.map .narrow{display:none}
.switch{border:0;display:flex;align-items:center;gap:4px;min-width:0}
.switch legend{float:left;color:var(--soft);font-size:13.5px;margin-right:8px}
.switch span{display:block;padding:4px 12px;border:1px solid var(--line);border-radius:7px;font-size:13.5px;cursor:pointer;background:var(--card)}
.switch input{position:absolute;opacity:0}
.switch input:checked+span{background:var(--ink);border-color:var(--ink);color:var(--paper)}
.switch input:focus-visible+span{outline:2px solid var(--focus);outline-offset:2px}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px;color:var(--soft);justify-content:flex-end}
.legend svg{margin-right:7px;vertical-align:-2px}
.by-level .of-group,.by-group .of-level{display:none}
.map text{font:11px var(--sans);fill:var(--ink);pointer-events:none}
.map .head{font-weight:600;font-size:11.5px}
.map .block{fill:var(--fill)}
.map g[data-block]{cursor:pointer}
.map g[data-block]:hover>.block{fill:var(--line)}
.by-level .fill,.legend.of-level .fill{fill:var(--tone-fill)}
.by-group .fill,.legend.of-group .fill,.bars .fill{fill:var(--group,var(--g11))}
.texture{fill:none;pointer-events:none}
.by-level .l-error>.texture,.of-level .l-error .texture{fill:url(#t-cross)}
.by-level .l-warning>.texture,.of-level .l-warning .texture{fill:url(#t-hatch)}
.by-level .l-note>.texture,.of-level .l-note .texture{fill:url(#t-dots)}
.by-level .l-unverified>.texture,.of-level .l-unverified .texture{fill:url(#t-lines)}
.by-level .l-waived>.texture,.of-level .l-waived .texture{fill:url(#t-bars)}
.c-public-domain{--group:var(--g1);--weave:url(#t-sparse)}
.c-permissive{--group:var(--g2);--weave:none}
.c-weak-copyleft{--group:var(--g3);--weave:url(#t-dots)}
.c-strong-copyleft{--group:var(--g4);--weave:url(#t-hatch)}
.c-network-copyleft{--group:var(--g5);--weave:url(#t-cross)}
.c-source-available{--group:var(--g6);--weave:url(#t-bars)}
.c-non-commercial{--group:var(--g7);--weave:url(#t-back)}
.c-content{--group:var(--g8);--weave:url(#t-lines)}
.c-other{--group:var(--g9);--weave:url(#t-bars)}
.c-no-rights{--group:var(--g10);--weave:url(#t-cross)}
.c-unknown{--group:var(--g11);--weave:url(#t-lines)}
.by-group .texture,.of-group .texture,.bars .texture{fill:var(--weave,none)}
.as-text{margin-top:12px}
.as-text>summary{cursor:pointer;color:var(--soft);font-size:13.5px;width:fit-content}
.as-text>summary:hover{color:var(--ink)}
.as-text>:not(summary){margin-top:10px}
@media screen{.as-text>.scroll{max-height:420px}}
.scroll{overflow:auto;max-width:100%}

table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;padding:8px 16px 8px 0;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400}
thead th{color:var(--soft);font-size:13px;white-space:nowrap}
tbody th{min-width:150px}
th.number,td.number{text-align:right}
.bars td,.bars th{vertical-align:middle}
.bars svg{display:block}
.bars td:last-child{min-width:240px}
.bars .track{fill:none}
.bars td:last-child{color:var(--soft);font-size:13.5px}
.bars th[scope=row] a{color:inherit;text-decoration:none}
.bars th[scope=row] a:hover{text-decoration:underline}

.group{margin-top:40px}
.group h3{font-size:17px;text-wrap:pretty}
.group h3 .badge{color:var(--tone);background:none;box-shadow:inset 0 0 0 1.5px var(--tone);margin-right:6px;vertical-align:.15em}
.group .count{font:400 14px var(--sans);color:var(--soft);letter-spacing:0;white-space:nowrap;margin-left:4px}
.group .count:before{content:"× "}
.group .rule{color:var(--soft);margin:2px 0 4px}
.group .why{max-width:52em;color:var(--soft);font-size:14.5px;margin-bottom:14px}
.incident{font-style:italic}
.card{border:1px solid var(--line);border-left:3px solid var(--tone-fill);background:var(--card)}
.card+.card{border-top:0}
.card:first-of-type{border-top-left-radius:8px;border-top-right-radius:8px}
.card:last-of-type{border-bottom-left-radius:8px;border-bottom-right-radius:8px}
.card>summary{display:flex;gap:4px 20px;justify-content:space-between;align-items:baseline;flex-wrap:wrap;padding:11px 18px;cursor:pointer;list-style:none}
.card>summary::-webkit-details-marker{display:none}
.card>summary:hover .message{text-decoration:underline;text-decoration-color:var(--line);text-underline-offset:3px}
.message{font-weight:550;min-width:0}
.place{color:var(--soft);font-size:12.5px}
.card[open]>summary{padding-bottom:4px}
.body{padding:2px 18px 18px}
.body h4{font-size:13px;font-weight:500;color:var(--soft);margin:16px 0 6px}
.evidence{display:grid;gap:2px;font-size:14px;margin-top:4px}
.evidence div{display:grid;grid-template-columns:140px 1fr;gap:16px}
.evidence dt{color:var(--soft)}
.help li{padding-left:18px;position:relative}
.help li:before{content:"→";content:"→"/"";position:absolute;left:0;color:var(--soft)}
.waiver{margin-top:14px;padding:10px 14px;background:var(--fill);border-radius:6px}
.rest{margin-top:12px;font-size:14px;color:var(--soft);max-width:72em}
.way{display:flex;flex-wrap:wrap;gap:6px 0;font:12.5px/1.4 var(--mono)}
.way li{padding:3px 11px;border:1px solid var(--line);border-radius:14px;background:var(--paper)}
.way li+li{margin-left:24px;position:relative}
.way li+li:before{content:"";position:absolute;left:-24px;top:50%;width:23px;border-top:1px solid var(--soft)}
.way li:last-child{border-color:var(--tone);color:var(--tone);font-weight:600}
.paths{display:block;max-width:none}
.paths text{font:12px var(--mono);fill:var(--ink)}
.paths rect{fill:var(--paper);stroke:var(--line)}
.paths .edge{fill:none;stroke:var(--soft);stroke-opacity:.55}
.paths .target rect{stroke:var(--tone)}
.paths .target text{fill:var(--tone);font-weight:600}
.ways li{font:12.5px/1.7 var(--mono)}
.pastes{margin-top:16px;display:grid;gap:6px}
.paste{display:grid;grid-template-columns:140px 1fr auto;gap:16px;align-items:center;font-size:13px}
.paste-label{color:var(--soft)}
.paste code{background:var(--fill);padding:6px 10px;border-radius:6px;font-size:12.5px;user-select:all}
button{font:500 13px/1.2 var(--sans);color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:7px;padding:6px 12px;cursor:pointer}
button:hover:not(:disabled){border-color:var(--soft)}
button:disabled{opacity:.45;cursor:default}

.causes .message:first-letter{text-transform:uppercase}
.causes li{padding:12px 0;border-bottom:1px solid var(--line)}
.causes+.paste{margin-top:16px;grid-template-columns:auto 1fr auto}
.notes li{padding:5px 0 5px 18px;position:relative}
.notes li:before{content:"–";content:"–"/"";position:absolute;left:0;color:var(--soft)}
.ages{width:100%;min-width:640px;height:auto;display:block}
.ages rect{fill:#8ca3b4}
.ages .young rect{fill:var(--warning)}
.ages .axis{stroke:var(--soft);stroke-opacity:.6}
.ages text{font:12px var(--sans);fill:var(--soft)}
.ages line.limit{stroke:var(--warning);stroke-dasharray:4 3;stroke-width:1.5}
.ages text.limit{fill:var(--warning);font-weight:600}

.packages{margin-top:16px}
.filters{display:flex;flex-wrap:wrap;gap:12px 14px;align-items:end}
.filters label{display:grid;gap:4px;font-size:13px;color:var(--soft)}
.filters .search{flex:1 1 260px}
input[type=search],select{font:15px/1.3 var(--sans);color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:8px;padding:8px 11px;width:100%;min-height:38px}
.filters button{min-height:38px}
.bar,.pages{display:flex;gap:12px;justify-content:space-between;align-items:center;margin:14px 0 6px;color:var(--soft);font-size:14px}
.bar>div{display:flex;gap:6px}
.active{margin-top:12px;font-size:14px}
.packages thead button{border:0;background:none;padding:4px 0;color:var(--soft);border-radius:0}
.packages thead button:after{content:"";display:inline-block;width:1.1em;text-align:center}
th[aria-sort=ascending] button,th[aria-sort=descending] button{color:var(--ink);font-weight:600}
th[aria-sort=ascending] button:after{content:"↑";content:"↑"/""}
th[aria-sort=descending] button:after{content:"↓";content:"↓"/""}
.packages tbody th{font-weight:550;min-width:170px}
.packages tbody td{white-space:nowrap}
.packages tbody td:nth-child(4),.packages tbody td:nth-child(5),.packages tbody td:last-child{white-space:normal}
.packages tbody td:last-child .badge{margin-right:6px}
.packages tbody td:last-child{min-width:190px}
.packages tbody td:nth-child(5){min-width:110px}
.packages .dim{color:var(--soft)}
.pages{justify-content:flex-start}
footer{margin-top:96px;padding-bottom:48px;color:var(--soft);font-size:13px}

@media screen and (max-width:860px){main,footer{padding-left:20px;padding-right:20px}main{padding-top:28px}
.verdict{grid-template-columns:1fr;gap:8px}.verdict .mark{margin:0;width:44px;height:44px}.verdict h1,.verdict h2{font-size:34px}.sentence{font-size:17px}
.numbers{grid-template-columns:repeat(3,1fr)}.numbers div{padding:12px 14px}.numbers div:nth-child(4){border-left:0}.numbers div:nth-child(n+4){border-top:1px solid var(--line)}.numbers dd{font-size:24px}
.map{grid-template-columns:1fr}.legend{justify-content:flex-start}.map .wide{display:none}.map .narrow{display:block}
.contents ul{gap:0 20px}.evidence div{grid-template-columns:1fr;gap:0;margin-bottom:6px}.paste{grid-template-columns:1fr auto;gap:4px 10px}.paste-label{grid-column:1/-1}.part{margin-top:52px}.bars tr>:nth-child(3){display:none}.bars td:last-child{min-width:0}.group .why{margin-bottom:10px}}
@media print{:root{color-scheme:light}body{background:#fff;font-size:11px}main{padding:0;max-width:none}.contents,.switch,.filters,.pages,.bar>div,.copy,.skip,.as-text>summary{display:none}
.card,.group header,tr{break-inside:avoid}.part>h2,.group header{break-after:avoid}.part{margin-top:32px}.scroll{overflow:visible}.paths{max-width:100%;height:auto}.ages{min-width:0}.verdict h1,.verdict h2{font-size:30px}.numbers{margin-top:20px}.numbers div{padding:10px 14px}.numbers dd{font-size:20px}.sentence{font-size:15px}table{font-size:10.5px}.map svg{break-inside:avoid}details::details-content{content-visibility:visible;height:auto;display:block}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
