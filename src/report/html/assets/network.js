// The graph as it was written into the page, with the questions that the drawing and its list put to it.
const solvetNetwork = () => {
  "use strict";
  const element = document.getElementById("network-data");
  const data = JSON.parse(element.textContent);
  const size = data.labels.length;
  const STATES = ["", "present", "missing", "not known"];

  // Links of both directions, by component: the component at the other end, and the use.
  const out = Array.from({ length: size }, () => []);
  const into = Array.from({ length: size }, () => []);
  for (let at = 0; at < data.edges.length; at += 3) {
    const [from, to, use] = [data.edges[at], data.edges[at + 1], data.edges[at + 2]];
    out[from].push({ other: to, use });
    into[to].push({ other: from, use });
  }
  const holds = Array.from({ length: size }, () => []);
  data.around.forEach((around, node) => { if (around >= 0) holds[around].push(node); });

  const isOutside = (node) => data.origin[node] === 2;
  const label = (node) => data.labels[node] || "(no name)";
  const kind = (node) => data.kinds[data.kind[node]];
  const short = (node) => {
    const prefix = `${kind(node)} `;
    const whole = label(node);
    return whole.startsWith(prefix) && whole.length > prefix.length ? whole.slice(prefix.length) : whole;
  };
  const use = (number) => data.uses[number >> 1] + (number & 1 ? " (not tracked)" : "");
  const state = (node) => STATES[data.state[node]];
  const supplier = (node) => (data.supplier[node] >= 0 ? data.suppliers[data.supplier[node]] : "");

  // What leads to each on a shortest way from a component that nothing leads to: what travels with it comes first.
  let before = null;
  const ways = () => {
    if (before) return before;
    before = new Map();
    const seen = new Uint8Array(size);
    let open = [];
    for (let node = 0; node < size; node += 1) {
      if (!isOutside(node) && data.around[node] < 0 && into[node].length === 0) {
        open.push(node);
        seen[node] = 1;
      }
    }
    while (open.length) {
      const next = [];
      for (const node of open) {
        const links = [...holds[node].map((other) => ({ other, use: -1 })),
          ...[...out[node]].sort((a, b) => (a.use & 1) - (b.use & 1) || a.other - b.other)];
        for (const { other, use: how } of links) {
          if (!seen[other]) {
            seen[other] = 1;
            before.set(other, { node, use: how });
            next.push(other);
          }
        }
      }
      open = next;
    }
    for (let node = 0; node < size; node += 1) {
      if (!seen[node] && data.around[node] >= 0) before.set(node, { node: data.around[node], use: -1 });
    }
    return before;
  };

  // Chains that lead to a component: one for each that refers to it, from one that nothing leads to.
  const LINKS = 24;
  const why = (node) => {
    let links = unique(into[node]);
    const others = links.filter(({ use: how }) => data.uses[how >> 1] !== "own-table");
    if (others.length) links = others;
    const steps = ways();
    return links.map(({ other, use: how }) => {
      const chain = [{ node, use: null }, { node: other, use: how }];
      const met = new Set([node, other]);
      let at = other;
      while (chain.length < LINKS && steps.has(at)) {
        const step = steps.get(at);
        if (met.has(step.node)) break;
        met.add(step.node);
        chain.push({ node: step.node, use: step.use });
        at = step.node;
      }
      return chain.reverse();
    }).sort((a, b) => a.length - b.length || a[0].node - b[0].node);
  };
  const unique = (links) => {
    const found = new Map();
    for (const link of links) {
      const known = found.get(link.other);
      if (!known || (known.use & 1) > (link.use & 1)) found.set(link.other, link);
    }
    return [...found.values()].sort((a, b) => a.other - b.other);
  };

  // Groups within groups, so that nothing shows more than some hundred things at once: package, kind, table, the alphabet.
  const MOST = 90;
  const WHERE = [
    (node) => (data.packages.length > 1 && !isOutside(node) ? `${data.package[node]}` : null),
    (node) => (isOutside(node) ? `s${data.supplier[node]}` : `k${data.kind[node]}`),
    (node) => (isOutside(node) ? `k${data.kind[node]}` : null),
    (node) => `t${data.table[node]}`,
  ];
  const titles = [
    (key) => data.packages[Number(key)] || "(no name)",
    (key) => (key[0] === "s" ? data.suppliers[Number(key.slice(1))] : data.kinds[Number(key.slice(1))]),
    (key) => data.kinds[Number(key.slice(1))],
    (key) => (key === "t-1" ? "of no table" : data.tables[Number(key.slice(1))]),
  ];
  const order = new Intl.Collator("en", { numeric: true }).compare;
  let numbers = 0;
  const group = (title, members, level, outside) => ({
    id: `g${numbers++}`, title, members, level, outside, open: false, children: null,
    missing: members.reduce((sum, node) => sum + (data.state[node] === 2), 0),
    unknown: members.reduce((sum, node) => sum + (data.state[node] === 3), 0),
    findings: members.reduce((sum, node) => sum + (data.items[node] ? data.items[node].length : 0), 0),
  });
  const split = (members, level) => {
    for (let at = level; at < WHERE.length; at += 1) {
      if (at > 1 && members.length <= MOST) break;
      const found = new Map();
      let loose = 0;
      for (const node of members) {
        const key = WHERE[at](node);
        if (key === null) { loose += 1; continue; }
        if (!found.has(key)) found.set(key, []);
        found.get(key).push(node);
      }
      // A criterion that tells nothing apart is passed over, but for the first ones: they are the groups that people look for.
      if (!found.size || (at > 1 && found.size === 1 && !loose)) continue;
      const groups = [...found].map(([key, inside]) =>
        group(titles[at](key), inside, at + 1, isOutside(inside[0])));
      if (loose) {
        const rest = members.filter((node) => WHERE[at](node) === null);
        groups.push(...split(rest, at + 1).groups);
      }
      return { groups: packed(groups), nodes: [] };
    }
    const sorted = [...members].sort((a, b) => order(short(a), short(b)) || a - b);
    if (sorted.length <= MOST) return { groups: [], nodes: sorted };
    const width = Math.max(MOST, Math.ceil(sorted.length / MOST));
    const groups = [];
    for (let at = 0; at < sorted.length; at += width) {
      const inside = sorted.slice(at, at + width);
      const cut = (node) => short(node).slice(0, 18);
      groups.push(group(`${cut(inside[0])} … ${cut(inside[inside.length - 1])}`, inside, WHERE.length, isOutside(inside[0])));
    }
    return { groups, nodes: [] };
  };
  // Hundreds of small groups are as unreadable as hundreds of components: the smallest stand together.
  const packed = (groups) => {
    groups.sort((a, b) => a.outside - b.outside || b.members.length - a.members.length || order(a.title, b.title));
    if (groups.length <= MOST) return groups;
    const kept = groups.slice(0, MOST - 1);
    const rest = groups.slice(MOST - 1);
    kept.push(group(`${rest.length} smaller groups`, rest.flatMap((one) => one.members), WHERE.length, rest[0].outside));
    return kept;
  };
  const children = (one) => {
    if (!one.children) one.children = split(one.members, one.level);
    return one.children;
  };
  // Shows all components, or those only that a question picks.
  const all = Array.from({ length: size }, (_, node) => node);
  let top = [];
  const pick = (fits) => { top = split(fits ? all.filter(fits) : all, 0).groups; };
  pick(null);

  // Opens all groups around a component.
  const reach = (node) => {
    let groups = top;
    while (groups.length) {
      const around = groups.find((one) => one.members.includes(node));
      if (!around) return;
      around.open = true;
      groups = children(around).groups;
    }
  };

  const search = (text, most) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [];
    if (!words.length) return { found, count: 0 };
    let count = 0;
    for (let node = 0; node < size; node += 1) {
      const name = `${label(node)} ${supplier(node)}`.toLowerCase();
      if (words.every((word) => name.includes(word))) {
        count += 1;
        if (found.length < most) found.push(node);
      }
    }
    return { found, count };
  };

  return { data, size, out, into, holds, label, short, kind, use, state, supplier, isOutside, why, unique, top: () => top, pick, children, reach, search };
};
