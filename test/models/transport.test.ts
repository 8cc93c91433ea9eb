import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guardedFetch } from '../../agent/models/transport.ts';
import { type Scripted, scripted, status, stream } from './scripted.ts';

let server: Scripted;
beforeEach(async () => {
  server = await scripted();
});
afterEach(() => server.close());

describe('the guarded fetch', () => {
  it('hands every byte on, in order, up to its limit', async () => {
    const body = Buffer.from('äöü'.repeat(50_000));
    server.script(stream(body), stream(body));
    const whole = await guardedFetch({ maxBytes: body.length })(server.origin);
    expect(Buffer.from(await whole.arrayBuffer()).equals(body)).toBe(true);
    const cut = await guardedFetch({ maxBytes: body.length - 1 })(server.origin);
    await expect(cut.arrayBuffer()).rejects.toMatchObject({ failure: 'bad reply' });
  });

  it('reads no endless error page', async () => {
    server.script(status(500, 'x'.repeat(2 ** 21)));
    const response = await guardedFetch({ maxBytes: 2 ** 30 })(server.origin);
    expect(response.status).toBe(500);
    await expect(response.text()).rejects.toMatchObject({ failure: 'bad reply' });
  });

  it.each([
    ['data: x\n\n', false],
    ['data: x\r\n\r\n', false],
    ['data: x\n', true],
    ['data: {"a"', true],
  ])('says whether %j ends inside an event', async (body, midEvent) => {
    server.script(stream(body));
    const ends: boolean[] = [];
    const response = await guardedFetch({ maxBytes: 1000, onEnd: (mid) => ends.push(mid) })(server.origin);
    await response.text();
    expect(ends).toEqual([midEvent]);
  });
});
