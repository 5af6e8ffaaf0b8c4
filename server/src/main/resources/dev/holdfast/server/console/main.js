// The frame around the views: which of them is shown, whether the node answers, theme and token.

import { forgetToken, hasToken, tokensFrom } from "./api.js";
import { begin, cluster, listen } from "./cluster.js";
import { text } from "./dom.js";
import { overview } from "./overview.js";
import { map } from "./map.js";
import { entities } from "./entities.js";
import { nodes } from "./nodes.js";
import { events } from "./events.js";

const VIEWS = { overview, map, entities, nodes, events };
const THEMES = ["auto", "light", "dark"];

const view = document.getElementById("view");
let shown = "";
let close = null;

/** The hash is #view or #view/further/words; a view takes the further words itself. */
function route() {
  const [name, ...words] = location.hash.slice(1).split("/").map(decode);
  const wanted = VIEWS[name] ? name : "overview";
  if (wanted !== shown) {
    close?.();
    view.replaceChildren();
    view.className = `view-${wanted}`;
    shown = wanted;
    close = VIEWS[wanted](view, words);
    document.querySelectorAll("nav a").forEach((anchor) => {
      if (anchor.getAttribute("href") === `#${wanted}`) {
        anchor.setAttribute("aria-current", "page");
      } else {
        anchor.removeAttribute("aria-current");
      }
    });
    title();
  } else {
    view.dispatchEvent(new CustomEvent("words", { detail: words }));
  }
}

function decode(word) {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

function title() {
  const name = shown.charAt(0).toUpperCase() + shown.slice(1);
  document.title = cluster.node ? `${name} · ${cluster.node} · Holdfast` : `${name} · Holdfast`;
}

function linkChanged() {
  const link = document.getElementById("link");
  const banner = document.getElementById("banner");
  link.dataset.state = cluster.connected ? "up" : "down";
  text(document.getElementById("link-text"),
    cluster.connected ? `node ${cluster.node}` : cluster.node ? `${cluster.node} is away` : "no answer");
  banner.hidden = cluster.connected;
  document.body.classList.toggle("stale", !cluster.connected);
  if (!cluster.connected) {
    text(banner, `${cluster.trouble}. What you see is the last that was known; trying again …`);
  }
  document.getElementById("sign-out").hidden = !hasToken();
  title();
}

function theme() {
  const button = document.getElementById("theme");
  const wanted = localStorage.getItem("holdfast.theme");
  let now = THEMES.includes(wanted) ? wanted : "auto";
  const show = () => text(button, `Theme: ${now}`);
  button.addEventListener("click", () => {
    now = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
    if (now === "auto") {
      localStorage.removeItem("holdfast.theme");
    } else {
      localStorage.setItem("holdfast.theme", now);
    }
    dispatchEvent(new Event("theme-chosen"));
    show();
  });
  show();
}

function tokens() {
  const dialog = document.getElementById("token-dialog");
  const input = document.getElementById("token");
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  tokensFrom((why) => new Promise((resolve) => {
    text(document.getElementById("token-why"), why);
    input.value = "";
    dialog.showModal();
    document.getElementById("token-form").addEventListener("submit", (event) => {
      event.preventDefault();
      dialog.close();
      resolve(input.value.trim());
      input.value = "";
      document.getElementById("sign-out").hidden = false;
    }, { once: true });
  }));
  document.getElementById("sign-out").addEventListener("click", () => {
    forgetToken();
    location.reload();
  });
}

theme();
tokens();
listen((what) => {
  if (what === "link") {
    linkChanged();
  }
});
addEventListener("hashchange", route);
route();
begin();
