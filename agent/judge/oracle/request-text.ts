import type { Program, ProgramRequest } from '../../checks/program.ts';

const programs = new WeakMap<Program, string>();
const questions = new WeakMap<ProgramRequest, string>();

/** A program as JSON; many requests share one. Programs are built by one piece of code, so equal ones read alike. */
export function programText(program: Program): string {
  return remembered(programs, program, () => JSON.stringify(program));
}

/** What a request asks of its program, as the members of a JSON object. The visible pool's requests live on, with theirs. */
export function questionText(request: ProgramRequest): string {
  return remembered(questions, request, () => {
    const { mode, at, along } = request;
    const direction = along === undefined ? '' : `,"along":${JSON.stringify(along)}`;
    return `"mode":"${mode}","at":${JSON.stringify(at)}${direction}`;
  });
}

function remembered<K extends object>(texts: WeakMap<K, string>, key: K, write: () => string): string {
  let text = texts.get(key);
  if (text === undefined) {
    text = write();
    texts.set(key, text);
  }
  return text;
}

/** Requests as they travel: each program once in an oracle's life, each question once in a line. */
export interface Packed {
  readonly programs: readonly string[];
  readonly requests: readonly string[];
  /** For each request, which of the line's questions is its own. */
  readonly places: readonly number[];
  /** For each of the line's questions, a request that asks it. */
  readonly first: readonly ProgramRequest[];
}

/** Packs requests for one oracle; the numbers of its programs are kept from line to line. */
export function packer(): (requests: readonly ProgramRequest[]) => Packed {
  const numbers = new Map<string, number>();
  return (requests) => {
    const programs: string[] = [];
    const asked = new Map<string, number>();
    const first: ProgramRequest[] = [];
    const places = requests.map((request) => {
      const program = programText(request.program);
      let number = numbers.get(program);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(program, number);
        programs.push(program);
      }
      const text = `{"program":${number},${questionText(request)}}`;
      let place = asked.get(text);
      if (place === undefined) {
        place = first.push(request) - 1;
        asked.set(text, place);
      }
      return place;
    });
    return { programs, requests: [...asked.keys()], places, first };
  };
}
