// The inbox without a mouse: "all on this page", and j/k to go, x to choose, y to confirm, n to reject, z to undo.
(function () {
  "use strict";
  const form = document.getElementById("xem-xet");
  if (!form) return;
  const boxes = Array.from(form.querySelectorAll('input[name="m"]'));
  const all = form.querySelector("[data-all]");
  if (all) {
    all.hidden = false;
    all.querySelector("input").addEventListener("change", (event) => {
      boxes.forEach((box) => { box.checked = event.target.checked; });
    });
  }
  let at = -1;
  function go(step) {
    at = Math.min(boxes.length - 1, Math.max(0, at + step));
    boxes[at].focus();
    boxes[at].closest("li").scrollIntoView({ block: "nearest" });
  }
  function press(state) {
    const row = boxes[at] && boxes[at].closest("li");
    const button = row && row.querySelector('button[value^="' + state + ':"]');
    if (button) button.click();
  }
  const keys = {
    j: () => go(1),
    k: () => go(-1),
    x: () => { if (boxes[at]) boxes[at].checked = !boxes[at].checked; },
    y: () => press("confirmed"),
    n: () => press("rejected"),
    z: () => { const undo = document.querySelector('[accesskey="z"]'); if (undo) undo.click(); },
  };
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "checkbox";
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
