/* Reads the points of a chart aloud, one after another: with the arrow keys while the chart has the focus, and under a
   pointer. What each point says stands in the drawing (data-says); the table beneath the chart says the same without
   scripts. */
"use strict";

(() => {
  const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

  /* The place of the point that lies nearest to a pointer. */
  const nearest = (points, { clientX, clientY }) => {
    const apart = points.map((point) => {
      const box = point.getBoundingClientRect();
      return Math.hypot(box.x + box.width / 2 - clientX, box.y + box.height / 2 - clientY);
    });
    return apart.indexOf(Math.min(...apart));
  };

  const read = (figure) => {
    const line = figure.querySelector(".reading");
    for (const drawing of figure.querySelectorAll("svg")) {
      const points = [...drawing.querySelectorAll("[data-point]")]
        .sort((a, b) => a.dataset.point.localeCompare(b.dataset.point, "en", { numeric: true }));
      if (!points.length || !line) continue;
      let at = -1;

      const say = (point) => {
        drawing.querySelector(".is-read")?.classList.remove("is-read");
        point?.classList.add("is-read");
        line.textContent = point ? point.dataset.says : "";
      };

      const go = (place) => {
        at = Math.min(Math.max(place, 0), points.length - 1);
        say(points[at]);
      };

      line.hidden = false;
      drawing.setAttribute("tabindex", "0");
      drawing.addEventListener("focus", () => go(at < 0 ? points.length - 1 : at));
      drawing.addEventListener("blur", () => say(null));
      drawing.addEventListener("keydown", (event) => {
        if (event.altKey || event.ctrlKey || event.metaKey) return;
        if (event.key in STEPS) go(at + STEPS[event.key]);
        else if (event.key === "Home") go(0);
        else if (event.key === "End") go(points.length - 1);
        else return;
        event.preventDefault();
      });
      for (const moved of ["pointermove", "pointerdown"]) drawing.addEventListener(moved, (event) => go(nearest(points, event)));
      const help = figure.parentElement.querySelector("[data-reading-help]");
      if (help) help.hidden = false;
    }
  };

  document.querySelectorAll("[data-reading]").forEach(read);
})();
