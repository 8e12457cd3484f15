/** Calls the listener for each SIGHUP, which asks a service to read its settings again; the answer ends that. */
export function onHangUp(listener: () => void): () => void {
  process.on('SIGHUP', listener);
  return () => void process.removeListener('SIGHUP', listener);
}
