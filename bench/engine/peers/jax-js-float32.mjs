import { open as openTyped } from './jax-js.mjs';

/** The type that it is fastest in. */
export const open = (modules, folder) => openTyped(modules, folder, 'float32');
