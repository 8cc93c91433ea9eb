import type { Num, Program, ProgramRequest } from '../../checks/program.ts';

const programs = new WeakMap<Program, string>();

/** A program as JSON; many requests share one. Programs are built by one piece of code, so equal ones read alike. */
export function programText(program: Program): string {
  let text = programs.get(program);
  if (text === undefined) {
    text = JSON.stringify(program);
    programs.set(program, text);
  }
  return text;
}

const questions = new WeakMap<ProgramRequest, string>();

/** What a request asks of its program, as the members of a JSON object. */
export function questionText(request: ProgramRequest): string {
  let text = questions.get(request);
  if (text === undefined) {
    const { mode, at, along } = request;
    const direction = along === undefined ? '' : `,"along":${numsText(along)}`;
    text = `"mode":"${mode}","at":${numsText(at)}${direction}`;
    questions.set(request, text);
  }
  return text;
}

/** Numbers are plain hex digits: put together by hand they cost a fraction of what `JSON.stringify` takes. */
function numsText(nums: readonly Num[]): string {
  let text = '';
  for (const num of nums) {
    text += text === '' ? '' : ',';
    text += typeof num === 'string' && HEX.test(num) ? `"${num}"` : JSON.stringify(num);
  }
  return `[${text}]`;
}

const HEX = /^[0-9a-f]{16}$/;

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
