// Where everything stands in the drawing: computed, so that the same graph looks the same every time.
const solvetPlaces = (net) => {
  "use strict";
  // Places: what is open stands in the middle, what is closed around it.
  const GAP = 16;
  // A name in the drawing: short, with its direction kept to itself.
  const CUT = 34;
  const drawn = (name) => `\u2068${[...name].length > CUT ? `${[...name].slice(0, CUT - 1).join("")}…` : name}\u2069`;
  const text = (label) => Math.min(CUT, [...label].length);
  const boxOf = (node) => ({ node, w: Math.min(250, 34 + 7.9 * text(net.short(node))), h: 34 });
  const closed = (one) => ({ group: one, w: Math.min(270, Math.max(100, 36 + 9.4 * text(one.title))), h: 56 });
  const shelves = (boxes, ratio) => {
    const area = boxes.reduce((sum, box) => sum + (box.w + GAP) * (box.h + GAP), 0);
    const widest = boxes.reduce((most, box) => Math.max(most, box.w), 0);
    const limit = Math.max(widest, Math.sqrt(area * ratio));
    let [x, y, high, w] = [0, 0, 0, 0];
    for (const box of boxes) {
      if (x > 0 && x + box.w > limit) { x = 0; y += high + GAP; high = 0; }
      [box.x, box.y] = [x, y];
      x += box.w + GAP;
      high = Math.max(high, box.h);
      w = Math.max(w, x - GAP);
    }
    return { w, h: y + high };
  };
  const measured = (one) => {
    if (!one.open) return closed(one);
    const { groups, nodes } = net.children(one);
    const inside = [...groups.map(measured), ...nodes.map(boxOf)];
    const size = shelves(inside, 1.9);
    return { group: one, inside, w: size.w + 2 * GAP, h: size.h + 2 * GAP + 24 };
  };
  // Boxes on an ellipse at equal ways along it, wide enough that none lies on another or on what is inside.
  const ring = (boxes, least, inside) => {
    if (!boxes.length) return least;
    let [rx, ry] = [least.rx, least.ry];
    const STEPS = 720;
    for (let tries = 0; tries < 60; tries += 1) {
      const ways = [0];
      for (let at = 1; at <= STEPS; at += 1) {
        const angle = (2 * Math.PI * (at - 0.5)) / STEPS;
        ways.push(ways[at - 1] + Math.hypot(rx * Math.sin(angle), ry * Math.cos(angle)));
      }
      let at = 0;
      boxes.forEach((box, number) => {
        const wanted = (ways[STEPS] * number) / boxes.length;
        while (at < STEPS && ways[at] < wanted) at += 1;
        const angle = (2 * Math.PI * at) / STEPS - Math.PI / 2;
        [box.x, box.y] = [rx * Math.cos(angle) - box.w / 2, ry * Math.sin(angle) - box.h / 2];
      });
      const all = [...boxes, ...inside];
      const meet = (a, b) => a !== b && Math.abs(a.x + a.w / 2 - b.x - b.w / 2) < (a.w + b.w) / 2 + 18
        && Math.abs(a.y + a.h / 2 - b.y - b.h / 2) < (a.h + b.h) / 2 + 18;
      if (!boxes.some((box) => all.some((other) => meet(box, other)))) break;
      [rx, ry] = [rx * 1.06 + 4, ry * 1.06 + 4];
    }
    return { rx, ry };
  };
  const placed = () => {
    const top = net.top().map(measured);
    const open = top.filter((box) => box.inside);
    const [own, others] = [false, true].map((outside) => top.filter((box) => !box.inside && box.group.outside === outside));
    const size = open.length ? shelves(open, 1.5) : { w: 0, h: 0 };
    for (const box of open) { box.x -= size.w / 2; box.y -= size.h / 2; }
    const inner = ring(own, { rx: size.w * 0.6 + 150, ry: size.h * 0.6 + 110 }, open);
    const least = own.length ? { rx: inner.rx + 110, ry: inner.ry + 70 } : { rx: size.w * 0.6 + 150, ry: size.h * 0.6 + 110 };
    ring(others, least, [...open, ...own]);
    return top;
  };
  return { GAP, drawn, boxOf, placed };
};
