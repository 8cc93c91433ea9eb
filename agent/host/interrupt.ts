/**
 * Ctrl-C once stops between syscalls and leaves a session that resumes; twice ends the process at once. Where `instead`
 * has something else to stop, that is all it stops.
 */
export function interruptible(
  onFirst: () => void,
  instead: () => boolean = () => false,
): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(130);
    if (signal === 'SIGINT' && instead()) return;
    onFirst();
    controller.abort(new DOMException(`stopped by ${signal}`, 'AbortError'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
