import { sandboxLayers } from '../judge/sandbox/index.ts';

/** What a person is told where a layer of the sandbox is missing, once something was judged; null where all are on. */
export async function sandboxNotice(): Promise<string | null> {
  const layers = await sandboxLayers();
  const off = layers.filter((layer) => !layer.on);
  if (off.length === 0) return null;
  const missing = off.map(({ name, why }) => `${name} is off (${why})`).join(', ');
  const remain = layers.flatMap(({ name, on }) => (on ? [name] : []));
  return `Sandbox: ${missing}; the layers that remain: ${remain.join(', ')}.`;
}
