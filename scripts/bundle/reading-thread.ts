import { rolldown } from 'rolldown';

/** How the program finds the thread's script, as `src/document-readers.ts` has it. */
export const threadScript = "new URL('./document-thread.js', import.meta.url)";

/** The program of the thread that reads registry documents, as the text of one file that needs only Node. */
export async function bundleThread(entry: string, format: 'cjs' | 'esm'): Promise<string> {
  const bundle = await rolldown({ input: entry, platform: 'node' });
  const { output } = await bundle.generate({ format, codeSplitting: false, minify: 'dce-only' });
  await bundle.close();
  const [chunk] = output;
  const foreign = chunk.imports.filter((name) => !name.startsWith('node:'));
  if (foreign.length > 0) throw new Error(`the reading thread needs more than Node: ${foreign.join(', ')}`);
  return chunk.code;
}
