// Helps to write a value that the type allows, by its JSON Schema.

import { el } from "./dom.js";

const MOST_CHOICES = 12;

/** What the fields may be; a choice among words can be taken with a click. */
export function schemaHelp(type, read, write) {
  const fields = Object.entries(type.schema?.properties || {});
  if (!fields.length) {
    return type.schema ? rules(type.schema) : el("p", { className: "faint" }, "This type allows any JSON.");
  }
  const required = new Set(type.schema.required || []);
  return el("div", { className: "schema" },
    fields.slice(0, 30).map(([name, field]) => el("div", { className: "field" },
      el("code", {}, name),
      el("span", { className: "faint" }, describe(field) + (required.has(name) ? ", required" : "")),
      choices(name, field, read, write))),
    rules(type.schema));
}

function rules(schema) {
  return el("details", {}, el("summary", {}, "The schema"), el("pre", {}, JSON.stringify(schema, null, 2)));
}

function describe(field) {
  if (field.const !== undefined) {
    return `always ${JSON.stringify(field.const)}`;
  }
  const parts = [field.enum ? "one of" : [field.type || "any"].flat().join(" or ")];
  const bounds = { minimum: "≥", maximum: "≤", minLength: "length ≥", maxLength: "length ≤", pattern: "like" };
  for (const [name, sign] of Object.entries(bounds)) {
    if (field[name] !== undefined) {
      parts.push(`${sign} ${field[name]}`);
    }
  }
  return parts.join(", ");
}

function choices(name, field, read, write) {
  const words = field.enum || (field.type === "boolean" ? [true, false] : []);
  return el("span", { className: "choices" }, words.slice(0, MOST_CHOICES).map((word) =>
    el("button", { type: "button", className: "choice", onclick: () => write(withField(read(), name, word)) },
      typeof word === "string" ? word : JSON.stringify(word))));
}

/** The value with one field set; starts anew if it is none yet. */
function withField(json, name, word) {
  let value = {};
  try {
    const given = JSON.parse(json);
    value = given && typeof given === "object" && !Array.isArray(given) ? given : {};
  } catch {
    // Then what is there is no value yet.
  }
  Object.defineProperty(value, name, { value: word, enumerable: true, configurable: true, writable: true });
  return JSON.stringify(value, null, 2);
}
