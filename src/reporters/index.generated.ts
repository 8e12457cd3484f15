// Written by `npm run generate`: do not edit.
import type { Reporter } from './reporter.ts';
import { cyclonedx } from './cyclonedx.ts';
import { github } from './github.ts';
import { gitlabCodequality } from './gitlab-codequality.ts';
import { gitlabDependencyScanning } from './gitlab-dependency-scanning.ts';
import { htmlReport } from './html.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { sarif } from './sarif.ts';
import { text } from './text.ts';

export const reporters: readonly Reporter[] = [cyclonedx, github, gitlabCodequality, gitlabDependencyScanning, htmlReport, json, junit, markdown, sarif, text];
