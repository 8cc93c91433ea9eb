import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { localPath, portable } from '../../agent/host/paths.ts';
import { loadPrompts, parsePrompt } from '../../agent/host/prompts.ts';
import { allSessions, createSession, findSession } from '../../agent/host/sessions.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vibegrad-host-'));
  vi.stubEnv('VIBEGRAD_HOME', home);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

/** A session's folder with something that counts as a journal. */
function begun(slug: string, at: string): string {
  const session = createSession(slug, new Date(at));
  writeFileSync(join(session.dir, 'journal.jsonl'), '{}\n');
  return session.id;
}

describe('sessions by name', () => {
  it('newest first; last is the newest; a beginning of a name will do while only one has it', () => {
    const old = begun('Old One!', '2026-01-02T03:04:00Z');
    const young = begun('young', '2026-02-02T03:04:00Z');
    expect(old).toMatch(/^2026-01-02-0304-old-one--[0-9a-f]{4}$/);
    const own = allSessions().filter((session) => !session.shipped);
    expect(own.map(({ id }) => id)).toEqual([young, old]);
    expect(findSession('last').id).toBe(young);
    expect(findSession('2026-01').id).toBe(old);
    expect(findSession(join(home, 'sessions', old)).id).toBe(old);
    expect(findSession(join(home, 'sessions', old, 'journal.jsonl')).id).toBe(old);
    expect(() => findSession('2026-0')).toThrow(/could be/);
    expect(() => findSession('nothing')).toThrow(/there is no session nothing/);
  });

  it('of one minute’s sessions the newest is the one whose journal began last', () => {
    const ids = [3, 1, 2].map((at) => {
      const { id, dir } = createSession('same', new Date('2026-03-02T03:04:00Z'));
      writeFileSync(
        join(dir, 'journal.jsonl'),
        `{"about":{"at":9},"at":${1_796_000_000_000 + at},"type":"begin"}\n`,
      );
      return [at, id] as const;
    });
    const own = allSessions().filter((session) => !session.shipped);
    expect(own.map(({ id }) => id)).toEqual([3, 2, 1].map((at) => new Map(ids).get(at)));
  });

  it('of a session and its copies, which begin as it does, the newest is the one that was written last', () => {
    const ids = [30, 10, 20].map((seconds) => {
      const { id, dir } = createSession('same', new Date('2026-03-02T03:04:00Z'));
      const journal = join(dir, 'journal.jsonl');
      writeFileSync(journal, '{"at":1796000000000,"type":"begin"}\n');
      utimesSync(journal, seconds, seconds);
      return [seconds, id] as const;
    });
    const own = allSessions().filter((session) => !session.shipped);
    expect(own.map(({ id }) => id)).toEqual([30, 20, 10].map((at) => new Map(ids).get(at)));
  });

  it('a folder that never became a session is none', () => {
    createSession('never');
    expect(() => findSession('last')).toThrow(/no session of yours/);
  });

  it('a name never leaves the folder of sessions', () => {
    const { dir } = createSession('../../../../outside');
    expect(dir.startsWith(join(home, 'sessions', ''))).toBe(true);
  });
});

describe('paths as a journal keeps them', () => {
  it('are said relative to home and to the state folder, and come back', () => {
    for (const path of [
      join(home, 'workspaces', 'x'),
      home,
      join(homedir(), 'engine'),
      '/elsewhere/engine',
    ]) {
      expect(localPath(portable(path))).toBe(path);
      expect(portable(path)).not.toContain(home);
    }
    expect(portable(`${home}-beside`)).not.toMatch(/^\$VIBEGRAD_HOME/);
  });
});

describe('prompts', () => {
  it('every shipped one has an id of its own, and its inputs are the ones that it uses', () => {
    const prompts = loadPrompts();
    expect(new Set(prompts.map(({ id }) => id)).size).toBe(prompts.length);
    for (const { id, body, text } of prompts) {
      const used = [...new Set([...body.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]))].sort();
      const stated = (/^inputs: \[(.*)\]$/m.exec(text)?.[1] ?? '').split(/,\s*/).filter(Boolean).sort();
      expect(used, id).toEqual(stated);
    }
  });

  it('one without an id is refused by its path; line ends do not matter', () => {
    expect(() => parsePrompt('no front matter', 'a/b.md')).toThrow(/a\/b\.md is not a prompt/);
    expect(parsePrompt('---\r\nid: x\r\nversion: 2\r\n---\r\nBody\r\n', 'x.md')).toMatchObject({
      id: 'x',
      version: '2',
      body: 'Body',
    });
    mkdirSync(join(home, 'empty', 'questions'), { recursive: true });
    expect(loadPrompts(join(home, 'empty'))).toEqual([]);
  });
});
