import fc from 'fast-check';
import { lexer } from 'marked';
import { describe, expect, it } from 'vitest';
import { parseTranscript } from '../../agent/review/parse-transcript.ts';
import { decodeProse, encodeProse, isStructure } from '../../agent/review/prose.ts';
import { sanitiseLine, sanitiseProse } from '../../agent/review/sanitise.ts';
import { linkLabels, renderTranscript } from '../../agent/review/transcript.ts';
import { canonicalTranscript } from '../../agent/review/transcript-model.ts';
import { markdown, transcripts } from './transcript-arbitrary.ts';

describe('a transcript', () => {
  it('is read back without loss, whatever a model wrote', () => {
    fc.assert(
      fc.property(transcripts, (raw) => {
        const transcript = canonicalTranscript(raw);
        expect(canonicalTranscript(transcript)).toEqual(transcript);
        const text = renderTranscript(transcript);
        expect(parseTranscript(text)).toEqual(transcript);
        expect(renderTranscript(parseTranscript(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('cannot be forged from inside an answer: every heading of levels 1 to 3 is the transcript’s own', () => {
    fc.assert(
      fc.property(markdown, (raw) => {
        const encoded = encodeProse(sanitiseProse(raw));
        const own = encoded
          .split('\n')
          .filter((line) => /^(#{1,3} |Chat Question:|Answer:|Claim \d+, )/.test(line));
        // A `# ` line may stand inside code, where it is a comment and no heading.
        expect(own.filter((line) => !line.startsWith('# '))).toEqual([]);
      }),
    );
  });

  it('names the line that is not as it was written', () => {
    const text =
      '## T\n\n*Session `a` · program `b` · answers by `c` (recorded)*\n\nChat Question: q\n\nAnswer: a\n';
    expect(() => parseTranscript(text)).toThrow(/ends where who answered should stand/);
    expect(() => parseTranscript(text.replace('(recorded)', '(divined)'))).toThrow(
      /Line 3 .* a kind of model/,
    );
  });
});

describe('prose', () => {
  it('keeps its headings through encoding', () => {
    fc.assert(
      fc.property(markdown, (raw) => {
        const prose = sanitiseProse(raw);
        expect(decodeProse(encodeProse(prose).split('\n'))).toBe(prose);
      }),
    );
    expect(encodeProse('## Two modes')).toBe('#### Two modes ##');
  });

  it('holds no markup, no picture and no open code block once sanitised, and is then left alone', () => {
    fc.assert(
      fc.property(markdown, (raw) => {
        const prose = sanitiseProse(raw);
        expect(sanitiseProse(prose)).toBe(prose);
        const tokens = lexer(`${prose}\n\nafter`);
        expect(tokens.at(-1)?.raw).toBe('after');
        expect(JSON.stringify(tokens)).not.toMatch(/"type":"(html|image)"/);
      }),
      { numRuns: 500 },
    );
  });

  it('spares code: only markup outside it gets a backslash', () => {
    expect(sanitiseProse('a <b> and `Array<number>`\n\n```ts\nf<number>(1) // <!--\n```')).toBe(
      'a \\<b> and `Array<number>`\n\n```ts\nf<number>(1) // <!--\n```',
    );
    expect(sanitiseLine('x < 3, `a<b>`,\n<!-- gone')).toBe('x < 3, `a<b>`, \\<!-- gone');
  });

  it('closes a code block that the token limit cut', () => {
    expect(sanitiseProse('see\n\n````ts\nconst a = 1;')).toBe('see\n\n````ts\nconst a = 1;\n````');
  });

  it.each([
    ['nested without end', '> '.repeat(5000)],
    ['ten megabytes long', 'a <b> `c\n'.repeat(1_200_000)],
  ])('that is %s is kept as it was typed, in one block', (_, text) => {
    const fenced = `\`\`\`\n\`\`\`\n${text}`.trimEnd();
    const prose = sanitiseProse(fenced);
    expect(prose.startsWith('````\n') && prose.endsWith('\n````')).toBe(true);
    expect(sanitiseProse(prose)).toBe(prose);
    expect(prose).toContain(text.trimEnd());
  });
});

it('every line that says how a claim stands to a sentence is structure, which no prose can begin a line with', () => {
  for (const label of Object.values(linkLabels)) expect(isStructure(`${label} x`), label).toBe(true);
});
