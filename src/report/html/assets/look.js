// How the drawing looks: the colours are those of the page, whichever it has.
const solvetLook = (host) => {
  "use strict";
  const { make } = solvetElements();
  const colours = () => {
    const probe = make("span", { className: "probe" });
    host.append(probe);
    const found = {};
    for (const name of ["ink", "muted", "paper", "sunken", "line", "package", "layered", "outside", "missing", "unknown", "accent"]) {
      probe.className = `probe c-${name}`;
      found[name] = getComputedStyle(probe).color;
    }
    probe.remove();
    return found;
  };
  const style = () => {
    const c = colours();
    const box = { shape: "round-rectangle", width: "data(w)", height: "data(h)", label: "data(label)", "font-family": "system-ui, sans-serif",
      color: c.ink, "text-valign": "center", "text-halign": "center", "text-wrap": "ellipsis", "text-max-width": "data(tw)" };
    return [
      { selector: "node", style: { ...box, "font-size": 13, "background-color": c.paper, "border-width": 1.5, "border-color": c.package } },
      { selector: "node.group", style: { "text-wrap": "wrap", "text-overflow-wrap": "anywhere", "font-size": 14, "font-weight": 600, "border-width": 2 } },
      { selector: "node.layered", style: { "border-color": c.layered, "border-style": "dashed" } },
      { selector: "node.outside", style: { "border-color": c.outside, "border-style": "dashed" } },
      { selector: "node.unknown", style: { "border-color": c.unknown, "border-style": "dashed", "border-width": 2 } },
      { selector: "node.missing", style: { "border-color": c.missing, "border-style": "double", "border-width": 4 } },
      { selector: "node.more", style: { "border-style": "dotted", "border-color": c.line, color: c.muted } },
      { selector: ":parent", style: { "text-valign": "top", "text-margin-y": -4, "background-opacity": 0.35, "border-opacity": 0.6, padding: 16, "text-max-width": 400 } },
      { selector: "edge", style: { width: "data(w)", "line-color": c.line, "target-arrow-color": c.line, opacity: 0.55, "curve-style": "haystack", "haystack-radius": 0 } },
      { selector: "edge.arrow", style: { "curve-style": "bezier", "target-arrow-shape": "triangle", "arrow-scale": 0.8 } },
      { selector: "edge[use]", style: { label: "data(use)", "font-size": 10, "font-family": "system-ui, sans-serif", color: c.muted, "text-rotation": "autorotate", "text-background-color": c.sunken, "text-background-opacity": 0.85, "text-background-padding": 2, opacity: 0.9 } },
      { selector: "edge.faint", style: { opacity: 0.22 } },
      { selector: "edge.loose", style: { "line-style": "dashed" } },
      { selector: "node.dim", style: { opacity: 0.45 } },
      { selector: "edge.dim", style: { opacity: 0.12 } },
      { selector: "edge.hot", style: { "line-color": c.accent, "target-arrow-color": c.accent, opacity: 0.95, "z-index": 9 } },
      { selector: "node.selected", style: { "background-color": c.accent, color: c.paper, "border-style": "solid" } },
      { selector: "node.cursor", style: { "outline-width": 3, "outline-color": c.accent, "outline-offset": 3 } },
    ];
  };
  return { style };
};
