// Makes elements. Text is only ever set as text, so that no id or value can be taken for markup.

/** An element with properties, attributes (names with "-", "role", "for") and children. */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  fill(made, properties, children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for pictures, where everything is an attribute. */
export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function fill(made, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) {
      continue;
    }
    if (name.startsWith("on")) {
      made.addEventListener(name.slice(2), value);
    } else if (name.includes("-") || name === "role" || name === "for" || name === "list") {
      made.setAttribute(name, value);
    } else {
      made[name] = value;
    }
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
}

/** Sets text only if it has changed, so that selections and screen readers are left in peace. */
export function text(element, value) {
  const wanted = String(value);
  if (element.textContent !== wanted) {
    element.textContent = wanted;
  }
  return element;
}

/** Makes the children of `parent` the elements that `items` call for, keeping those it has. */
export function keyed(parent, items, key, make, update) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let at = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let child = known.get(name);
    if (child) {
      known.delete(name);
    } else {
      child = make(item);
      child.dataset.key = name;
    }
    update(child, item);
    if (child === at) {
      at = at.nextElementSibling;
    } else {
      parent.insertBefore(child, at);
    }
  }
  known.forEach((child) => child.remove());
}

/** A time of day, as far from now as a person wants to know. */
export function time(iso) {
  const when = new Date(iso);
  if (Number.isNaN(when.getTime())) {
    return "";
  }
  const today = when.toDateString() === new Date().toDateString();
  const clock = when.toLocaleTimeString([], { hour12: false });
  return today ? clock : `${when.toLocaleDateString()} ${clock}`;
}

export function number(value) {
  return value.toLocaleString("en").replaceAll(",", "\u202f");
}

export function plural(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** Whether things should stay where they are put. */
export function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
