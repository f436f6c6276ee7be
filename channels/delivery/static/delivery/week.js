// Dragging a time to another day only opens the question with the day filled in: nothing moves before somebody says yes,
// and the time on the clock stays. Without this script the link "move" leads to the same page.
(() => {
  "use strict";
  const week = document.querySelector(".send-week[data-move]");
  if (!week) return;
  let carried = null;
  week.addEventListener("dragstart", (event) => {
    carried = event.target.closest("[data-rule]");
    if (carried) event.dataTransfer.setData("text/plain", carried.dataset.rule);
  });
  week.addEventListener("dragend", () => { carried = null; week.querySelectorAll(".is-target").forEach((day) => day.classList.remove("is-target")); });
  for (const day of week.children) {
    day.addEventListener("dragover", (event) => { if (carried) { event.preventDefault(); day.classList.add("is-target"); } });
    day.addEventListener("dragleave", () => day.classList.remove("is-target"));
    day.addEventListener("drop", (event) => {
      if (!carried) return;
      event.preventDefault();
      location.href = `${carried.dataset.move}&day=${day.dataset.day}`;
    });
  }
})();
