// How a failure is shown: what it is, what it says, and whether anything was done.

import { Failure } from "./api.js";
import { el } from "./dom.js";

const OUTCOMES = {
  "not-done": "Nothing was changed.",
  unknown: "It may have happened, or not.",
};

/** A box that says what went wrong; `again`, if given, repeats the very same operation. */
export function problemBox(error, again) {
  if (!(error instanceof Failure)) {
    return el("div", { className: "problem", role: "alert" }, el("strong", {}, String(error.message)));
  }
  const { problem, status, code } = error;
  return el("div", { className: "problem", role: "alert" },
    el("strong", {}, problem.title || "It failed"),
    problem.detail ? el("p", {}, problem.detail) : null,
    el("p", { className: "faint" },
      [status ? `${status} ${code}` : "", OUTCOMES[problem.outcome] || ""].filter(Boolean).join(" · ")),
    again ? el("button", { type: "button", onclick: again }, "Send it again") : null);
}
