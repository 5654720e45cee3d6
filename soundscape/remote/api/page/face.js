// Draws the session. A text is touched only when it changes: screen readers say what changes.

import { ACTS, keyName, shortcut } from "./actions.js";
import * as words from "./words.js";

const MARKS = 3;
const find = (id) => document.getElementById(id);
let buttons = [...document.querySelectorAll("button[data-act]")];

export function put(id, text) {
  const place = find(id);
  if (place.textContent !== text) place.textContent = text;
}

// Say it again even where the words are the same.
export function say(text, wrong) {
  const place = find("said");
  place.textContent = "";
  place.textContent = (wrong ? "! " : "") + words.spoken(text);
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
  document.title = `${view.phase}, ${words.stateWord(view).toLowerCase()} – Soundscape`;
  put("scene", view.scene);
  put("label", view.label === view.scene ? "" : view.label);
  drawWhere(view);
  drawCourse(view);
  drawPlaying(view);
  put("level", words.level(view));
  put("lights", words.lights(view));
  find("lit").hidden = Object.keys(view.lights).length === 0;
  drawHealth(words.health(view.health));
  put("marks", words.marks(view, MARKS));
  find("marked").hidden = view.marks.length === 0;
  drawButtons(view, presses, now);
}

function drawWhere(view) {
  put("phase", view.phase);
  put("state", words.stateWord(view));
  find("state").classList.toggle("quiet", view.state === "playing");
  put("ducked", view.ducked ? "DUCKED" : "");
  put("care", view.care ? "CARE LIGHT" : "");
  put("hint", words.hint(view));
  put("left", words.clock(view.phase_remaining));
  put("passed", words.clock(view.phase_elapsed));
  put("dosed", words.dosed(view.since_dose));
  put("prompt", view.prompt ?? "");
}

function drawCourse(view) {
  const list = find("phases");
  while (list.children.length > view.phases.length) list.lastChild.remove();
  while (list.children.length < view.phases.length) {
    const item = list.appendChild(document.createElement("li"));
    item.append(document.createElement("span"));
  }
  const now = words.running(view);
  view.phases.forEach((phase, index) => {
    const item = list.children[index];
    const name = item.firstChild;
    if (name.textContent !== phase.name) name.textContent = phase.name;
    item.style.flexGrow = Math.max(phase.duration, 1);
    item.classList.toggle("passed", index < now);
    if (index === now) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  });
  const last = view.phases.at(-1);
  const whole = last ? last.start + last.duration : 1;
  find("pointer").style.left = `${Math.min(100, (100 * view.elapsed) / whole)}%`;
  put("elapsed", `${words.clock(view.elapsed)} played`);
  put("then", words.then(view));
  put("remaining", `${words.clock(view.remaining)} to the end`);
}

function drawPlaying(view) {
  const { music, ...others } = view.layers;
  put("music", music ? words.playing(music) : "no music");
  put("music-left", music ? `${words.clock(music.remaining)} left` : "");
  put("music-next", music ? words.coming(music) : "");
  const said = Object.entries(others).map(([name, layer]) => `${name}: ${words.playing(layer)}`);
  put("others", said.join(" · "));
}

function drawHealth(parts) {
  const place = find("health");
  const said = parts.map(([text]) => text).join();
  if (place.dataset.said === said) return;
  place.dataset.said = said;
  place.replaceChildren(...parts.flatMap(([text, well], index) => {
    const part = document.createElement(well ? "span" : "b");
    part.textContent = well ? text : `! ${text}`;
    return index ? [" · ", part] : [part];
  }));
}

function drawButtons(view, presses, now) {
  for (const button of buttons) {
    const act = button.dataset.act;
    const again = presses.waitsFor(act, now);
    const [label, more] = ACTS[act].label(view, presses.locked);
    write(button, label, again ? "press again" : more);
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
    .map((button) => `${keyName(ACTS[button.dataset.act].key)} ${button.firstChild.textContent}`));
  put("key-list", [...said].join(" · "));
}
