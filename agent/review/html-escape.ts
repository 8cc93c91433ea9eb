import { stripControls } from '../base/text.ts';

/** Text as HTML text or a quoted attribute. */
export function escapeHtml(text: string): string {
  return stripControls(text).replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
