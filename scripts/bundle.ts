import { writeChunks } from './bundle/chunks.ts';
import { writeSingleFile } from './bundle/single-file.ts';

/** `npm run bundle` writes the single-file build into `dist`, or into the folder that is named, and the command's few files beside it. */
const folder = process.argv[2];
console.log(await writeSingleFile(folder ?? 'dist'));
if (folder === undefined) console.log(await writeChunks('dist'));
