/** The part of Node's response that next-auth writes to, turned into a Web Response. */
export class NextAuthAnswer {
  private code = 200;
  private body: string | null = null;
  private readonly headers = new Map<string, string[]>();

  status(code: number): this {
    this.code = code;
    return this;
  }

  getHeader(name: string): string[] | undefined {
    return this.headers.get(name.toLowerCase());
  }

  setHeader(name: string, value: string | string[]): this {
    const values = [value].flat();
    // next-auth pastes `?error=` into the place it sends to as it came; a header holds printable ASCII only.
    const isPlace = name.toLowerCase() === 'location';
    this.headers.set(name.toLowerCase(), isPlace ? values.map((place) => place.replace(/[^\x21-\x7e]/gu, encodeURIComponent)) : values);
    return this;
  }

  send(body: unknown): this {
    if (typeof body === 'string') this.body = body;
    else if (body !== undefined) return this.json(body);
    return this;
  }

  json(value: unknown): this {
    this.setHeader('Content-Type', 'application/json; charset=utf-8');
    this.body = JSON.stringify(value);
    return this;
  }

  end(): this {
    return this;
  }

  toResponse(): Response {
    const headers = new Headers({ 'Cache-Control': 'no-store' });
    for (const [name, values] of this.headers) {
      if (name !== 'set-cookie') headers.set(name, values.join(', '));
      else for (const value of values) headers.append(name, value);
    }
    return new Response(this.body, { status: this.code, headers });
  }
}
