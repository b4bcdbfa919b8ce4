(function () {
  "use strict";
  const layers = JSON.parse(document.getElementById("layers").textContent);
  const boxes = new Map([...document.querySelectorAll(".picture .node")].map((box) => [box.id, box]));
  const edges = [...document.querySelectorAll(".picture .edge")];
  const told = document.getElementById("told");

  // What stands for what, in both directions.
  const links = new Map();
  const owner = new Map();
  for (const layer of layers) {
    links.set(layer.id, layer.sources);
    for (const source of layer.sources) {
      links.set(source, [...(links.get(source) || []), layer.id]);
      if (!owner.has(source)) owner.set(source, layer);
    }
  }

  const shape = (box) => box.querySelector("path, polygon");
  const original = new Map([...boxes].map(([id, box]) => [id, shape(box).getAttribute("fill")]));
  const label = new Map([...boxes].map(([id, box]) => [id, box.querySelector("text").getAttribute("fill")]));
  const tooltip = (box) => {
    const link = box.querySelector("a");
    return link ? link.getAttribute("xlink:title") || link.getAttribute("title") || "" : "";
  };

  let pinned = null;
  function mark(id, scrolls) {
    for (const box of boxes.values()) box.classList.remove("marked");
    if (!id) {
      told.textContent = "";
      return;
    }
    const all = [id, ...(links.get(id) || [])];
    for (const other of all) if (boxes.has(other)) boxes.get(other).classList.add("marked");
    told.textContent = tooltip(boxes.get(id));
    if (!scrolls) return;
    for (const other of all.slice(1)) {
      if (boxes.has(other)) boxes.get(other).scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }
  for (const [id, box] of boxes) {
    box.addEventListener("mouseenter", () => pinned || mark(id, false));
    box.addEventListener("mouseleave", () => pinned || mark(null, false));
    box.addEventListener("click", (event) => {
      event.preventDefault();
      pinned = pinned === id ? null : id;
      mark(pinned, true);
    });
  }

  const find = document.getElementById("find");
  find.addEventListener("input", () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const box of boxes.values()) {
      const text = (box.textContent + " " + tooltip(box)).toLowerCase();
      const fits = words.every((word) => text.includes(word));
      box.classList.toggle("dim", !fits);
      if (fits) shown += 1;
    }
    for (const edge of edges) edge.classList.toggle("dim", words.length > 0);
    document.getElementById("found").textContent = words.length ? shown + " of " + boxes.size : "";
  });

  // Colours: a layer of the file has that of the layer that does its work.
  const legend = document.getElementById("legend");
  const owned = (id) => layers.find((layer) => layer.id === id) || owner.get(id);
  function paint(colour, isDark) {
    for (const [id, box] of boxes) {
      const layer = owned(id);
      const fill = layer ? colour(layer) : null;
      shape(box).style.fill = fill || original.get(id);
      for (const text of box.querySelectorAll("text")) {
        text.style.fill = fill && isDark(layer) ? "#ffffff" : fill ? "#1c2128" : label.get(id) || "#000000";
      }
    }
  }
  function explain(entries) {
    legend.replaceChildren(...entries.map(([text, colour]) => {
      const entry = document.createElement("span");
      const patch = document.createElement("i");
      patch.style.background = colour;
      entry.append(patch, text);
      return entry;
    }));
  }
  const shades = ["#e3fafc", "#a6f1f5", "#6fd7e9", "#3bbbde", "#099dcf", "#057eba", "#1c619e", "#25457b"];
  const tints = ["#cfe2ff", "#ffe3c7", "#cdeedd", "#e6d9f5", "#f6d5dd", "#fff6c2", "#d0ebf2", "#eceff3"];
  const schemes = {
    kind() {
      paint(() => null, () => false);
      explain([]);
    },
    time() {
      const longest = Math.max(...layers.map((layer) => layer.share || 0), 0);
      const step = (layer) => Math.min(shades.length - 1, Math.floor(((layer.share || 0) / (longest || 1)) * shades.length));
      paint((layer) => shades[step(layer)], (layer) => step(layer) >= 5);
      explain(longest ? [["0 %", shades[0]], [(100 * longest).toFixed(1) + " % of the time", shades[7]]] : [["not measured", shades[0]]]);
    },
    precision() {
      const names = [...new Set(layers.map((layer) => layer.precision || "unknown"))].sort();
      const tint = (layer) => tints[names.indexOf(layer.precision || "unknown") % tints.length];
      paint(tint, () => false);
      explain(names.map((name, index) => [name, tints[index % tints.length]]));
    },
  };
  const buttons = [...document.querySelectorAll("[data-colour]")];
  function choose(name) {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.colour === name));
    schemes[name]();
  }
  for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.colour));
  if (buttons.length) choose(layers.some((layer) => layer.share) ? "time" : "kind");
  window.assayGraph = { boxes: boxes.size, layers: layers.length };
})();
