// One entity: its value as it is now, who answered, its past, and how to change it.

import { Failure, entityPath, operationId, paths, request, stream } from "./api.js";
import { cluster, shown as pageShown, whileShown } from "./cluster.js";
import { el, keyed, text, time } from "./dom.js";
import { problemBox } from "./problem.js";
import { schemaHelp } from "./schema.js";

const POLL_MS = 700;
const MODES = {
  linearizable: "newest (linearizable)",
  confirmed: "newest, confirmed by the database",
  "stale:500ms": "at most 500 ms old",
  any: "any that was committed",
};

const WATCHED_POLL_MS = 3_000;

let watchable = null;

/** Whether the node has routes for watching, by its own list of what there is. */
function canWatch() {
  watchable ??= paths().then((list) => list.includes("/{id}/watch"), () => {
    watchable = null;
    return false;
  });
  return watchable;
}

function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}

export function entity(type, id, changed) {
  const stop = new AbortController();
  const state = { value: undefined, revision: null, exists: null, edited: false, busy: false,
    watching: false, refreshing: false, again: false };
  const path = type ? entityPath(type.name, id) : "";

  const value = el("pre", { className: "value", tabIndex: 0, "aria-label": "Value" }, " ");
  const facts = el("dl", { className: "facts flat" });
  const mode = el("select", { id: "mode", onchange: () => get() });
  Object.entries(MODES).forEach(([name, label]) => mode.append(el("option", { value: name }, label)));
  const reading = el("div");
  const edit = el("textarea", { id: "edit", rows: 6, spellcheck: false, autocomplete: "off",
    oninput: () => { state.edited = true; check(); } });
  const wrong = el("p", { className: "wrong", "aria-live": "polite" });
  const guard = el("input", { type: "checkbox", id: "guard", checked: true });
  const guardText = el("span", {}, "only if it is still at this revision");
  const set = el("button", { type: "submit", className: "main" }, "Set");
  const merge = el("button", { type: "button", onclick: () => change("PATCH", edit.value) }, "Merge");
  const remove = el("button", { type: "button", className: "danger", onclick: deleted }, "Delete");
  const outcome = el("div");
  const past = el("ol", { className: "past" });
  const shard = el("p");

  const root = el("section", { className: "card" },
    el("div", { className: "bar" }, el("h2", { className: "id" }, id),
      el("span", { className: "faint" }, type ? type.name : "")),
    value, facts,
    el("div", { className: "row wrap" }, el("label", { for: "mode" }, "Read"), mode,
      el("button", { type: "button", onclick: () => get() }, "Get")),
    reading,
    el("form", { onsubmit: (event) => { event.preventDefault(); change("PUT", edit.value); } },
      el("label", { for: "edit" }, "New value"), edit, wrong,
      type ? schemaHelp(type, () => edit.value, (json) => { edit.value = json; state.edited = true; check(); }) : null,
      el("label", { className: "check" }, guard, guardText),
      el("div", { className: "row wrap" }, set, merge, remove)),
    outcome,
    el("details", { className: "history", ontoggle: (event) => event.target.open && history() },
      el("summary", {}, "Who owned it"), shard, past));

  async function get(quiet = false) {
    const began = performance.now();
    try {
      const answer = await request(`${path}?read=${encodeURIComponent(mode.value)}`, { signal: stop.signal });
      shown(answer, performance.now() - began);
      reading.replaceChildren();
    } catch (failure) {
      if (stop.signal.aborted) {
        return;
      }
      if (failure instanceof Failure && failure.code === "not-found") {
        absent();
      } else if (!quiet || !(failure instanceof Failure && failure.silent)) {
        reading.replaceChildren(problemBox(failure));
      }
    }
  }

  function shown(answer, took) {
    const { body, headers } = answer;
    const news = state.exists !== true || body.revision !== state.revision;
    const first = state.exists === null;
    state.exists = true;
    state.revision = body.revision;
    state.value = body.value;
    if (news) {
      text(value, JSON.stringify(body.value, null, 2));
      value.classList.remove("gone");
      if (!first) {
        value.classList.remove("changed");
        void value.offsetWidth;
        value.classList.add("changed");
        changed?.();
      }
      if (!state.edited) {
        edit.value = JSON.stringify(body.value, null, 2);
        check();
      }
    }
    const owner = headers.get("Holdfast-Owner");
    factsAre([
      ["Revision", body.revision],
      ["Owner", owner || "was not asked"],
      ["Answered by", headers.get("Holdfast-Served-By") || "–"],
      ["Taken from", { owner: "the owner's memory", copy: "a copy", database: "the database" }[headers.get("Holdfast-Source")] || "–"],
      ["Took", `${took < 10 ? took.toFixed(1) : Math.round(took)} ms`],
    ]);
    buttons();
  }

  function absent() {
    const news = state.exists !== false;
    state.exists = false;
    state.revision = null;
    text(value, "does not exist");
    value.classList.add("gone");
    factsAre([]);
    if (news && !state.edited) {
      edit.value = type?.mainField ? JSON.stringify({ [type.mainField]: "" }, null, 2) : "{}";
      check();
    }
    buttons();
  }

  function factsAre(pairs) {
    keyed(facts, pairs, ([name]) => name,
      ([name]) => el("div", {}, el("dt", {}, name), el("dd")),
      (item, [, shownValue]) => text(item.lastElementChild, shownValue));
  }

  function buttons() {
    text(set, state.exists === false ? "Create" : "Set");
    text(guardText, state.exists === false ? "only if it still does not exist"
      : `only if it is still at revision ${state.revision ?? "…"}`);
    merge.hidden = state.exists === false;
    remove.hidden = state.exists === false;
    for (const button of [set, merge, remove]) {
      button.disabled = state.busy || state.exists === null;
    }
  }

  function check() {
    let message = "";
    try {
      JSON.parse(edit.value);
    } catch (error) {
      message = edit.value.trim() ? `Not JSON yet: ${error.message}` : "";
    }
    text(wrong, message);
  }

  function deleted() {
    if (remove.dataset.sure) {
      delete remove.dataset.sure;
      text(remove, "Delete");
      change("DELETE");
    } else {
      remove.dataset.sure = "yes";
      text(remove, "Really delete?");
      setTimeout(() => { delete remove.dataset.sure; text(remove, "Delete"); }, 4_000);
    }
  }

  async function change(method, body, operation = operationId(), condition = conditionNow(method)) {
    state.busy = true;
    buttons();
    outcome.replaceChildren();
    try {
      const answer = await request(path,
        { method, body, headers: { "Idempotency-Key": operation, ...condition } });
      state.edited = false;
      outcome.replaceChildren(el("p", { className: "done", role: "status" },
        `${method === "DELETE" ? "Deleted" : "Done"}: revision ${answer.body.revision}.`));
      await get();
      changed?.();
    } catch (failure) {
      const unknown = failure instanceof Failure && (failure.silent || failure.problem.outcome === "unknown");
      outcome.replaceChildren(problemBox(failure, unknown ? () => change(method, body, operation, condition) : null));
      get(true);
    } finally {
      state.busy = false;
      buttons();
    }
  }

  function conditionNow(method) {
    if (!guard.checked) {
      return {};
    }
    if (state.exists) {
      return { "If-Match": `"${state.revision}"` };
    }
    return method === "PUT" ? { "If-None-Match": "*" } : {};
  }

  async function history() {
    try {
      const { body } = await request(entityPath(type.name, id, "history"), { signal: stop.signal });
      past.replaceChildren(...body.history.slice(0, 20).map((tenure) => el("li", {},
        el("time", { dateTime: tenure.from }, time(tenure.from)),
        el("b", {}, tenure.node),
        el("span", { className: "faint" }, `epoch ${tenure.epoch}, token ${tenure.token}, ${ending(tenure)}`))));
      const number = body.history[0]?.shard;
      shard.replaceChildren(number === undefined ? "Nobody has owned it yet."
        : el("a", { href: `#map/${number}` }, `Shard ${number} on the map`));
    } catch (failure) {
      if (!stop.signal.aborted) {
        past.replaceChildren(el("li", {}, problemBox(failure)));
      }
    }
  }

  /** Asks again and again; less often while the node tells of changes by itself. */
  async function follow() {
    watch();
    while (!stop.signal.aborted) {
      await pause(state.watching ? WATCHED_POLL_MS : POLL_MS, stop.signal);
      await refresh();
    }
  }

  async function refresh() {
    if (stop.signal.aborted || state.busy || document.hidden || !cluster.connected) {
      return;
    }
    if (state.refreshing) {
      state.again = true;
      return;
    }
    state.refreshing = true;
    do {
      state.again = false;
      await get(true);
    } while (state.again && !stop.signal.aborted);
    state.refreshing = false;
  }

  async function watch() {
    while (!stop.signal.aborted && await canWatch()) {
      await pageShown();
      const seen = whileShown(stop.signal);
      try {
        await stream(`${path}/watch`, {
          signal: seen.signal,
          onOpen: () => { state.watching = true; },
          onEvent: refresh,
        });
      } catch {
        // Then asking again has to do.
      }
      seen.done();
      state.watching = false;
      await pause(WATCHED_POLL_MS, stop.signal);
    }
  }

  if (type) {
    buttons();
    get().then(follow);
  } else {
    root.replaceChildren(el("p", { className: "empty" }, "This node serves no such type."));
  }
  return { root, close: () => stop.abort() };
}

function ending(tenure) {
  return tenure.to ? `${tenure.ending} at ${time(tenure.to)}` : "owns it now";
}
