// The page: shows the session, and turns presses into commands.

import { ACTS, LIMITS, Presses, actOfKey, takeTable } from "./actions.js";
import { addButtons, draw, drawKeys, put, say, show } from "./face.js";
import { Link } from "./link.js";
import { t, translatePage } from "./translate.js";

const LOST = "Lost the room. The sound plays on there. Trying again …";
const TOLD_TWICE = 1000; // ms within which one answer comes both ways
const presses = new Presses();
const note = document.getElementById("note");
const noteText = document.getElementById("note-text");
const letters = document.getElementById("letters");
let view = null;
let told = { text: "", at: 0 };
let awake = null;

const link = new Link({
  snapshot(seen) {
    const first = view === null || view.state === "ended";
    view = seen;
    if (seen.state === "ended") return over();
    show("session");
    redraw();
    if (first) begin();
  },
  happened(line) {
    const text = line.answer ?? line.message;
    if (!text || line.event === "refused" || told.text === text) return;
    tell(text, line.event !== "command");
  },
  lost() {
    document.body.classList.add("without");
    put("lost", t(LOST));
  },
  back() {
    document.body.classList.remove("without");
    put("lost", "");
    tell(t("the room is back"));
  },
  unpaired() {
    document.body.classList.remove("without");
    put("lost", "");
    show("unpaired", t("This device is no longer paired"),
      t("Scan the code on the therapist's screen. What plays in the room plays on."));
  },
});

function begin() {
  drawKeys();
  stayAwake();
}

function over() {
  show("over", t("The session is over"), t("This page waits for the next one."));
  document.title = `${t("Over")} – Soundscape`;
  awake?.release();
  awake = null;
}

function redraw() {
  draw(view, presses, performance.now());
}

function tell(text, wrong = false) {
  told = { text, at: performance.now() };
  say(text, wrong, view);
}

// Presses -------------------------------------------------------------------------------------

function press(act) {
  if (view === null || view.state === "ended") return;
  const came = presses.press(act, view, performance.now());
  if (came === "again") askAgain(act);
  else if (came === "locked") tell(t("locked: “Unlock” twice; {what}", { what: stillWork() }));
  else if (came === "do") obey(act);
  redraw();
}

function askAgain(act) {
  tell(t("press again to {what}", { what: ACTS[act].confirm(view) || t("unlock") }));
  setTimeout(redraw, LIMITS.twice + 50);
}

// What the lock lets through.
function stillWork() {
  const acts = Object.entries(ACTS).filter(([act, { underLock }]) => underLock && act !== "lock");
  const keys = acts.map(([, { label }]) => `“${label(null)[0]}”`).join(t(" and "));
  return t("{keys} work", { keys });
}

function obey(act) {
  if (act !== "lock" && ACTS[act].wantsText) return openNote(note.hidden);
  if (act === "lock") {
    return tell(presses.locked ? t("locked; {what}", { what: stillWork() }) : t("unlocked"));
  }
  if (act === "mute") openNote(false);
  return ask(ACTS[act].command(view), act === "mute");
}

async function ask(command, urgent = false) {
  const answer = await link.ask(command, urgent);
  // The stream may have told it already.
  if (answer.said === told.text && performance.now() - told.at < TOLD_TWICE) return;
  tell(answer.said ?? answer.refused, answer.refused !== undefined);
}

function openNote(open) {
  note.hidden = !open;
  document.querySelector("[data-act=note]").setAttribute("aria-expanded", String(open));
  if (open) noteText.focus();
}

note.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = noteText.value.trim();
  openNote(false);
  noteText.value = "";
  document.querySelector("[data-act=note]").focus();
  if (text) ask({ do: "note", text });
});

document.querySelector("main").addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (!button) return;
  // A finger's press leaves no focus behind: the space bar is to duck, not to press this again.
  if (event.detail > 0) button.blur();
  press(button.dataset.act);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const act = actOfKey(event.key);
  if (act === undefined || !(letters.checked || act === "mute")) return;
  const on = event.target;
  if (act !== "mute" && on.matches("input[type=text]")) return;
  if (event.key === " " && on.matches("button, input, summary")) return; // it presses what has the focus
  event.preventDefault();
  if (!event.repeat) press(act);
});

// The letters can be turned off, for who speaks to the device or shares its keyboard (WCAG 2.1.4).
letters.checked = localStorage.getItem("letters") !== "off";
letters.addEventListener("change", () => {
  localStorage.setItem("letters", letters.checked ? "on" : "off");
});

// The screen stays on where the browser offers it.
async function stayAwake() {
  if (document.hidden || view === null || view.state === "ended") return;
  try {
    awake = await navigator.wakeLock?.request("screen");
  } catch {
    awake = null;
  }
}
document.addEventListener("visibilitychange", stayAwake);

translatePage();

// The room says once what there is to press.
const table = await link.table();
if (table !== null) {
  takeTable(table);
  addButtons();
  link.open();
}
