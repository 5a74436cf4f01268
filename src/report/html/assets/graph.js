// The explorer of the graph: a drawing, what is known of the selected component, and everything once more as a list.
(() => {
  "use strict";
  const net = solvetNetwork();
  const { data } = net;
  const host = document.getElementById("explorer");
  const TONES = ["", "good", "error", "unknown"];
  const SHOWN = 25;
  const STEP = 200;

  const { make, bdi, count, button } = solvetElements();

  // The parts of the explorer.
  const status = make("p", { className: "status", role: "status", "aria-live": "polite" });
  const say = (text) => { status.textContent = text; };
  const canvas = make("div", {
    id: "canvas", tabIndex: 0, role: "application", "aria-label": "Drawing of the dependency graph", "aria-describedby": "canvas-help",
  });
  const details = make("section", { className: "details", "aria-label": "Selected", tabIndex: -1 });
  const hits = make("ul", { className: "hits", "aria-label": "Components found" });
  const field = make("input", {
    type: "search", id: "find", placeholder: "Part of a name, a kind, a supplier", autocomplete: "off", spellcheck: false,
  });
  const whole = button("Whole graph", () => { view.around = null; draw(); fit(); });
  const only = button("Only missing", () => {
    const on = only.getAttribute("aria-pressed") !== "true";
    only.setAttribute("aria-pressed", String(on));
    const lacks = (node) => data.state[node] >= 2;
    net.pick(on ? (node) => lacks(node) || net.out[node].some(({ other }) => lacks(other)) : null);
    if (on) for (const one of net.top()) one.open = one.members.length <= 40;
    view.around = null;
    list();
    draw();
    fit();
    say(on ? "Only what is missing or not known, and what needs it." : "All components.");
  }, { "aria-pressed": "false" });
  const bar = make("div", { className: "bar", role: "group", "aria-label": "Drawing" },
    button("Zoom in", () => zoom(1.3)), button("Zoom out", () => zoom(1 / 1.3)), whole,
    button("Close all groups", () => { closeAll(net.top()); view.around = null; draw(); fit(); }),
    ...(data.state.some((one) => one >= 2) ? [only] : []));
  const tree = make("div", { className: "tree" });
  host.append(
    make("div", { className: "head" },
      make("form", { className: "find", role: "search", "aria-label": "Find a component", on: { submit: (event) => { event.preventDefault(); hits.querySelector("button")?.click(); } } },
        make("label", { htmlFor: "find" }, "Find a component"), field, hits),
      bar),
    make("div", { className: "stage" }, canvas, details),
    make("p", { className: "legend" },
      ...[["package", "in the package"], ["layered", "a layer only"], ["outside", "outside"], ...(data.state.some((one) => one > 0) ? [["missing", "missing"], ["unknown", "not known"]] : [])]
        .map(([name, text]) => make("span", { className: `key ${name}` }, text))),
    status,
    make("p", { id: "canvas-help", className: "help" },
      "Click a group to open or close it, a component to read why it is needed. With the keyboard: arrows move, Enter opens or selects, Backspace closes the group around, plus and minus zoom, 0 shows everything, Escape goes back."),
    make("details", { className: "as-list" }, make("summary", {}, "The same as a list"), tree));

  // What is drawn: groups, or what lies around one component.
  const view = { around: null, cursor: null, selected: null };
  const closeAll = (groups) => {
    for (const one of groups) { one.open = false; if (one.children) closeAll(one.children.groups); }
  };

  const { style } = solvetLook(host);
  const { GAP, drawn, boxOf, placed } = solvetPlaces(net);

  const tone = (node) => {
    const names = [];
    if (net.isOutside(node)) names.push("outside");
    if (data.origin[node] === 1) names.push("layered");
    if (data.state[node] === 2) names.push("missing");
    if (data.state[node] === 3) names.push("unknown");
    return names;
  };
  const nodeOf = (node, box, parent) => ({
    data: { id: `n${node}`, node, label: drawn(net.short(node)), w: box.w, h: box.h, tw: box.w - 16, ...(parent ? { parent } : {}) },
    position: { x: box.x + box.w / 2, y: box.y + box.h / 2 },
    classes: tone(node).join(" "),
  });
  const groupOf = (box, parent) => {
    const one = box.group;
    const names = ["group", ...(one.outside ? ["outside"] : []), ...(one.missing ? ["missing"] : one.unknown ? ["unknown"] : [])];
    const lacks = one.missing ? `, ${one.missing} missing` : "";
    return {
      data: { id: one.id, label: one.open ? `${drawn(one.title)} (${one.members.length})` : `${drawn(one.title)}\n${one.members.length}${lacks}`, w: box.w, h: box.h, tw: box.w - 12, ...(parent ? { parent } : {}) },
      ...(box.inside ? {} : { position: { x: box.x + box.w / 2, y: box.y + box.h / 2 } }),
      classes: names.join(" "),
    };
  };
  const byId = new Map();
  const elementsOfGroups = () => {
    const elements = [];
    const shown = new Array(net.size).fill(null);
    const add = (box, dx, dy, parent) => {
      box.x += dx; box.y += dy;
      if (!box.group) {
        elements.push(nodeOf(box.node, box, parent));
        shown[box.node] = `n${box.node}`;
        return;
      }
      byId.set(box.group.id, box.group);
      elements.push(groupOf(box, parent));
      if (!box.inside) {
        for (const node of box.group.members) shown[node] = box.group.id;
        return;
      }
      for (const inner of box.inside) add(inner, box.x + GAP, box.y + GAP + 24, box.group.id);
    };
    byId.clear();
    for (const box of placed()) add(box, 0, 0, null);
    return [...elements, ...links(shown)];
  };
  const links = (shown) => {
    const found = new Map();
    for (let at = 0; at < data.edges.length; at += 3) {
      const [from, to] = [shown[data.edges[at]], shown[data.edges[at + 1]]];
      if (!from || !to || from === to) continue;
      const key = `${from}>${to}`;
      const known = found.get(key);
      if (known) { known.count += 1; known.loose &&= (data.edges[at + 2] & 1) === 1; }
      else found.set(key, { from, to, count: 1, loose: (data.edges[at + 2] & 1) === 1 });
    }
    const all = [...found.values()];
    const arrows = `${all.length <= 500 ? "arrow" : ""}${all.length > 120 ? " faint" : ""}`;
    return all.map(({ from, to, count: number, loose }) => ({
      data: { id: `${from}>${to}`, source: from, target: to, w: 1 + Math.log2(number) * 0.6 }, classes: `${arrows}${loose ? " loose" : ""}`,
    }));
  };

  // What lies around one component: the chains that lead to it on the left, what it needs on the right.
  const MOST = 28;
  const elementsAround = (centre) => {
    const column = new Map([[centre, 0]]);
    const edges = new Map();
    const join = (from, to, use) => edges.set(`${from}>${to}`, { from, to, use });
    for (const chain of net.why(centre).slice(0, MOST)) {
      chain.forEach(({ node, use }, at) => {
        if (!column.has(node)) column.set(node, at - chain.length + 1);
        const next = chain[at + 1];
        if (next) join(node, next.node, use);
      });
    }
    const needs = net.unique(net.out[centre]);
    for (const { other, use } of needs.slice(0, MOST)) {
      if (!column.has(other)) column.set(other, 1);
      join(centre, other, use);
    }
    const columns = new Map();
    for (const [node, at] of column) {
      if (!columns.has(at)) columns.set(at, []);
      columns.get(at).push(node);
    }
    const elements = [];
    for (const [at, nodes] of columns) {
      nodes.forEach((node, row) => {
        const box = boxOf(node);
        [box.x, box.y] = [at * 300 - box.w / 2, (row - (nodes.length - 1) / 2) * 48 - box.h / 2];
        elements.push(nodeOf(node, box, null));
      });
    }
    for (const [left, number] of [[-1, net.why(centre).length], [1, needs.length]]) {
      if (number <= MOST) continue;
      const rows = columns.get(left)?.length || 0;
      elements.push({ data: { id: `more${left}`, label: `and ${number - MOST} more`, w: 130, h: 30, tw: 120 },
        position: { x: left * 300, y: ((rows + 1) / 2) * 48 }, classes: "more" });
    }
    for (const { from, to, use } of edges.values()) {
      elements.push({ data: { id: `n${from}>n${to}`, source: `n${from}`, target: `n${to}`, w: 1.5, use: use >= 0 ? data.uses[use >> 1] : "has" }, classes: `arrow${use >= 0 && use & 1 ? " loose" : ""}` });
    }
    return elements;
  };

  const cy = cytoscape({
    container: canvas, elements: [], style: style(), layout: { name: "preset" }, minZoom: 0.05, maxZoom: 3,
    boxSelectionEnabled: false, autounselectify: true, autoungrabify: true, hideEdgesOnViewport: false, textureOnViewport: false, pixelRatio: "auto",
  });
  const draw = () => {
    cy.batch(() => {
      cy.elements().remove();
      cy.add(view.around === null ? elementsOfGroups() : elementsAround(view.around));
    });
    if (view.cursor && cy.getElementById(view.cursor).empty()) view.cursor = null;
    mark();
    canvas.dataset.drawn = String(cy.nodes().length);
  };
  const fit = () => {
    cy.fit(undefined, 24);
    if (cy.zoom() > 1.25) { cy.zoom(1.25); cy.center(); }
  };
  const zoom = (factor) => cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });

  // What is selected or under the cursor is bright, with its links; the rest is dim.
  const mark = (id = null) => {
    cy.batch(() => {
      cy.elements().removeClass("hot dim selected cursor");
      const at = id || (view.selected === null ? null : `n${view.selected}`) || view.cursor;
      const node = at ? cy.getElementById(at) : cy.collection();
      // An open group is read inside: all its links at once would only be in the way.
      if (node.nonempty() && view.around === null && !node.isParent()) {
        const near = node.connectedEdges();
        if (near.nonempty()) {
          near.addClass("hot");
          cy.edges().not(near).addClass("dim");
          cy.nodes().not(near.connectedNodes()).not(node).filter((one) => !one.isParent()).addClass("dim");
        }
      }
      if (view.selected !== null) cy.getElementById(`n${view.selected}`).addClass("selected");
      if (view.cursor && document.activeElement === canvas) cy.getElementById(view.cursor).addClass("cursor");
    });
  };
  const show = (node) => {
    if (node.empty()) return;
    const [box, extent] = [node.boundingBox(), cy.extent()];
    if (box.x1 < extent.x1 || box.x2 > extent.x2 || box.y1 < extent.y1 || box.y2 > extent.y2) cy.center(node);
  };

  const toggle = (one) => {
    one.open = !one.open;
    view.selected = null;
    view.cursor = one.id;
    draw();
    if (one.open) {
      const inside = cy.getElementById(one.id);
      cy.fit(inside, 40);
      if (cy.zoom() > 1.1) { cy.zoom(1.1); cy.center(inside); }
    } else fit();
    groupDetails(one);
    say(`${one.title}, ${count(one.members.length, "component")}, ${one.open ? "open" : "closed"}.`);
  };
  const select = (node) => {
    view.selected = node;
    view.cursor = `n${node}`;
    if (view.around === null && cy.getElementById(`n${node}`).empty()) {
      net.reach(node);
      draw();
    } else mark();
    const at = cy.getElementById(`n${node}`);
    if (at.nonempty() && view.around === null && cy.zoom() < 0.5) { cy.zoom(0.9); cy.center(at); }
    show(at);
    componentDetails(node);
    say(`Selected: ${net.label(node)}.`);
  };
  const around = (node) => {
    view.around = node;
    view.selected = node;
    view.cursor = `n${node}`;
    draw();
    fit();
    componentDetails(node);
    say(`What lies around ${net.label(node)}. Escape or "Whole graph" goes back.`);
  };
  const act = (id) => {
    if (byId.has(id) && view.around === null) toggle(byId.get(id));
    else if (id.startsWith("n")) {
      const node = Number(id.slice(1));
      if (view.selected === node && view.around !== node) around(node);
      else select(node);
    }
  };
  cy.on("tap", "node", (event) => act(event.target.id()));
  cy.on("mouseover", "node", (event) => { if (view.around === null) mark(event.target.id()); canvas.classList.add("over"); });
  cy.on("mouseout", "node", () => { mark(); canvas.classList.remove("over"); });

  // What is told of a group and of a component.
  const component = (node) => {
    const state = net.state(node);
    return make("span", { className: "one" },
      button(bdi(net.label(node)), () => select(node), { className: `link ${tone(node).join(" ")}` }),
      ...(state ? [" ", make("span", { className: `badge ${TONES[data.state[node]]}` }, state)] : []));
  };
  const listed = (title, items, write) => {
    if (!items.length) return [];
    const part = make("ul", { className: "plain" });
    const more = (from, to) => {
      part.append(...items.slice(from, to).map((item) => make("li", {}, ...write(item))));
      if (items.length <= to) return;
      const next = Math.min(STEP, items.length - to);
      const rest = make("li", {}, button(`Show ${next === items.length - to ? "the other" : "the next"} ${next}`, () => { rest.remove(); more(to, to + STEP); }));
      part.append(rest);
    };
    more(0, SHOWN);
    return [make("h4", {}, `${title} (${items.length})`), part];
  };
  const facts = (pairs) => make("dl", {}, ...pairs.filter(([, value]) => value).map(([name, value]) =>
    make("div", {}, make("dt", {}, name), make("dd", {}, value))));
  const chainOf = (chain) => make("ol", { className: "chain" }, ...chain.map(({ node }, at) => {
    const before = chain[at - 1];
    const how = before ? (before.use === -1 ? "has " : `${net.use(before.use)} → `) : "";
    return make("li", {}, make("span", { className: "use" }, how), component(node));
  }));
  const componentDetails = (node) => {
    const state = net.state(node);
    const origin = ["the package defines it", "the package holds a layer of it", "outside the package"][data.origin[node]];
    const chains = net.why(node);
    const found = data.items[node] || [];
    const title = make("h3", { tabIndex: -1 }, bdi(net.label(node)));
    details.replaceChildren(title,
      facts([["Where", origin], ["Package", data.packages.length > 1 && !net.isOutside(node) ? bdi(data.packages[data.package[node]]) : ""],
        ["Supplied by", net.supplier(node) ? bdi(net.supplier(node)) : ""],
        ["Target", state ? make("span", { className: `badge ${TONES[data.state[node]]}` }, state) : ""]]),
      make("p", {}, view.around === node ? button("Back to the groups", () => { view.around = null; draw(); fit(); componentDetails(node); }) : button("Show what is around it", () => around(node))),
      ...listed(data.noun, found, (number) => {
        const article = document.getElementById(`item-${number}`);
        const message = article?.querySelector(".message")?.textContent || `${data.noun} ${number + 1}`;
        return [button(bdi(message), () => article && window.solvetReveal(article), { className: "link" })];
      }),
      make("h4", {}, chains.length ? `Why it is there: ${count(chains.length, "chain")}` : "Why it is there"),
      ...(chains.length
        ? [...chains.slice(0, 6).map(chainOf), ...(chains.length > 6 ? [allChains(chains.slice(6))] : [])]
        : [make("p", {}, net.isOutside(node) ? "Nothing is found that refers to it." : "Nothing is found that refers to it: it is in the package because it was added.")]),
      ...listed("Needs", net.unique(net.out[node]), ({ other, use }) => [make("span", { className: "use" }, `${net.use(use)} → `), component(other)]),
      ...listed("Needed by", net.unique(net.into[node]), ({ other, use }) => [component(other), make("span", { className: "use" }, ` ${net.use(use)}`)]),
      ...listed("Has", net.holds[node], (other) => [component(other)]));
    details.scrollTop = 0;
  };
  const allChains = (chains) => {
    const rest = button(`Show the other ${count(chains.length, "chain")}`, () => rest.replaceWith(...chains.slice(0, 200).map(chainOf)));
    return rest;
  };
  const groupDetails = (one) => {
    details.replaceChildren(
      make("h3", {}, bdi(one.title)),
      facts([["Components", String(one.members.length)], ["Where", one.outside ? "outside the package" : "in the package"],
        ["Missing", one.missing ? String(one.missing) : ""], ["Not known", one.unknown ? String(one.unknown) : ""], [data.noun, one.findings ? String(one.findings) : ""]]),
      make("p", {}, button(one.open ? "Close the group" : "Open the group", () => toggle(one))),
      ...listed("Components", one.members, (node) => [component(node)]));
    details.scrollTop = 0;
  };
  const welcome = () => {
    const missing = [];
    for (let node = 0; node < net.size; node += 1) if (data.state[node] === 2) missing.push(node);
    details.replaceChildren(make("h3", {}, "Nothing selected"),
      make("p", {}, "Open a group, or find a component, to read why it is there and what it needs."),
      ...listed("Missing in the target", missing, (node) => [component(node)]));
  };

  // The search.
  const find = () => {
    const { found, count: number } = net.search(field.value, 12);
    hits.replaceChildren(...found.map((node) => make("li", {}, button(bdi(net.label(node)), () => {
      hits.replaceChildren();
      view.around = null;
      select(node);
      details.focus({ preventScroll: true });
    }))));
    if (field.value.trim()) say(number ? `${count(number, "component")} found${number > 12 ? ", the first 12 are listed" : ""}.` : "No component is called so.");
  };
  field.addEventListener("input", find);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { field.value = ""; hits.replaceChildren(); }
    if (event.key === "ArrowDown") { hits.querySelector("button")?.focus(); event.preventDefault(); }
  });

  // The keyboard on the drawing.
  const describe = (node) => {
    const one = byId.get(node.id());
    if (one) return `${one.title}, ${count(one.members.length, "component")}, ${one.open ? "open" : "closed"}. Enter ${one.open ? "closes" : "opens"} it.`;
    const number = node.data("node");
    return number === undefined ? node.data("label") : `${net.label(number)}${net.state(number) ? `, ${net.state(number)}` : ""}. Enter selects it.`;
  };
  const moveTo = (node) => {
    if (!node || node.empty()) return;
    view.cursor = node.id();
    mark(view.selected === null ? node.id() : null);
    show(node);
    say(describe(node));
  };
  const go = (dx, dy) => {
    const at = view.cursor ? cy.getElementById(view.cursor) : cy.collection();
    if (at.empty()) { moveTo(cy.nodes().first()); return; }
    const from = at.position();
    let best = null;
    let least = Infinity;
    cy.nodes().forEach((node) => {
      if (node.id() === at.id()) return;
      const [x, y] = [node.position().x - from.x, node.position().y - from.y];
      const along = x * dx + y * dy;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (along <= 1) return;
      const cost = along + 2.2 * aside;
      if (cost < least) { least = cost; best = node; }
    });
    moveTo(best);
  };
  const keys = {
    ArrowLeft: () => go(-1, 0), ArrowRight: () => go(1, 0), ArrowUp: () => go(0, -1), ArrowDown: () => go(0, 1),
    Enter: () => view.cursor && act(view.cursor), " ": () => view.cursor && act(view.cursor),
    Backspace: () => {
      const parent = view.cursor && cy.getElementById(view.cursor).parent();
      if (parent && parent.nonempty()) toggle(byId.get(parent.id()));
    },
    "+": () => zoom(1.3), "=": () => zoom(1.3), "-": () => zoom(1 / 1.3), 0: fit,
    Escape: () => { view.around = null; view.selected = null; draw(); fit(); welcome(); say("All groups."); },
  };
  canvas.addEventListener("keydown", (event) => {
    const run = !event.ctrlKey && !event.metaKey && !event.altKey && keys[event.key];
    if (run) { event.preventDefault(); run(); }
  });
  // The library remembers where it stands on the page, which changes where something above it opens.
  for (const event of ["pointerenter", "pointerdown", "wheel"]) {
    canvas.addEventListener(event, () => cy.renderer().invalidateContainerClientCoordsCache(), { capture: true, passive: true });
  }
  canvas.addEventListener("focus", () => { if (!view.cursor) moveTo(cy.nodes().first()); else mark(); });
  canvas.addEventListener("blur", () => mark());

  // The list: every group, opened when it is asked for.
  const branch = (one) => {
    const lacks = one.missing ? make("span", { className: "badge error" }, `${one.missing} missing`) : "";
    const inside = make("div", {});
    const element = make("details", {}, make("summary", {}, bdi(one.title), " ", make("span", { className: "count" }, String(one.members.length)), " ", lacks), inside);
    element.addEventListener("toggle", () => {
      if (!element.open || inside.childNodes.length) return;
      const { groups, nodes } = net.children(one);
      inside.append(...groups.map(branch));
      if (nodes.length) inside.append(make("ul", { className: "plain" }, ...nodes.map((node) => make("li", {}, component(node)))));
    });
    return element;
  };
  const list = () => tree.replaceChildren(...net.top().map(branch));

  // From a finding to its component.
  const places = new Map();
  for (const [node, numbers] of Object.entries(data.items)) for (const number of numbers) places.set(number, Number(node));
  for (const one of document.querySelectorAll("button.show")) {
    const node = places.get(Number(one.dataset.item));
    if (node === undefined) { one.hidden = true; continue; }
    one.addEventListener("click", () => {
      around(node);
      document.getElementById("graph").scrollIntoView({ block: "start" });
      details.focus({ preventScroll: true });
    });
  }

  // With few groups the first thing to see is what is in them.
  if (net.size <= 40) for (const one of net.top()) one.open = true;
  document.addEventListener("look", () => cy.style(style()));
  list();
  draw();
  fit();
  welcome();
  new ResizeObserver(() => cy.resize()).observe(canvas);
  host.dataset.ready = "true";
  // For whoever explores from the console.
  window.solvetGraph = { cy, net, select, around, toggle };
})();
