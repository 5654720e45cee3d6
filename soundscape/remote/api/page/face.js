// Draws the session. A text is touched only when it changes: screen readers say what changes.

import { ACTS, keyName, shortcut } from "./actions.js";
import { t } from "./translate.js";
import * as words from "./words.js";

const MARKS = 3;
const find = (id) => document.getElementById(id);
let buttons = [...document.querySelectorAll("button[data-act]")];

export function put(id, text) {
  const place = find(id);
  if (place.textContent !== text) place.textContent = text;
}

// Say it again even where the words are the same.
export function say(text, wrong, view) {
  const place = find("said");
  place.textContent = "";
  place.textContent = (wrong ? "! " : "") + words.spoken(text, view);
}

// One of: waiting, session, over, unpaired.
export function show(what, title = "", text = "") {
  document.body.dataset.shows = what;
  if (title) {
    put("panel-title", title);
    put("panel-text", text);
  }
}

export function draw(view, presses, now) {
  const { texts } = view;
  document.title = `${view.phase}, ${texts.state.toLowerCase()} – Soundscape`;
  put("scene", view.scene);
  put("label", view.label === view.scene ? "" : view.label);
  drawWhere(view, texts);
  drawCourse(view, texts);
  drawPlaying(texts.layers);
  put("level", [texts.level, texts.sound_level].filter(Boolean).join(", "));
  put("lights", texts.lights);
  find("lit").hidden = texts.lights === "";
  drawHealth(texts);
  put("marks", texts.marks.slice(0, MARKS).join(" · "));
  find("marked").hidden = texts.marks.length === 0;
  drawLines("warnings", texts.warnings);
  put("warned", texts.warned);
  find("warnings-of").hidden = texts.warnings.length === 0;
  drawLines("details", texts.details);
  drawButtons(view, presses, now);
}

function drawWhere(view, texts) {
  const [state, ...others] = texts.standing;
  put("phase", view.phase);
  put("state", state);
  find("state").classList.toggle("quiet", view.state === "playing");
  put("standing", others.join(" · "));
  put("hint", words.spoken(texts.hint, view));
  for (const [name, { time, label }] of Object.entries(texts.times)) {
    put(name, time);
    put(`${name}-label`, label);
  }
  drawLines("prompts", view.prompts);
}

// A line for each text.
function drawLines(id, lines) {
  const list = find(id);
  while (list.children.length > lines.length) list.lastChild.remove();
  while (list.children.length < lines.length) list.append(document.createElement("li"));
  lines.forEach((line, index) => {
    if (list.children[index].textContent !== line) list.children[index].textContent = line;
  });
}

function drawCourse(view, texts) {
  const list = find("phases");
  while (list.children.length > view.phases.length) list.lastChild.remove();
  while (list.children.length < view.phases.length) {
    const item = list.appendChild(document.createElement("li"));
    item.append(document.createElement("span"));
  }
  view.phases.forEach((phase, index) => {
    const item = list.children[index];
    const name = item.firstChild;
    if (name.textContent !== phase.name) name.textContent = phase.name;
    item.style.flexGrow = Math.max(phase.duration, 1);
    item.classList.toggle("passed", phase.state === "passed");
    if (phase.state === "running") item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  });
  const last = view.phases.at(-1);
  const whole = last ? last.start + last.duration : 1;
  find("pointer").style.left = `${Math.min(100, (100 * view.elapsed) / whole)}%`;
  put("elapsed", texts.elapsed);
  put("then", texts.then);
  put("remaining", texts.silence);
}

function drawPlaying({ music, ...others }) {
  put("music", music ? music.playing : t("no music"));
  put("music-left", music ? music.left : "");
  put("music-next", music?.next ? t("next {title}, {when}", { title: music.next, when: music.next_when }) : "");
  const said = Object.entries(others).map(([name, layer]) => `${t(name)}: ${layer.playing}`);
  put("others", said.join(" · "));
}

function drawHealth(texts) {
  const place = find("health");
  const said = [...texts.trouble, ...texts.well, ...texts.counted];
  if (place.dataset.said === said.join()) return;
  place.dataset.said = said.join();
  place.replaceChildren(...said.flatMap((text, index) => {
    const wrong = index < texts.trouble.length;
    const part = document.createElement(wrong ? "b" : "span");
    part.textContent = wrong ? `! ${text}` : text;
    return index ? [" · ", part] : [part];
  }));
}

function drawButtons(view, presses, now) {
  for (const button of buttons) {
    const act = button.dataset.act;
    const again = presses.waitsFor(act, now);
    const [label, more] = ACTS[act].label(view, presses.locked).map((text) => t(text));
    write(button, label, again ? t("press again") : more);
    button.classList.toggle("again", again);
  }
  const dose = view.waits_for === "dose" && view.since_dose === null;
  document.body.classList.toggle("before-dose", dose);
  document.body.classList.toggle("waits", view.state === "waiting" && view.waits_for === "dose");
  document.body.classList.toggle("locked", presses.locked);
}

function write(button, label, more) {
  if (button.dataset.label === `${label}|${more}`) return;
  button.dataset.label = `${label}|${more}`;
  button.textContent = label;
  if (more) {
    const small = document.createElement("small");
    small.textContent = more;
    button.append(" ", small);
  }
}

// Once: a button for each act of the table that the page has no place for.
export function addButtons() {
  const placed = new Set(buttons.map((button) => button.dataset.act));
  const last = document.querySelector("#more-controls .apart");
  for (const act of Object.keys(ACTS).filter((name) => !placed.has(name))) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.act = act;
    last.before(button);
  }
  buttons = [...document.querySelectorAll("button[data-act]")];
}

// Once: which key does what.
export function drawKeys() {
  for (const button of buttons) {
    const key = ACTS[button.dataset.act].key;
    if (key !== null) button.setAttribute("aria-keyshortcuts", shortcut(key));
  }
  const said = new Set(buttons.filter((button) => ACTS[button.dataset.act].key !== null)
    .map((button) => `${t(keyName(ACTS[button.dataset.act].key))} ${button.firstChild.textContent}`));
  put("key-list", [...said].join(" · "));
}
