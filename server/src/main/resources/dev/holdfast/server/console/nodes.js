// The nodes, how they are, and how to have one leave.

import { Failure, request } from "./api.js";
import { cluster, colour, listen } from "./cluster.js";
import { el, keyed, number, plural, text } from "./dom.js";
import { problemBox } from "./problem.js";

const STATES = { up: "good", draining: "busy", evicting: "bad" };

export function nodes(root) {
  const list = el("ul", { className: "nodes" });
  const trouble = el("div");
  const dialog = drainDialog(trouble);
  root.append(el("div", { className: "bar" }, el("h1", {}, "Nodes")), trouble, list, dialog.root);

  function draw() {
    const most = Math.max(1, ...cluster.rows.map((row) => row.shards));
    keyed(list, cluster.nodes, (node) => node.epoch, (node) => card(node, dialog.ask),
      (item, node) => update(item, node, most));
  }
  draw();
  return listen((what) => {
    if (what === "look") {
      draw();
    }
  });
}

function card(node, ask) {
  return el("li", { className: "card node" },
    el("div", { className: "bar" },
      el("span", { className: `chip c${colour(node.name)}` }),
      el("h2", {}, node.name),
      el("span", { className: "pill", "data-part": "state" }),
      el("span", { className: "faint", "data-part": "self" }),
      el("button", { type: "button", className: "danger", "data-part": "drain",
        "aria-label": `Drain ${node.name}`, onclick: () => ask(node.name) }, "Drain …")),
    el("dl", { className: "facts" },
      el("dt", {}, "Shards"), el("dd", {}, meter("shards")),
      el("dt", {}, "Lease left"), el("dd", {}, meter("lease")),
      el("dt", {}, "Epoch"), el("dd", {}, String(node.epoch)),
      el("dt", {}, "Nodes reach it at"), el("dd", { "data-part": "address" }),
      el("dt", {}, "Console"), el("dd", { "data-part": "http" }),
      el("dt", {}, "Copies"), el("dd", { "data-part": "copies" })));
}

function meter(name) {
  return el("span", { className: "meter" },
    el("meter", { min: 0, max: 1, value: 0, "data-part": `${name}-bar`, "aria-label": name }),
    el("span", { "data-part": name }));
}

function update(item, node, most) {
  const part = (name) => item.querySelector(`[data-part="${name}"]`);
  const row = cluster.rows.find((known) => known.epoch === node.epoch);
  const state = node.state === "up" && !node.joined ? "joining" : node.state;
  text(part("state"), state).className = `pill ${STATES[state] || "busy"}`;
  text(part("self"), node.self ? "this console's node" : "");
  text(part("shards"), row ? number(row.shards) : "–");
  part("shards-bar").value = row ? row.shards / most : 0;
  const left = node.leaseLeftMillis / 1000;
  text(part("lease"), left > 0 ? `${node.self ? "" : "≤ "}${left.toFixed(1)} of ${node.leaseMillis / 1000} s`
    : "none: it has not renewed its lease");
  part("lease-bar").value = node.leaseLeftMillis / node.leaseMillis;
  text(part("address"), row?.address || "–");
  text(part("copies"), row?.self ? `${plural(row.copies, "copy", "copies")} kept, ${number(row.granted)} granted`
    : `known to ${node.name} only`);
  link(part("http"), node);
  part("drain").disabled = node.state !== "up";
}

/** Only an address that is one of the web becomes a link. */
function link(place, node) {
  if (place.textContent === node.http && node.http) {
    return;
  }
  const safe = /^https?:\/\//.test(node.http);
  place.replaceChildren(safe ? el("a", { href: node.http, rel: "noreferrer" }, node.http)
    : node.http || "serves no HTTP");
}

function drainDialog(trouble) {
  let name = "";
  let force = false;
  const title = el("h2", { id: "drain-title" });
  const what = el("p");
  const refused = el("div");
  const confirm = el("button", { type: "button", className: "danger main", onclick: drain });
  const root = el("dialog", { "aria-labelledby": "drain-title" }, title, what, refused,
    el("div", { className: "row" },
      el("button", { type: "button", autofocus: true, onclick: () => root.close() }, "Cancel"), confirm));

  async function drain() {
    confirm.disabled = true;
    try {
      await request(`/v1/nodes/${encodeURIComponent(name)}/drain`,
        { method: "POST", body: JSON.stringify(force ? { force: true } : {}) });
      root.close();
      trouble.replaceChildren();
    } catch (failure) {
      refused.replaceChildren(problemBox(failure));
      if (failure instanceof Failure && failure.code === "last-node") {
        force = true;
        text(confirm, `Drain ${name} all the same`);
      }
    } finally {
      confirm.disabled = false;
    }
  }

  return {
    root,
    ask(node) {
      name = node;
      force = false;
      text(title, `Drain ${name}?`);
      text(what, `${name} hands its shards to the other nodes while it goes on answering. `
        + "Then its process ends." + (name === cluster.node ? " This console ends with it." : ""));
      text(confirm, `Drain ${name}`);
      refused.replaceChildren();
      root.showModal();
    },
  };
}
