/**
 * Fills `{{name}}` in a prompt template. A name without a value is a mistake of the program, not of the person.
 *
 * @throws Error naming the template's missing input.
 */
export function fill(template: string, values: { readonly [name: string]: string }): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the prompt needs a value for {{${name}}}`);
    return value;
  });
}
