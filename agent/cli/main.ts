import { Command, CommanderError } from 'commander';
import type { CommandFile } from './command.ts';

/** Every command: its line in `--help`, and the file that holds it, loaded only when it is called. */
const commands: readonly {
  readonly name: string;
  readonly line: string;
  readonly load: () => Promise<CommandFile>;
}[] = [
  {
    name: 'demo',
    line: 'the main job in a minute: an explanation, a ladder, five refusals',
    load: () => import('./demo.ts'),
  },
  { name: 'init', line: 'a new repository from the seed engine, or --here', load: () => import('./init.ts') },
  { name: 'improve', line: 'explain, propose, judge, record, again', load: () => import('./improve.ts') },
  { name: 'try', line: "judge a rule of your own: try tanh '1 - y*y'", load: () => import('./try.ts') },
  { name: 'check', line: 'judge a working tree without a model', load: () => import('./check.ts') },
  { name: 'audit', line: 'plant mistakes: does the judge find them?', load: () => import('./audit.ts') },
  { name: 'goals', line: 'the ladder, and what is met', load: () => import('./goals.ts') },
  {
    name: 'ask',
    line: 'ask a question; every claim of the answer is run',
    load: () => import('./ask.ts'),
  },
  {
    name: 'chat',
    line: 'a conversation; every claim of it is run',
    load: () => import('./chat.ts'),
  },
  {
    name: 'tour',
    line: 'a walk through the topics; predict before you see',
    load: () => import('./tour.ts'),
  },
  {
    name: 'control',
    line: 'experiments with models as plants: does a verdict help?',
    load: () => import('./control.ts'),
  },
  { name: 'kinds', line: 'kinds of questions, and new ones of your own', load: () => import('./kinds.ts') },
  { name: 'list', line: 'your sessions and the shipped ones', load: () => import('./list.ts') },
  {
    name: 'observe',
    line: 'what the sessions hold, counted; what to ask next',
    load: () => import('./observe.ts'),
  },
  { name: 'show', line: 'one session: questions, proposals, verdicts', load: () => import('./show.ts') },
  { name: 'resume', line: 'go on where a session stopped', load: () => import('./resume.ts') },
  { name: 'replay', line: 'does the same thing happen again?', load: () => import('./replay.ts') },
  {
    name: 'review',
    line: 'keep or drop accepted diffs, with their evidence',
    load: () => import('./review.ts'),
  },
  { name: 'finish', line: 'merge commands and a pull-request text', load: () => import('./finish.ts') },
  { name: 'export', line: 'a session as one HTML file, or Markdown', load: () => import('./export.ts') },
  { name: 'import', line: 'a saved chat as a session', load: () => import('./import.ts') },
  {
    name: 'redteam',
    line: 'hostile candidates: none may be accepted, none may escape',
    load: () => import('./redteam.ts'),
  },
  { name: 'verify', line: 'recompute a receipt', load: () => import('./verify.ts') },
  { name: 'provenance', line: 'which session found each rule', load: () => import('./provenance.ts') },
  { name: 'clean', line: 'show and remove worktrees and caches', load: () => import('./clean.ts') },
  { name: 'doctor', line: 'models, sandbox layers, tools: what is there', load: () => import('./doctor.ts') },
];

const epilog = `
Exit codes: 0 done; 1 judged and refused; 2 bad input or usage;
3 a replay diverged; 4 the judge changed since; 5 something the machine lacks;
6 a session that is damaged or in use; 7 a model or its server failed;
8 a limit ended the run; 70 a defect of Vibegrad; 130 interrupted;
141 whoever read the output stopped.
With --json a command prints one JSON document to standard output; where it
fails, that document is {"error": {"exit", "message", "mend"}}. The schemas are
exported from vibegrad/schemas.`;

/** Runs the command line. Sets the exit code; prints what went wrong as one sentence, and what to do. */
export async function main(argv: readonly string[]): Promise<void> {
  if (argv[0] === 'help') return main([...argv.slice(1), '--help']);
  const program = new Command('vibegrad')
    .description(
      'Vibe-code derivatives you can trust: the model proposes, gradient checks it cannot foresee decide.',
    )
    .exitOverride()
    .helpCommand(false)
    .addHelpText('after', epilog)
    .showSuggestionAfterError()
    .enablePositionalOptions();
  const [name] = argv;
  for (const { name: own, line, load } of commands) {
    const command = program.command(own).description(line).exitOverride().showSuggestionAfterError();
    if (own === name) (await load()).configure(command);
  }
  program.option('--version', 'print the version');
  program.on('option:version', () => undefined);
  try {
    if (name === '--version' || name === '-V') {
      const { packageVersion } = await import('../base/package.ts');
      console.log(packageVersion());
      return;
    }
    if (name === undefined) {
      program.outputHelp();
      return;
    }
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    process.exitCode = await report(error, argv.includes('--json'));
  }
}

async function report(error: unknown, json: boolean): Promise<number> {
  const { DEFECT, EXIT, UserError, messageOf } = await import('../base/errors.ts');
  const { stripControls } = await import('../base/text.ts');
  const tell = (exit: number, message: string, mend = ''): number => {
    if (json) process.stdout.write(`${JSON.stringify({ error: { exit, message, mend } }, null, 2)}\n`);
    return exit;
  };
  if (error instanceof CommanderError) {
    // Commander has said it on standard error itself.
    return error.exitCode === 0 ? EXIT.ok : tell(EXIT.usage, error.message.replace(/^error: /, ''));
  }
  if (error instanceof UserError) {
    const { fittedLines, styleFor } = await import('../review/style.ts');
    const said = `vibegrad: ${error.message}${error.mend === '' ? '' : `\n  ${error.mend}`}`;
    // A message may quote a file, a model or a repository.
    console.error(fittedLines(stripControls(said).split('\n'), styleFor(process.stderr)).join('\n'));
    return tell(EXIT[error.exit], error.message, error.mend);
  }
  const message = `something that should not happen did: ${messageOf(error)}`;
  console.error(`vibegrad: ${stripControls(message)}`);
  if (process.env.VIBEGRAD_DEBUG === '1' && error instanceof Error) console.error(error.stack);
  return tell(DEFECT, message);
}
