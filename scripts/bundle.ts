import { writeSingleFile } from './bundle/single-file.ts';

/** `npm run bundle` writes the single-file build into `dist`, or into the folder that is named. */
console.log(await writeSingleFile(process.argv[2] ?? 'dist'));
