(function () {
  "use strict";
  // What tests and curious people look at: how many charts there are, drawn and failed, and what went wrong.
  const state = { charts: 0, drawn: 0, failed: 0, errors: [] };
  window.assayReport = state;
  window.addEventListener("error", (event) => state.errors.push(String(event.message)));
  window.addEventListener("unhandledrejection", (event) => state.errors.push(String(event.reason)));

  const margin = 68;
  const smallest = 160;

  function specification(figure) {
    return JSON.parse(figure.querySelector("script").textContent);
  }

  // Views that stand on top of one another cannot fill their container by themselves.
  function fit(spec, width) {
    const inner = Math.max(smallest, Math.floor(width - ((spec.usermeta || {}).margin || margin)));
    for (const view of spec.vconcat || [spec]) view.width = inner;
    // A narrow chart has no room for a legend in one row.
    if (width < 520) {
      spec.config.axisX.tickCount = 4;
      (function narrow(value) {
        if (value === null || typeof value !== "object") return;
        if (value.legend && value.legend.columns !== 8) value.legend.columns = Math.min(value.legend.columns || 2, 2);
        if (value.legend) {
          delete value.legend.orient;
          delete value.legend.titleOrient;
        }
        Object.values(value).forEach(narrow);
      })([spec.vconcat, spec.layer, spec.encoding]);
    }
    return spec;
  }

  async function draw(figure) {
    const place = figure.querySelector(".chart");
    const width = place.clientWidth;
    if (!width || figure.drawnWidth === width) return;
    figure.drawnWidth = width;
    const options = {
      renderer: "svg", actions: false, defaultStyle: false, mode: "vega-lite",
      tooltip: { theme: "report", disableDefaultStyle: true },
    };
    try {
      let result = await vegaEmbed(place, fit(specification(figure), width), options);
      // Labels take more room than was thought: once more, with what is left.
      const excess = Number(place.querySelector("svg").getAttribute("width")) - width;
      if (excess > 1 || excess < -12) {
        result.finalize();
        result = await vegaEmbed(place, fit(specification(figure), width - excess), options);
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
      await draw(figure);
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
  let timer;
  window.addEventListener("resize", () => {
    clearTimeout(timer);
    timer = setTimeout(drawAll, 200);
  });
  drawAll();
})();
