// A few numbers, how the shards are spread, and what happened last.

import { cluster, listen } from "./cluster.js";
import { chart } from "./chart.js";
import { el, number, plural, text } from "./dom.js";
import { eventList } from "./events.js";

export function overview(root) {
  const tiles = {};
  const tile = (name, label, href) => {
    const value = el("span", { className: "figure" }, "–");
    const note = el("span", { className: "note" }, "\u00a0");
    tiles[name] = (shown, more = "") => { text(value, shown); text(note, more || "\u00a0"); };
    return el("a", { className: "tile", href }, el("span", { className: "label" }, label), value, note);
  };
  const shares = chart();
  const latest = eventList({ limit: 8 });
  root.append(
    el("h1", { className: "hidden" }, "Overview"),
    el("div", { className: "tiles" },
      tile("nodes", "Nodes", "#nodes"),
      tile("shards", "Shards with an owner", "#map"),
      tile("live", "Entities in memory here", "#map"),
      tile("copies", "Copies kept here", "#nodes"),
      tile("lease", "Lease left", "#nodes")),
    el("section", { className: "card" },
      el("h2", {}, "Shards by node"), shares.root),
    el("section", { className: "card" },
      el("h2", {}, "Latest events"), latest.root,
      el("p", {}, el("a", { href: "#events" }, "All events"))));

  function draw() {
    if (!cluster.shards.length && !cluster.nodes.length) {
      return;
    }
    const up = cluster.nodes.filter((node) => node.state === "up").length;
    const others = cluster.nodes.length - up;
    tiles.nodes(number(up), others ? `and ${others} leaving` : "all up");
    const total = cluster.shards.length;
    const owned = cluster.shards.filter((shard) => shard.owner && shard.state !== "orphaned").length;
    tiles.shards(`${number(owned)}`, owned === total ? `all of ${number(total)}`
      : `of ${number(total)}, the rest free`);
    const own = cluster.shards.filter((shard) => shard.live !== undefined);
    tiles.live(number(own.reduce((sum, shard) => sum + shard.live, 0)),
      `in ${plural(own.length, "shard")} of ${cluster.node}`);
    const self = cluster.rows.find((row) => row.self);
    tiles.copies(self ? number(self.copies) : "–",
      self ? `${number(self.granted)} granted to others` : "");
    const lease = cluster.nodes.find((node) => node.self);
    tiles.lease(lease ? `${(lease.leaseLeftMillis / 1000).toFixed(1)}\u00a0s` : "–",
      lease ? `of ${lease.leaseMillis / 1000} s, of ${cluster.node}` : "");
    shares.draw(cluster.looks, total);
  }

  draw();
  latest.draw();
  return listen((what) => {
    if (what === "look") {
      draw();
    } else if (what === "event") {
      latest.draw();
    }
  });
}
