// Live counters of a channel's text. While somebody types the length is estimated here, in the channel's own unit; when
// they stop, the server counts exactly as the channel does. Without this script the button "count again" does it.
(() => {
  "use strict";
  const form = document.getElementById("ban-theo-kenh");
  const area = form && form.querySelector("textarea[name=text]");
  if (!area) return;
  const words = form.dataset;
  const PAUSE = 700; // ms after the last key
  const list = form.querySelector(".send-counters");
  const state = form.querySelector("[data-state]");
  const notes = document.getElementById("canh-bao");
  const preview = document.getElementById("xem-truoc");
  const key = `cong-ban-theo-kenh:${location.pathname}:${form.elements.approval.value}`;
  const stored = area.defaultValue.replace(/\r\n/g, "\n");
  let timer = 0;
  let asked = 0;
  let base = { text: stored.normalize("NFC").trim() };

  const measure = (text, unit) => {
    if (unit.includes("16")) return text.length;
    if (unit.toLowerCase().includes("byte")) return new TextEncoder().encode(text).length;
    return [...text].length;
  };
  const keep = (text) => {
    try {
      if (text === null) sessionStorage.removeItem(key); else sessionStorage.setItem(key, text);
    } catch (error) { console.warn("cannot keep a copy on this machine", error); }
  };

  const draw = (item, used) => {
    const limit = Number(item.dataset.limit);
    const over = used > limit;
    item.classList.toggle("is-over", over);
    item.querySelector("[data-used]").textContent = used.toLocaleString("vi-VN");
    item.querySelector("meter").value = Math.min(used, limit + 1);
    item.querySelector("[data-over]").textContent = over ? words.over.replace("#", (used - limit).toLocaleString("vi-VN")) : "";
  };
  const remember = () => {
    base = { text: area.value.normalize("NFC").trim() };
    for (const item of list.children) item.dataset.base = item.dataset.used;
  };
  const estimate = () => {
    const now = area.value.normalize("NFC").trim();
    for (const item of list.children) {
      const unit = item.dataset.unit;
      draw(item, Number(item.dataset.base) - measure(base.text, unit) + measure(now, unit));
    }
  };

  const showNotes = (all) => {
    if (!notes) return;
    notes.replaceChildren(...all.map((note) => {
      const line = document.createElement("li");
      line.className = note.grave ? "is-grave" : "";
      line.textContent = `${note.grave ? "▲" : "○"} ${note.text}`;
      return line;
    }));
  };

  async function recount() {
    const turn = ++asked;
    state.textContent = words.counting;
    try {
      const response = await fetch(words.recount, { method: "POST", body: new FormData(form), credentials: "same-origin", redirect: "error" });
      const answer = await response.json();
      if (turn !== asked) return;
      state.textContent = answer.error || words.counted;
      if (!response.ok) return;
      answer.counters.forEach((counter, at) => {
        const item = list.children[at];
        if (!item) return;
        item.dataset.used = counter.used;
        draw(item, counter.used);
      });
      remember();
      showNotes(answer.notes);
      // The preview is drawn by the server, which escapes every word in it.
      if (preview) preview.innerHTML = answer.preview;
    } catch (error) {
      if (turn === asked) state.textContent = words.offline;
    }
  }

  remember();
  const before = (() => { try { return sessionStorage.getItem(key); } catch (error) { return null; } })();
  if (before !== null && before !== stored && area.value.replace(/\r\n/g, "\n") === stored && !words.failed) {
    area.value = before;
    estimate();
    state.textContent = words.restored;
    timer = setTimeout(recount, PAUSE);
  }
  area.addEventListener("input", () => {
    keep(area.value);
    estimate();
    state.textContent = words.unsaved;
    clearTimeout(timer);
    timer = setTimeout(recount, PAUSE);
  });
  let sent = false;
  form.addEventListener("submit", () => { sent = true; clearTimeout(timer); });
  window.addEventListener("beforeunload", (event) => {
    if (!sent && area.value.replace(/\r\n/g, "\n") !== stored) event.preventDefault();
  });
  window.addEventListener("pagehide", () => { if (sent) keep(null); });
})();
