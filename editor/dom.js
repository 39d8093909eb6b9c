// Elements, made one by one: no markup is parsed, which the page's policy for Trusted Types would refuse.

/** An element with attributes, listeners (`onclick`) and children. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** A button that stays pressed. */
export function toggle(text, label, pressed, change) {
  const named = label === text ? {} : { "aria-label": label, title: label };
  const button = make("button", { type: "button", class: "tool", "aria-pressed": String(pressed), ...named }, text);
  button.addEventListener("click", () => {
    const now = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(now));
    change(now);
  });
  return button;
}

/** A button that does something. */
export const press = (text, label, act, className = "tool") =>
  make("button", { type: "button", class: className, "aria-label": label === text ? undefined : label, title: label === text ? undefined : label, onclick: act }, text);

/** `1,204 lines`, `1 line`. */
export const count = (number, one, several = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : several}`;
