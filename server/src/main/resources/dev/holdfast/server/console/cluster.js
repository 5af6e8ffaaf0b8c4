// What this page knows of the cluster, kept current for all views.

import { Failure, request, stream } from "./api.js";

const LOOK_MS = 1_000;
const MANY_SHARDS = 1_000;
const KEPT_EVENTS = 1_000;
const KEPT_LOOKS = 600;

export const cluster = {
  /** The node that is asked, once it has said its name. */
  node: "",
  version: "",
  types: [],
  /** As /v1/shards tells. */
  nodes: [],
  shards: [],
  /** As /v1/nodes tells: what only the node itself knows is there for the one that is asked. */
  rows: [],
  /** The oldest first. */
  events: [],
  /** [{at, owned: Map(name, count)}], the oldest first. */
  looks: [],
  connected: false,
  trouble: "",
};

const listeners = new Set();
const colours = new Map();

/** Calls `listener` with what has changed ("look", "event" or "link") until the answer is called. */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(what) {
  listeners.forEach((listener) => listener(what));
}

/** The same colour for a node each time, as far as there are enough of them. */
export function colour(name) {
  if (!colours.has(name)) {
    colours.set(name, colours.size % 8);
  }
  return colours.get(name);
}

function link(connected, trouble = "") {
  if (cluster.connected !== connected || cluster.trouble !== trouble) {
    cluster.connected = connected;
    cluster.trouble = trouble;
    tell("link");
  }
}

function pause(ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}

/** Answers when somebody can see the page. */
export async function shown() {
  while (document.hidden) {
    await new Promise((resolve) => {
      document.addEventListener("visibilitychange", resolve, { once: true });
    });
  }
}

/**
 * Has a signal that is aborted when nobody sees the page any more, or with `outer`: a browser has
 * few connections for one node, and all its tabs share them. To be told when it is `done`.
 */
export function whileShown(outer) {
  const stop = new AbortController();
  const look = () => {
    if (document.hidden || outer?.aborted) {
      stop.abort();
    }
  };
  document.addEventListener("visibilitychange", look, { signal: stop.signal });
  outer?.addEventListener("abort", look, { signal: stop.signal });
  look();
  return { signal: stop.signal, done: () => stop.abort() };
}

async function hello() {
  const { body } = await request("/v1");
  cluster.node = body.node;
  cluster.version = body.version;
  cluster.types = body.types;
}

async function look() {
  const [shards, rows] = await Promise.all([request("/v1/shards"), request("/v1/nodes")]);
  cluster.nodes = shards.body.nodes.slice().sort((a, b) => a.epoch - b.epoch);
  cluster.shards = shards.body.shards;
  cluster.rows = rows.body.nodes;
  cluster.nodes.forEach((node) => colour(node.name));
  const owned = new Map();
  for (const shard of cluster.shards) {
    if (shard.owner && shard.state !== "orphaned") {
      owned.set(shard.owner, (owned.get(shard.owner) || 0) + 1);
    }
  }
  cluster.looks.push({ at: Date.now(), owned });
  if (cluster.looks.length > KEPT_LOOKS) {
    cluster.looks.shift();
  }
}

async function keepLooking() {
  let failures = 0;
  for (;;) {
    await shown();
    try {
      if (!cluster.node || failures > 0) {
        await hello();
      }
      await look();
      failures = 0;
      link(true);
      tell("look");
      await pause(cluster.shards.length > MANY_SHARDS ? 3 * LOOK_MS : LOOK_MS);
    } catch (failure) {
      failures++;
      link(false, reason(failure));
      await pause(Math.min(5_000, 500 * failures));
    }
  }
}

function reason(failure) {
  const who = cluster.node || "the node";
  if (failure instanceof Failure && !failure.silent) {
    return failure.message;
  }
  return `${who} does not answer at ${location.host}`;
}

async function keepListening() {
  let lastId = null;
  let failures = 0;
  for (;;) {
    await shown();
    const seen = whileShown();
    try {
      await stream("/v1/events?limit=200", {
        lastId,
        signal: seen.signal,
        onOpen: () => { failures = 0; },
        onEvent: ({ event, id, data }) => {
          const read = JSON.parse(data);
          if (event === "hello") {
            if (!read.resumed) {
              cluster.events = [];
              tell("event");
            }
            return;
          }
          lastId = id || lastId;
          cluster.events.push(read);
          if (cluster.events.length > KEPT_EVENTS) {
            cluster.events.shift();
          }
          tell("event");
        },
      });
    } catch {
      // The looks say what is wrong.
    }
    seen.done();
    failures++;
    await pause(Math.min(5_000, 300 * failures));
  }
}

/** Begins; never ends. */
export function begin() {
  keepLooking();
  keepListening();
}
