import { type Markup, trusted } from './markup.ts';

/** Textures that tell levels and licence categories apart without colour; the style sheet refers to them by id. */
export const patterns: Markup = trusted(`<svg class="defs" width="0" height="0" aria-hidden="true"><defs>
<pattern id="t-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0v7" class="ink" stroke-width="2.4"/></pattern>
<pattern id="t-cross" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0v8M0 0h8" class="ink" stroke-width="2.2"/></pattern>
<pattern id="t-dots" width="7" height="7" patternUnits="userSpaceOnUse"><circle cx="2" cy="2" r="1.1" class="inkfill"/></pattern>
<pattern id="t-lines" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 3h6" class="ink" stroke-width="1"/></pattern>
<pattern id="t-bars" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M3 0v6" class="ink" stroke-width="1.2"/></pattern>
<pattern id="t-sparse" width="12" height="12" patternUnits="userSpaceOnUse"><circle cx="3" cy="3" r="1.2" class="inkfill"/><circle cx="9" cy="9" r="1.2" class="inkfill"/></pattern>
<pattern id="t-back" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><path d="M0 0v7" class="ink" stroke-width="1.6"/></pattern>
</defs></svg>`);
