// How many shards each node has had, drawn as bands over the last minutes.

import { colour } from "./cluster.js";
import { el, keyed, svg, text } from "./dom.js";

const LONGEST_MS = 5 * 60_000;
const SHORTEST_MS = 30_000;
const WIDTH = 600;
const HEIGHT = 150;

/** A chart; `draw(looks, total)` brings it up to date. */
export function chart() {
  const bands = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", class: "bands",
    role: "img", "aria-label": "Shards by node over the last minutes",
  });
  const legend = el("ul", { className: "legend" });
  const top = el("span", { className: "faint" });
  const since = el("span");
  const root = el("div", { className: "chart" },
    el("div", { className: "plot" }, top, bands,
      el("div", { className: "scale faint" }, since, el("span", {}, "now"))),
    legend);
  return {
    root,
    draw(looks, total) {
      text(top, `${total} shards`);
      const now = Date.now();
      const age = looks.length ? now - looks[0].at : 0;
      const span = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, age));
      const recent = looks.filter((look) => now - look.at <= LONGEST_MS);
      text(since, span < 60_000 ? `${Math.round(span / 1_000)} s ago` : `${Math.round(span / 60_000)} min ago`);
      // The last in the legend is the lowest band.
      const names = [...new Set(recent.flatMap((look) => [...look.owned.keys()]))].sort().reverse();
      drawBands(bands, recent, names, total, (at) => Math.max(0, WIDTH - ((now - at) / span) * WIDTH));
      const last = recent.at(-1);
      keyed(legend, [...names].reverse(), (name) => name,
        (name) => el("li", {}, el("span", { className: `chip c${colour(name)}` }),
          el("span", { className: "name" }, name), el("b")),
        (item, name) => text(item.querySelector("b"), last?.owned.get(name) || 0));
    },
  };
}

function drawBands(picture, looks, names, total, x) {
  const floor = looks.map(() => 0);
  const y = (count) => HEIGHT - (count / Math.max(1, total)) * HEIGHT;
  keyed(picture, names, (name) => name,
    (name) => svg("path", { class: `band c${colour(name)}` }),
    (path, name) => {
      const upper = looks.map((look, i) => floor[i] + (look.owned.get(name) || 0));
      path.setAttribute("d", band(looks, floor, upper, x, y));
      upper.forEach((count, i) => { floor[i] = count; });
    });
}

/** Steps, since a shard has one owner or another and nothing in between. */
function band(looks, lower, upper, x, y) {
  if (!looks.length) {
    return "";
  }
  const parts = [];
  looks.forEach((look, i) => {
    const right = i + 1 < looks.length ? x(looks[i + 1].at) : WIDTH;
    parts.push(`${i ? "L" : "M"}${x(look.at).toFixed(1)} ${y(upper[i]).toFixed(1)}`,
      `L${right.toFixed(1)} ${y(upper[i]).toFixed(1)}`);
  });
  for (let i = looks.length - 1; i >= 0; i--) {
    const right = i + 1 < looks.length ? x(looks[i + 1].at) : WIDTH;
    parts.push(`L${right.toFixed(1)} ${y(lower[i]).toFixed(1)}`,
      `L${x(looks[i].at).toFixed(1)} ${y(lower[i]).toFixed(1)}`);
  }
  return `${parts.join("")}Z`;
}
