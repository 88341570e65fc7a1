// Elements. Text of others is put into them as text, never as markup.

export const $ = id => document.getElementById(id);

export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Text is written only when it is another: nothing that is selected or read aloud is disturbed. */
export function write(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

export function show(target, isShown) {
  if (target.hidden === isShown) target.hidden = !isShown;
}

/**
 * Makes a list show items. An item that stays keeps its element, and the focus in it.
 * make() gives an element with an update(item) of its own.
 */
export function list(target, items, keyOf, make) {
  const known = new Map([...target.children].map(child => [child.key, child]));
  let place = target.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let child = known.get(key);
    known.delete(key);
    if (!child) {
      child = make(item);
      child.key = key;
    }
    if (child === place) place = place.nextElementSibling;
    else target.insertBefore(child, place);
    child.update?.(item);
  }
  for (const child of known.values()) child.remove();
}
