import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What is written on GitHub by somebody: a comment or an issue. */
export interface Post {
  readonly id: number;
  readonly number: number;
  readonly user: { readonly login: string; readonly type: string } | null;
  body: string;
  state?: string;
  labels?: readonly { readonly name: string }[];
  title?: string;
  html_url?: string;
}

/** An answer in place of the next one that fits, once. */
interface Refusal {
  readonly method: string;
  /** 0: the connection ends without an answer. */
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export const TOKEN = "ghs_16C7e42F292c6912E7710c838347Ae178B4a";
export const BOT = { login: "github-actions[bot]", type: "Bot" };
const REPOSITORY = "/repos/example/databases";

/** GitHub's REST API, as far as ci/github uses it, over real HTTP. https://docs.github.com/en/rest */
export class GithubServer {
  comments: Post[] = [];
  issues: Post[] = [];
  /** Pull requests of every commit. */
  pulls: object[] = [];
  refusals: Refusal[] = [];
  readonly requests: Request[] = [];
  readonly #server: Server = createServer((request, response) => {
    this.#answer(request).then(
      ({ status, body, headers = {} }) => {
        if (status === 0) return response.destroy();
        response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
        response.end(JSON.stringify(body));
      },
      (error) => response.destroy(error),
    );
  });

  async listen(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What changed something, in order. */
  get writes(): string[] {
    return this.requests
      .filter(({ method }) => method !== "GET")
      .map(({ method, path }) => `${method} ${path}`);
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? "", this.url);
    const { method = "" } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
    this.requests.push({ method, path: url.pathname, body });
    if (request.headers.authorization !== `token ${TOKEN}`) return refused(401, "Bad credentials");
    const refusal = this.refusals.findIndex((each) => each.method === method);
    if (refusal >= 0) {
      const [{ status, message, headers }] = this.refusals.splice(refusal, 1) as [Refusal];
      return refused(status, message, headers);
    }
    if (!url.pathname.startsWith(REPOSITORY)) return refused(404, "Not Found");
    return this.#route(`${method} ${url.pathname.slice(REPOSITORY.length)}`, url, body);
  }

  #route(route: string, url: URL, body: Readonly<Record<string, string>>): Answer {
    const [, number] = /\/(\d+)/.exec(route) ?? [];
    switch (route.replace(/\/[0-9a-f]{40}\//, "/{sha}/").replace(/\/\d+/, "/{number}")) {
      case "GET /issues/{number}/comments":
        return page(
          this.comments.filter((comment) => comment.number === Number(number)),
          url,
        );
      case "POST /issues/{number}/comments":
        return this.#create(this.comments, { ...body, number: Number(number) });
      case "PATCH /issues/comments/{number}":
        return update(this.comments, Number(number), body);
      case "GET /issues":
        return page(this.#listIssues(url.searchParams), url);
      case "POST /issues":
        return this.#create(this.issues, { ...body, state: "open" });
      case "PATCH /issues/{number}":
        return update(this.issues, Number(number), body);
      case "GET /commits/{sha}/pulls":
        return page(this.pulls, url);
      default:
        return refused(404, "Not Found");
    }
  }

  /** Newest first, unless asked otherwise. */
  #listIssues(query: URLSearchParams): Post[] {
    const { state = "open", labels, direction } = Object.fromEntries(query);
    const found = this.issues.filter(
      (issue) => issue.state === state && (!labels || issue.labels?.some(({ name }) => name === labels)),
    );
    return direction === "asc" ? found : found.reverse();
  }

  #create(posts: Post[], { labels, ...values }: Readonly<Record<string, unknown>>): Answer {
    const id = 1 + Math.max(0, ...posts.map((post) => post.id));
    const names = labels as readonly string[] | undefined;
    const html_url = `https://github.com/example/databases/${id}`;
    const post = { number: id, ...values, id, user: BOT, html_url } as unknown as Post;
    posts.push({ ...post, ...(names && { labels: names.map((name) => ({ name })) }) });
    return { status: 201, body: post };
  }
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

function refused(status: number, message: string, headers?: Readonly<Record<string, string>>): Answer {
  return { status, body: { message, documentation_url: "https://docs.github.com/rest" }, headers };
}

function update(posts: readonly Post[], id: number, values: object): Answer {
  const post = posts.find((each) => each.id === id);
  if (post === undefined) return refused(404, "Not Found");
  return { status: 200, body: Object.assign(post, values) };
}

/** https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function page(items: readonly unknown[], url: URL): Answer {
  const size = Number(url.searchParams.get("per_page") ?? 30);
  const number = Number(url.searchParams.get("page") ?? 1);
  const next = new URL(url);
  next.searchParams.set("page", String(number + 1));
  const isLast = number * size >= items.length;
  return {
    status: 200,
    body: items.slice((number - 1) * size, number * size),
    headers: isLast ? {} : { link: `<${next}>; rel="next"` },
  };
}
