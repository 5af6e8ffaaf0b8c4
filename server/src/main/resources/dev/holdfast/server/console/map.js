// Which node has which shard, and how many of its entities are in memory. A shard that moves is
// seen to move.

import { cluster, colour, listen } from "./cluster.js";
import { calm, el, keyed, number, plural, text } from "./dom.js";

const MOVE_MS = 700;
const MOST_MOVING = 256;

export function map(root, words) {
  const boxes = el("div", { className: "boxes" });
  const detail = el("section", { className: "card detail", "aria-live": "polite" });
  let chosen = shardIn(words);
  root.append(
    el("div", { className: "bar" }, el("h1", {}, "Map"),
      el("p", { className: "faint key" },
        "A square is a shard. The number in it says how many of its entities are in memory, for "
        + "the shards of the node that this console asks.")),
    boxes, detail);

  function choose(number) {
    chosen = number;
    draw();
  }

  boxes.addEventListener("click", (event) => {
    const cell = event.target.closest(".cell");
    if (cell) {
      choose(Number(cell.dataset.key));
    }
  });
  boxes.addEventListener("keydown", (event) => walk(event, choose));
  root.addEventListener("words", wordsChanged);
  function wordsChanged(event) {
    choose(shardIn(event.detail) ?? chosen);
  }

  function draw() {
    if (!cluster.shards.length) {
      detail.replaceChildren(el("p", { className: "empty" }, "Waiting for the node to answer …"));
      return;
    }
    const focused = document.activeElement;
    const moving = place(boxes, groups(), chosen);
    moving.forEach(fly);
    if (focused?.isConnected && focused !== document.activeElement) {
      focused.focus(); // who moves loses it
    }
    describe(detail, cluster.shards[chosen]);
  }

  draw();
  const deaf = listen((what) => {
    if (what === "look") {
      draw();
    }
  });
  return () => {
    deaf();
    root.removeEventListener("words", wordsChanged);
  };
}

function shardIn(words) {
  return /^\d+$/.test(words[0] || "") ? Number(words[0]) : null;
}

function groups() {
  const known = cluster.nodes.map((node) => ({
    name: node.name, state: node.state, self: node.self, shards: [],
  }));
  const byName = new Map(known.map((group) => [group.name, group]));
  const rest = { name: "", state: "", shards: [] };
  for (const shard of cluster.shards) {
    (shard.state !== "orphaned" && byName.get(shard.owner) || rest).shards.push(shard);
  }
  return rest.shards.length ? [...known, rest] : known;
}

/** Puts all squares where they belong; answers those that came from elsewhere, and from where. */
function place(boxes, all, chosen) {
  const cells = new Map();
  boxes.querySelectorAll(".cell").forEach((cell) => cells.set(cell.dataset.key, cell));
  const before = new Map();
  for (const group of all) {
    for (const shard of group.shards) {
      const cell = cells.get(String(shard.shard));
      if (cell && cell.dataset.box !== group.name && before.size < MOST_MOVING) {
        before.set(cell, cell.getBoundingClientRect());
      }
    }
  }
  keyed(boxes, all, (group) => group.name, box, (item, group) => {
    fillBox(item, group, cells, chosen);
  });
  return [...before].map(([cell, from]) => ({ cell, from }));
}

function box(group) {
  return el("section", { className: "card box", "aria-label": group.name || "without an owner" },
    el("div", { className: "bar" },
      group.name ? el("span", { className: `chip c${colour(group.name)}` }) : null,
      el("h2", {}, group.name || "Without an owner"),
      el("span", { className: "pill" }),
      el("span", { className: "faint count" })),
    el("div", { className: "cells", role: "group", "aria-label": `Shards of ${group.name || "nobody"}` }));
}

function fillBox(item, group, cells, chosen) {
  const pill = item.querySelector(".pill");
  pill.hidden = !group.name || group.state === "up";
  text(pill, group.state).className = `pill ${group.state === "evicting" ? "bad" : "busy"}`;
  const live = group.shards.reduce((sum, shard) => sum + (shard.live || 0), 0);
  text(item.querySelector(".count"), group.self
    ? `${plural(group.shards.length, "shard")} · ${number(live)} in memory`
    : plural(group.shards.length, "shard"));
  const grid = item.querySelector(".cells");
  const stop = group.shards.some((shard) => shard.shard === chosen) ? chosen : group.shards[0]?.shard;
  keyed(grid, group.shards, (shard) => shard.shard,
    (shard) => cells.get(String(shard.shard)) || el("button", { type: "button" }),
    (cell, shard) => {
      cell.dataset.box = group.name;
      cell.className = `cell ${group.name ? `c${colour(group.name)}` : "none"}`
        + `${shard.state === "owned" ? "" : ` ${shard.state}`}${shard.live ? " live" : ""}`;
      cell.tabIndex = shard.shard === stop ? 0 : -1;
      cell.setAttribute("aria-pressed", String(shard.shard === chosen));
      cell.setAttribute("aria-label", label(shard));
      cell.title = label(shard);
      text(cell, shard.live ? (shard.live > 99 ? "99+" : shard.live) : "");
    });
  const none = group.shards.length === 0;
  grid.classList.toggle("nothing", none);
}

function label(shard) {
  const owner = shard.owner ? `, ${shard.owner}` : `, ${shard.state}`;
  return `Shard ${shard.shard}${owner}${shard.live ? `, ${shard.live} in memory` : ""}`;
}

/** From where it was to where it is. */
function fly({ cell, from }) {
  const to = cell.getBoundingClientRect();
  if (calm()) {
    cell.animate([{ outlineColor: "currentColor" }, { outlineColor: "transparent" }], 1_000);
    return;
  }
  cell.classList.add("flying");
  cell.animate(
    [{ transform: `translate(${from.left - to.left}px, ${from.top - to.top}px) scale(1.15)` },
      { transform: "none" }],
    { duration: MOVE_MS, easing: "cubic-bezier(.3,.7,.2,1)" },
  ).finished.catch(() => {}).then(() => cell.classList.remove("flying"));
}

function walk(event, choose) {
  const cell = event.target.closest(".cell");
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: "down", ArrowUp: "up", Home: "first", End: "last" };
  const step = steps[event.key];
  if (!cell || step === undefined) {
    return;
  }
  const all = [...cell.parentElement.children];
  const at = all.indexOf(cell);
  const columns = all.filter((other) => other.offsetTop === all[0].offsetTop).length;
  const to = { down: at + columns, up: at - columns, first: 0, last: all.length - 1 }[step] ?? at + step;
  const next = all[to];
  if (next) {
    event.preventDefault();
    choose(Number(next.dataset.key));
    next.focus();
  }
}

function describe(detail, shard) {
  if (!shard) {
    detail.replaceChildren(el("p", { className: "empty" }, "Choose a shard to see its claim."));
    return;
  }
  const facts = [
    ["Owner", shard.owner || "nobody"], ["Owner's epoch", shard.epoch || "–"], ["Token", shard.token],
    ["State", shard.state + (shard.wantedBy ? `, ${shard.wantedBy} waits for it` : "")],
    ["In memory", shard.live === undefined ? "known to its owner only" : plural(shard.live, "entity", "entities")],
  ];
  const key = JSON.stringify([shard.shard, facts]);
  if (detail.dataset.shown !== key) {
    detail.dataset.shown = key;
    detail.replaceChildren(el("h2", {}, `Shard ${shard.shard}`),
      el("dl", { className: "facts flat" }, facts.map(([name, value]) =>
        el("div", {}, el("dt", {}, name), el("dd", {}, String(value))))));
  }
}
