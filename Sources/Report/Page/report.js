(function () {
  "use strict";
  // What tests and curious people look at: how many charts there are, drawn and failed, and what went wrong.
  const state = { charts: 0, drawn: 0, failed: 0, errors: [] };
  window.assayReport = state;
  window.addEventListener("error", (event) => state.errors.push(String(event.message)));
  window.addEventListener("unhandledrejection", (event) => state.errors.push(String(event.reason)));

  const margin = 68;
  const smallest = 120;
  // The widths of charts on paper, A4 or Letter.
  const printed = { wide: 680, half: 318 };

  function specification(figure) {
    return JSON.parse(figure.querySelector("script").textContent);
  }

  // Views that stand on top of one another cannot fill their container by themselves. As many labels as fit side by side.
  function fit(spec, width) {
    const inner = Math.max(smallest, Math.floor(width));
    for (const view of spec.vconcat || [spec]) view.width = inner;
    spec.config.axisX.tickCount = Math.max(2, Math.floor(inner / 70));
    return spec;
  }

  async function draw(figure, width) {
    const place = figure.querySelector(".chart");
    if (!width || figure.drawnWidth === width) return;
    figure.drawnWidth = width;
    const options = {
      renderer: "svg", actions: false, defaultStyle: false, mode: "vega-lite",
      tooltip: { theme: "report", disableDefaultStyle: true },
    };
    try {
      // What labels take of the width is known once they are drawn: then once more, with what is left.
      let inner = width - margin;
      let result;
      for (let round = 0; round < 3; round += 1) {
        if (result) result.finalize();
        result = await vegaEmbed(place, fit(specification(figure), inner), options);
        const excess = Number(place.querySelector("svg").getAttribute("width")) - width;
        if (excess <= 1 && excess >= -12) break;
        inner -= excess;
      }
      if (figure.view) figure.view.finalize();
      figure.view = result;
      place.dataset.state = "drawn";
    } catch (error) {
      place.dataset.state = "failed";
      place.textContent = "This chart could not be drawn: " + error.message;
      state.errors.push(figure.id + ": " + error.message);
    }
  }

  // One after the other, so that the page can be read meanwhile.
  async function drawAll() {
    const figures = [...document.querySelectorAll("figure")];
    for (const figure of figures) {
      await draw(figure, figure.querySelector(".chart").clientWidth);
      await new Promise((done) => setTimeout(done, 0));
    }
    state.charts = figures.length;
    state.drawn = document.querySelectorAll('.chart[data-state="drawn"]').length;
    state.failed = figures.length - state.drawn;
    document.documentElement.dataset.charts = "ready";
  }

  function link(text, name, type, content) {
    const link = document.createElement("a");
    link.href = "#";
    link.textContent = text;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const save = document.createElement("a");
      save.href = URL.createObjectURL(new Blob([content()], { type }));
      save.download = name;
      save.click();
      setTimeout(() => URL.revokeObjectURL(save.href), 1000);
    });
    return link;
  }

  // A specification that is taken elsewhere must not ask for the variables of this page.
  function withColors(text) {
    const probe = document.body.appendChild(document.createElement("i"));
    const resolved = text.replace(/var\(--[\w-]+\)/g, (name) => {
      probe.style.color = name;
      return getComputedStyle(probe).color;
    });
    probe.remove();
    return resolved;
  }

  function addDownloads(figure) {
    const place = figure.querySelector(".downloads");
    const { datasets } = specification(figure);
    place.append("Data (CSV):");
    for (const name of Object.keys(datasets).filter((name) => name !== "span")) {
      place.append(link(name, figure.id + "-" + name + ".csv", "text/csv", () => datasets[name]));
    }
    place.append(" · ");
    place.append(
      link("Spec", figure.id + ".vl.json", "application/json", () =>
        withColors(JSON.stringify(specification(figure), null, 1))));
  }

  // A column is sorted by the values of its cells, or else by their texts.
  function sort(table, column, head) {
    const isDescending = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
    const order = new Intl.Collator(undefined, { numeric: true });
    const key = (row) => row.cells[column];
    const compare = (left, right) => {
      const [one, other] = [key(left).dataset.value, key(right).dataset.value];
      if (one !== undefined && other !== undefined) return Number(one) - Number(other);
      if (one !== undefined || other !== undefined) return one === undefined ? 1 : -1;
      return order.compare(key(left).textContent, key(right).textContent);
    };
    const rows = [...table.tBodies[0].rows].sort(compare);
    table.tBodies[0].append(...(isDescending ? rows.reverse() : rows));
  }

  function addFilter(table) {
    const label = document.createElement("label");
    label.className = "filter";
    const input = document.createElement("input");
    input.type = "search";
    const count = document.createElement("span");
    count.setAttribute("aria-live", "polite");
    const rows = [...table.tBodies[0].rows];
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
      const shown = rows.filter((row) => !row.hidden).length;
      count.textContent = words.length ? shown + " of " + rows.length : "";
    });
    label.append("Filter", input, count);
    table.parentElement.before(label);
  }

  function makeInteractive(table) {
    const rows = table.tBodies[0].rows.length;
    if (rows > 1) {
      [...table.tHead.rows[0].cells].forEach((head, column) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = head.textContent;
        button.addEventListener("click", () => sort(table, column, head));
        head.replaceChildren(button);
      });
    }
    if (rows > 8) addFilter(table);
  }

  const themes = ["auto", "light", "dark"];
  const button = document.getElementById("theme");

  function setTheme(theme) {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.textContent = "Theme: " + theme;
    button.value = theme;
    try { localStorage.setItem("assay-theme", theme); } catch { /* Pages from files may keep nothing. */ }
  }

  button.addEventListener("click", () => setTheme(themes[(themes.indexOf(button.value) + 1) % themes.length]));
  let kept = "auto";
  try { kept = localStorage.getItem("assay-theme"); } catch { /* As above. */ }
  setTheme(themes.includes(kept) ? kept : "auto");

  document.querySelectorAll("figure").forEach(addDownloads);
  document.querySelectorAll(".table table:not([data-plain])").forEach(makeInteractive);
  let timer;
  window.addEventListener("resize", () => {
    clearTimeout(timer);
    timer = setTimeout(() => isPrinting || drawAll(), 200);
  });
  // Paper is narrower than a desk: charts are drawn again, so that their labels keep their size.
  let isPrinting = false;
  window.addEventListener("beforeprint", () => {
    isPrinting = true;
    for (const figure of document.querySelectorAll("figure")) draw(figure, printed[figure.className]);
  });
  window.addEventListener("afterprint", () => {
    isPrinting = false;
    drawAll();
  });
  drawAll();
})();
