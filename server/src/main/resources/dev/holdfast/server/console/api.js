// Speaks to the node this page came from, and to nobody else.

const KEPT = "holdfast.token";
const LONGEST_WAIT_MS = 10_000;

let token = sessionStorage.getItem(KEPT);
let askForToken = null;
let asking = null;

/** A request that was refused, or found nobody. */
export class Failure extends Error {
  constructor(problem, status) {
    super(problem.detail || problem.title || `status ${status}`);
    this.problem = problem;
    this.status = status;
    this.code = String(problem.type || "").replace("urn:holdfast:error:", "");
  }

  /** Whether the node did not answer at all. */
  get silent() {
    return this.status === 0;
  }
}

/** How to get a token from whoever sits there: takes why it is needed, answers a promise. */
export function tokensFrom(ask) {
  askForToken = ask;
}

export function hasToken() {
  return Boolean(token);
}

export function forgetToken() {
  token = null;
  sessionStorage.removeItem(KEPT);
}

function authorised(headers) {
  return token ? { ...headers, Authorization: `Bearer ${token}` } : headers;
}

async function newToken(failure) {
  if (!asking) {
    asking = askForToken(failure.message).then((given) => {
      token = given;
      sessionStorage.setItem(KEPT, given);
      asking = null;
    });
  }
  await asking;
}

/** The path of a type, of an entity, or of something about it. */
export function entityPath(...parts) {
  return ["/v1", ...parts.map(encodeURIComponent)].join("/");
}

/** Sends a request; answers {status, headers, body}, or throws a Failure. */
export async function request(path, { method = "GET", headers = {}, body, signal, wait } = {}) {
  for (;;) {
    const used = token;
    try {
      return await once(path, { method, headers, body, signal, wait });
    } catch (failure) {
      if (!(failure instanceof Failure) || failure.status !== 401) {
        throw failure;
      }
      if (used === token) {
        await newToken(failure);
      }
    }
  }
}

async function once(path, { method, headers, body, signal, wait = LONGEST_WAIT_MS }) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), wait);
  const abort = () => stop.abort();
  signal?.addEventListener("abort", abort);
  try {
    const sent = { Accept: "application/json", ...headers };
    if (body !== undefined && !sent["Content-Type"]) {
      sent["Content-Type"] = "application/json";
    }
    const answer = await fetch(path, {
      method,
      headers: authorised(sent),
      body,
      signal: stop.signal,
      cache: "no-store",
      redirect: "error",
    });
    const text = await answer.text();
    if (!answer.ok && answer.status !== 304) {
      throw new Failure(problem(text, answer), answer.status);
    }
    return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : null };
  } catch (error) {
    if (error instanceof Failure || signal?.aborted) {
      throw error;
    }
    throw new Failure({ title: "The node does not answer", detail: "" }, 0);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function problem(text, answer) {
  try {
    const read = JSON.parse(text);
    if (read && typeof read === "object") {
      return read;
    }
  } catch {
    // Then somebody between us and the node has answered.
  }
  return { title: `${answer.status} ${answer.statusText}`, detail: "" };
}

/** What routes the node has, in its own words. */
export async function paths() {
  const answer = await fetch("/", { headers: authorised({ Accept: "text/plain" }), cache: "no-store" });
  return answer.ok ? answer.text() : "";
}

/**
 * Reads a stream of events until it ends. By fetch, since EventSource can send no token.
 * Calls onEvent({event, id, data}); answers when the stream ends, throws a Failure if it cannot begin.
 */
export async function stream(path, { lastId, signal, onOpen, onEvent }) {
  const headers = { Accept: "text/event-stream" };
  if (lastId) {
    headers["Last-Event-ID"] = lastId;
  }
  let answer;
  try {
    answer = await fetch(path, { headers: authorised(headers), signal, cache: "no-store" });
  } catch (error) {
    if (signal?.aborted) {
      throw error;
    }
    throw new Failure({ title: "The node does not answer", detail: "" }, 0);
  }
  if (!answer.ok) {
    throw new Failure(problem(await answer.text(), answer), answer.status);
  }
  onOpen?.();
  await read(answer.body.pipeThrough(new TextDecoderStream()).getReader(), onEvent);
}

async function read(reader, onEvent) {
  let rest = "";
  let event = { event: "message", id: null, data: [] };
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const lines = (rest + value).split(/\r\n|\n|\r/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (event.data.length) {
          onEvent({ ...event, data: event.data.join("\n") });
        }
        event = { event: "message", id: null, data: [] };
      } else {
        field(event, line);
      }
    }
  }
}

function field(event, line) {
  const colon = line.indexOf(":");
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
  if (name === "data") {
    event.data.push(value);
  } else if (name === "event" || name === "id") {
    event[name] = value;
  }
}

/** A UUID of version 7: by its time a repetition that comes too late is recognised. */
export function operationId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let now = Date.now();
  for (let i = 5; i >= 0; i--) {
    bytes[i] = now % 256;
    now = Math.floor(now / 256);
  }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
