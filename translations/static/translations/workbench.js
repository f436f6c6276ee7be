// Autosave of the translation desk. Without this script the page's own buttons save everything.
// What is typed is kept on this machine until the server has confirmed it: a lost line or a closed tab loses nothing.
(() => {
  "use strict";
  const form = document.getElementById("ban-dich");
  if (!form) return;
  const words = form.dataset;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const PAUSE = 1500;   // ms after the last key
  const AGAIN = 15000;  // ms between attempts while the line is down
  const boxes = new Map();

  const keyOf = (id) => `cong-dich:${words.job}:${id}`;
  const keep = (id, value) => {
    try {
      if (value === null) localStorage.removeItem(keyOf(id));
      else localStorage.setItem(keyOf(id), JSON.stringify(value));
    } catch (error) {
      // A full or forbidden store: the server save still follows.
      console.warn("cannot keep a copy on this machine", error);
    }
  };
  const kept = (id) => {
    try { return JSON.parse(localStorage.getItem(keyOf(id)) || "null"); } catch (error) { return null; }
  };

  const say = (box, text) => { box.status.textContent = text; };

  const showNotes = (box, notes) => {
    box.notes.replaceChildren(...notes.map((note) => {
      const line = document.createElement("li");
      line.className = note.blocking ? "note-blocking" : "note";
      line.textContent = note.text;
      return line;
    }));
  };

  const showConflict = (box, answer) => {
    showNotes(box, [{ blocking: true, text: answer.error }, { blocking: false, text: `${words.theirs}: ${answer.current}` }]);
    box.version.value = answer.version;
  };

  async function send(box) {
    if (box.sending) { box.waiting = true; return; }
    box.sending = true;
    const text = box.area.value;
    say(box, words.saving);
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token);
    body.append("target", text);
    body.append("version", box.version.value);
    try {
      const response = await fetch(words.autosave.replace("/0/", `/${box.id}/`), { method: "POST", body, credentials: "same-origin", redirect: "error" });
      const answer = await response.json();
      if (response.ok) {
        box.version.value = answer.version;
        showNotes(box, answer.notes);
        box.state.innerHTML = answer.chip;
        const bar = document.querySelector("progress");
        if (bar) bar.value = answer.done;
        if (box.area.value === text) { box.dirty = false; keep(box.id, null); say(box, words.saved); }
        else box.waiting = true;
      } else if (response.status === 409 && "current" in answer) {
        showConflict(box, answer); say(box, words.unsaved); box.dirty = false;
      } else {
        showNotes(box, [{ blocking: true, text: answer.error || words.unsaved }]); say(box, words.unsaved);
      }
    } catch (error) {
      say(box, words.offline);
      box.timer = setTimeout(() => send(box), AGAIN);
    } finally {
      box.sending = false;
    }
    if (box.waiting) { box.waiting = false; schedule(box, 0); }
  }

  function schedule(box, after = PAUSE) {
    clearTimeout(box.timer);
    box.timer = setTimeout(() => send(box), after);
  }

  for (const area of form.querySelectorAll("textarea.target")) {
    const part = area.closest("section");
    const box = {
      id: area.dataset.segment, area, part, dirty: false, sending: false, waiting: false, timer: 0,
      version: form.querySelector(`[name=version_${area.dataset.segment}]`),
      notes: part.querySelector(".notes"), status: part.querySelector(".save-state"),
      state: part.querySelector(".state"),
    };
    boxes.set(area, box);
    const before = kept(box.id);
    if (before && before.text !== area.value) {
      area.value = before.text;
      box.dirty = true;
      say(box, words.restored);
      schedule(box);
    } else if (before) keep(box.id, null);
    area.addEventListener("input", () => {
      box.dirty = true;
      keep(box.id, { text: area.value, version: box.version.value });
      say(box, words.unsaved);
      schedule(box);
    });
    area.addEventListener("blur", () => { if (box.dirty) schedule(box, 0); });
    area.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      schedule(box, 0);
      const all = [...boxes.keys()];
      const next = all[all.indexOf(area) + 1];
      if (next) next.focus();
    });
  }

  window.addEventListener("online", () => { for (const box of boxes.values()) if (box.dirty) schedule(box, 0); });
  // The page's buttons send every box; what is kept here goes once the next page shows it as saved.
  form.addEventListener("submit", () => { for (const box of boxes.values()) { clearTimeout(box.timer); box.dirty = false; } });
  window.addEventListener("beforeunload", (event) => {
    if ([...boxes.values()].some((box) => box.dirty && box.sending)) event.preventDefault();
  });
})();
