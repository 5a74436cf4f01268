// Elements as they are made here: texts are always text, never markup.
const solvetElements = () => {
  "use strict";
  const make = (tag, fields = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(fields)) {
      if (name === "on") for (const [event, run] of Object.entries(value)) element.addEventListener(event, run);
      else if (name in element && !name.startsWith("aria") && name !== "role") element[name] = value;
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };
  const bdi = (text) => make("bdi", {}, text);
  const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
  const button = (text, run, fields = {}) => make("button", { type: "button", on: { click: run }, ...fields }, text);
  return { make, bdi, count, button };
};
