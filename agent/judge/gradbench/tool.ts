import type { GradbenchModule, ProgramAnswer, ProgramRequest } from '../../checks/program.ts';
import type { Answers } from '../evaluate.ts';
import { errorOf, type Message } from '../oracle/protocol.ts';
import { openTransport, type Transport } from '../oracle/transport.ts';
import { boxedTool } from '../sandbox/index.ts';
import { answerOf, evaluation, parsePythonic } from './wire.ts';

/** Seconds that a tool may take to start, which for some includes compiling, and for one answer. */
const SECONDS = { start: 120, answer: 30 } as const;

/** A tool: a process for each module, as GradBench runs it. */
export interface Tool extends Answers {
  close(): Promise<void>;
}

/**
 * Runs a command that speaks GradBench's protocol, inside bubblewrap: nobody has read what it runs. It reads the folder that
 * it starts in, its own program's installation, and the system's programs. @throws UserError without bubblewrap
 */
export async function openTool(command: string, folder: string, signal: AbortSignal): Promise<Tool> {
  const { line, limits } = await boxedTool(command, folder);
  const open = new Map<GradbenchModule, Promise<Transport | string>>();
  const start = async (module: GradbenchModule): Promise<Transport | string> => {
    const transport = openTransport(line, limits, { seconds: SECONDS.answer, signal, parse: parsePythonic });
    try {
      await transport.ask({ kind: 'start', eval: module }, 1, () => null, SECONDS.start);
      const define: Message = { kind: 'define', module };
      const why = await transport.ask(
        define,
        1,
        ([{ fields }]) => (fields.success === true ? null : errorOf(fields)),
        SECONDS.start,
      );
      if (why === null) return transport;
      await transport.close();
      return `the tool has no module ${module}: ${why}`;
    } catch (error) {
      await transport.close();
      throw error;
    }
  };
  const ask = async (request: ProgramRequest): Promise<ProgramAnswer> => {
    const module = request.program.gradbench!;
    const started = open.get(module) ?? start(module);
    open.set(module, started);
    const transport = await started;
    if (typeof transport === 'string') return { ok: false, error: transport };
    const message: Message = { kind: 'evaluate', module, ...evaluation(request) };
    const call = () => transport.ask(message, 1, ([{ fields }]) => fields);
    const [first, second] = [await call(), await call()];
    for (const said of [first, second]) if (said.success !== true) return { ok: false, error: errorOf(said) };
    return answerOf(first.output, second.output, request);
  };
  return {
    run: async (requests) => {
      const answers: ProgramAnswer[] = [];
      for (const request of requests) answers.push(await ask(request));
      return answers;
    },
    close: async () => {
      const all = await Promise.allSettled(open.values());
      await Promise.all(
        all.map((one) =>
          one.status === 'fulfilled' && typeof one.value !== 'string' ? one.value.close() : null,
        ),
      );
    },
  };
}
