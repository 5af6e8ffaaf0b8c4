// Finds entities by the beginning of their ids, and shows one of them.

import { entityPath, request } from "./api.js";
import { cluster, listen } from "./cluster.js";
import { el, keyed, text } from "./dom.js";
import { entity } from "./entity.js";
import { problemBox } from "./problem.js";

const PAGE = 100;
const RELOAD_MS = 3_000;

export function entities(root, words) {
  const state = { type: words[0] || "", id: words[1] || "", prefix: "", more: PAGE, shown: null };
  const type = el("select", { id: "type", onchange: () => go(type.value, "") });
  const search = el("input", { id: "prefix", type: "search", autocomplete: "off", spellcheck: false,
    placeholder: "id, or how it begins", oninput: searched });
  const open = el("button", { type: "submit" }, "Open");
  const list = el("ul", { className: "ids" });
  const note = el("p", { className: "faint" });
  const trouble = el("div");
  const more = el("button", { type: "button", className: "quiet", hidden: true,
    onclick: () => { state.more += PAGE; load(); } }, "Show more");
  const detail = el("div", { className: "detail" });
  root.append(
    el("div", { className: "bar" }, el("h1", {}, "Entities")),
    el("div", { className: "split" },
      el("section", { className: "card" },
        el("form", { className: "find", onsubmit: opened },
          el("label", { for: "type" }, "Type"), type,
          el("label", { for: "prefix" }, "Find"), el("span", { className: "row" }, search, open)),
        trouble, list, note, more),
      detail));

  let waiting = 0;
  let loading = false;
  let again = false;

  function searched() {
    clearTimeout(waiting);
    waiting = setTimeout(() => { state.prefix = search.value; state.more = PAGE; load(); }, 150);
  }

  function opened(event) {
    event.preventDefault();
    const id = search.value;
    if (id) {
      go(state.type, id);
    }
  }

  function go(toType, id) {
    location.hash = `#entities/${encodeURIComponent(toType)}${id ? `/${encodeURIComponent(id)}` : ""}`;
  }

  /** Also when nothing was found, so that it can be created. */
  function show() {
    state.shown?.close();
    state.shown = null;
    if (!state.id) {
      detail.replaceChildren(el("section", { className: "card empty" },
        el("p", {}, "Choose an entity, or type an id and open it.")));
      return;
    }
    state.shown = entity(cluster.types.find((known) => known.name === state.type), state.id, load);
    detail.replaceChildren(state.shown.root);
  }

  function wordsChanged(event) {
    const [toType, id] = event.detail;
    const other = Boolean(toType) && toType !== state.type;
    state.type = toType || state.type;
    state.id = id || "";
    if (other) {
      type.value = state.type;
      state.more = PAGE;
      list.replaceChildren();
      load();
    }
    marked();
    show();
  }

  function marked() {
    for (const item of list.children) {
      const anchor = item.firstElementChild;
      if (item.dataset.key === state.id) {
        anchor.setAttribute("aria-current", "true");
      } else {
        anchor.removeAttribute("aria-current");
      }
    }
  }

  async function load() {
    if (!state.type || document.hidden) {
      return;
    }
    if (loading) {
      again = true;
      return;
    }
    loading = true;
    const asked = { type: state.type, prefix: state.prefix, more: state.more };
    try {
      const found = await page(asked);
      if (asked.type === state.type && asked.prefix === state.prefix) {
        trouble.replaceChildren();
        draw(found, asked);
      }
    } catch (failure) {
      if (!failure.silent) {
        trouble.replaceChildren(problemBox(failure));
      }
    } finally {
      loading = false;
    }
    if (again) {
      again = false;
      load();
    }
  }

  function draw(found, asked) {
    keyed(list, found.items, (item) => item.id,
      (item) => el("li", {}, el("a", { href: `#entities/${encodeURIComponent(item.type)}/${encodeURIComponent(item.id)}` },
        el("span", { className: "id" }, item.id), el("span", { className: "brief" }))),
      (row, item) => text(row.querySelector(".brief"), brief(item)));
    marked();
    more.hidden = !found.more;
    text(note, found.items.length ? ""
      : asked.prefix ? `No id begins with “${asked.prefix}”. Open it to create it.`
        : `There is no ${asked.type} yet. Type an id and open it to create one.`);
    note.hidden = found.items.length > 0;
  }

  function brief(item) {
    const field = cluster.types.find((known) => known.name === item.type)?.mainField;
    const value = field && item.value && typeof item.value === "object" ? item.value[field] : item.value;
    const shown = typeof value === "string" ? value : JSON.stringify(value) ?? "";
    return shown.length > 40 ? `${shown.slice(0, 40)}…` : shown;
  }

  function types() {
    if (!cluster.types.length || type.options.length === cluster.types.length) {
      return;
    }
    const names = cluster.types.map((known) => known.name);
    type.replaceChildren(...names.map((name) => el("option", { value: name }, name)));
    state.type = names.includes(state.type) ? state.type : names[0];
    type.value = state.type;
    load();
    show();
  }

  types();
  const deaf = listen(types);
  const timer = setInterval(load, RELOAD_MS);
  root.addEventListener("words", wordsChanged);
  return () => {
    deaf();
    clearInterval(timer);
    state.shown?.close();
    root.removeEventListener("words", wordsChanged);
  };
}

/** Pages are asked for until there are enough whose ids begin as wanted. */
async function page({ type, prefix, more }) {
  const query = new URLSearchParams({ limit: String(more + 1) });
  const after = before(prefix);
  if (after) {
    query.set("after", after);
  }
  const { body } = await request(`${entityPath(type)}?${query}`);
  const items = body.items.filter((item) => item.id.startsWith(prefix));
  return { items: items.slice(0, more), more: items.length > more };
}

/** A text that stands right before all that begin with `prefix`, in the order of ids. */
function before(prefix) {
  const points = [...prefix];
  if (!points.length) {
    return "";
  }
  const last = points.pop().codePointAt(0);
  const lower = last === 0xe000 ? 0xd7ff : last - 1;
  return lower < 0x21 ? points.join("") : `${points.join("")}${String.fromCodePoint(lower)}\u{10ffff}`;
}
