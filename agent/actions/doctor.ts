import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { UserError } from '../base/errors.ts';
import { packageVersion } from '../base/package.ts';
import { oneLine } from '../base/text.ts';
import { home } from '../host/paths.ts';
import { sandboxLayers } from '../judge/sandbox/index.ts';
import { discoverModels, openModel, parseModelId, pingModel } from '../models/index.ts';
import { columns, type Style } from '../review/style.ts';

/** What `vibegrad doctor --json` prints. */
export const doctorSchema = z.object({
  vibegrad: z.string(),
  node: z.string(),
  platform: z.string(),
  home: z.string(),
  sandbox: z.array(z.object({ name: z.string(), on: z.boolean(), why: z.string() })),
  models: z.object({
    keys: z.array(z.object({ provider: z.string(), variable: z.string(), form: z.string() })),
    servers: z.array(z.object({ name: z.string(), url: z.string(), models: z.array(z.string()) })),
  }),
  tools: z.array(
    z.object({ name: z.string(), found: z.boolean(), version: z.string(), install: z.string() }),
  ),
  live: z
    .object({
      ok: z.boolean(),
      seconds: z.number(),
      model: z.string().nullable(),
      cost: z.number().nullable(),
      why: z.string(),
    })
    .nullable(),
});

export type DoctorDocument = z.infer<typeof doctorSchema>;

/** What is there: models, sandbox layers, tools. With `live`, one tiny call to a model. */
export async function doctor(options: {
  readonly live?: boolean;
  readonly model?: string;
}): Promise<DoctorDocument> {
  const [sandbox, models] = await Promise.all([sandboxLayers(), discoverModels()]);
  return {
    vibegrad: packageVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    home: home(),
    sandbox: sandbox.map(({ name, on, why }) => ({ name, on, why })),
    models: {
      keys: models.keys.map((key) => ({ ...key })),
      servers: models.servers.map((server) => ({ ...server, models: [...server.models] })),
    },
    tools: [
      tool('git', ['git', '--version'], 'apt-get install git'),
      tool('bubblewrap', ['bwrap', '--version'], 'apt-get install bubblewrap'),
      tool('prlimit', ['prlimit', '--version'], 'apt-get install util-linux'),
      tool('Python', ['python3', '--version'], 'apt-get install python3'),
      browser(),
    ],
    live: options.live === true ? await ping(options.model) : null,
  };
}

function tool(
  name: string,
  [command = '', ...args]: readonly string[],
  install: string,
): DoctorDocument['tools'][number] {
  const ran = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 5_000,
    env: { PATH: process.env.PATH ?? '' },
  });
  const found = ran.status === 0;
  return { name, found, version: found ? oneLine(ran.stdout, 60) : '', install };
}

function browser(): DoctorDocument['tools'][number] {
  const path = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) =>
    existsSync(p),
  );
  return {
    name: 'a browser',
    found: path !== undefined,
    version: path ?? '',
    install: 'apt-get install chromium',
  };
}

async function ping(id: string | undefined): Promise<DoctorDocument['live']> {
  if (id === undefined)
    throw new UserError('usage', '--live needs to know which model to call', 'Add --model ID.');
  const { model } = await openModel(parseModelId(id), { home: home() });
  return pingModel(model, AbortSignal.timeout(60_000));
}

export function doctorText(document: DoctorDocument, style: Style): string {
  const yes = style.green('✓');
  const no = style.yellow('–');
  const { keys, servers } = document.models;
  const { live } = document;
  return [
    `vibegrad ${document.vibegrad}, Node ${document.node}, ${document.platform}; sessions in ${document.home}`,
    '',
    style.bold('Sandbox layers'),
    columns(document.sandbox.map(({ name, on, why }) => [on ? yes : no, name, style.dim(oneLine(why, 90))])),
    '',
    style.bold('Models'),
    columns([
      [yes, 'embedded', style.dim('a search, not a language model; needs nothing')],
      [yes, 'manual', style.dim('you paste prompts and answers')],
      ...keys.map(({ variable, form }) => [yes, form, style.dim(`${variable} is set`)]),
      ...servers.flatMap((server) => server.models.map((id) => [yes, id, style.dim(server.name)])),
    ]),
    ...(keys.length + servers.length === 0 ? [style.dim('  no key is set and no local server answers')] : []),
    '',
    style.bold('Tools'),
    columns(
      document.tools.map(({ name, found, version, install }) => [
        found ? yes : no,
        name,
        style.dim(found ? version : `not found: ${install}`),
      ]),
    ),
    ...(live === null
      ? []
      : [
          '',
          live.ok
            ? `${yes} ${oneLine(live.model ?? '')} answered in ${live.seconds.toFixed(1)} s`
            : `${style.red('✗')} no answer: ${oneLine(live.why, 200)}`,
        ]),
  ].join('\n');
}
