// What happened, as this node saw it.

import { cluster, listen } from "./cluster.js";
import { el, keyed, text, time } from "./dom.js";

const KINDS = {
  joined: "good", "lease-back": "good", "database-back": "good",
  draining: "busy", evicting: "busy", left: "plain", moved: "plain",
  fenced: "bad", "lease-lost": "bad", "database-lost": "bad",
};

/** The latest events, the newest first; `draw()` brings them up to date. */
export function eventList({ limit, wanted = () => true }) {
  const list = el("ol", { className: "events" });
  const empty = el("p", { className: "empty" },
    "Nothing yet. Nodes that come and go, and shards that move, show up here.");
  return {
    root: el("div", {}, list, empty),
    draw() {
      const shown = cluster.events.filter(wanted).slice(-limit).reverse();
      empty.hidden = shown.length > 0;
      keyed(list, shown, (event) => event.id, make, () => {});
    },
  };
}

function make(event) {
  return el("li", {},
    el("time", { dateTime: event.at, title: event.at }, time(event.at)),
    el("span", { className: `pill ${KINDS[event.kind] || "plain"}` }, event.kind),
    el("span", { className: "what" }, event.text));
}

export function events(root) {
  let kind = "";
  const select = el("select", { id: "kind", onchange: () => { kind = select.value; draw(); } },
    el("option", { value: "" }, "all kinds"));
  Object.keys(KINDS).forEach((name) => select.append(el("option", { value: name }, name)));
  const list = eventList({ limit: 300, wanted: (event) => !kind || event.kind === kind });
  const count = el("span", { className: "faint" });
  root.append(
    el("div", { className: "bar" }, el("h1", {}, "Events"),
      el("label", { for: "kind", className: "hidden" }, "Kind"), select, count),
    el("section", { className: "card" }, list.root),
    el("p", { className: "faint" },
      "Moves come from the database. Other events are what this node saw since somebody watched."));
  function draw() {
    list.draw();
    text(count, `${cluster.events.length} known`);
  }
  draw();
  return listen((what) => {
    if (what === "event") {
      draw();
    }
  });
}
