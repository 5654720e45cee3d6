// The page of the station: shows all rooms, and asks of each what it allows.

import { t, translatePage } from "./translate.js";

const SILENT_FOR = 4000; // ms; the station sends once a second
const TRY_AGAIN = 2000;
const TWICE_WITHIN = 2000;
const LOST = "Lost the station. The rooms play on. Trying again …";
const UNPAIRED = "This device is no longer paired. Scan the code that the station shows.";

const list = document.getElementById("rooms");
const pattern = document.getElementById("room");
const cards = new Map();
let rooms = [];
let first = { key: "", at: -Infinity }; // the first press of two
let heard = performance.now();
let source = null;

translatePage();

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function say(text, wrong = false) {
  const said = document.getElementById("said");
  put(said, text);
  said.classList.toggle("wrong", wrong);
}

function trouble(text) {
  put(document.getElementById("trouble"), text);
  document.body.classList.toggle("old", text !== "");
}

function draw() {
  document.getElementById("none").hidden = rooms.length > 0;
  const named = new Set(rooms.map(({ room }) => room));
  for (const [room, card] of cards) {
    if (!named.has(room)) {
      card.remove();
      cards.delete(room);
    }
  }
  rooms.forEach((room, at) => {
    const card = cards.get(room.room) ?? newCard(room.room);
    if (list.children[at] !== card) list.insertBefore(card, list.children[at] ?? null);
    drawRoom(card, room);
  });
}

function newCard(room) {
  const card = pattern.content.firstElementChild.cloneNode(true);
  card.dataset.room = room;
  for (const dt of card.querySelectorAll("dt")) dt.textContent = t(dt.textContent);
  cards.set(room, card);
  return card;
}

function drawRoom(card, room) {
  card.className = room.presence;
  put(card.querySelector(".name"), room.name);
  put(card.querySelector(".phase"), room.phase);
  put(card.querySelector(".left"), room.left);
  put(card.querySelector(".dose"), room.dose);
  put(card.querySelector(".title"), room.title);
  card.querySelector("dl").hidden = room.left === "";
  renew(card.querySelector(".standing"), [...room.standing, room.since].filter(Boolean), (word, at) => {
    const span = document.createElement("span");
    span.textContent = word;
    if (room.quiet || at >= room.standing.length) span.className = "quiet";
    return span;
  }, room.quiet);
  renew(card.querySelector(".trouble"), room.trouble, (part) => {
    const fault = document.createElement("b");
    fault.textContent = `! ${part} `;
    return fault;
  });
  renew(card.querySelector(".acts"), room.acts.map((act) => ({ ...act, again: again(room, act) })),
    (act) => newButton(room, act));
}

// Make an element's children again only if they differ: a finger may be on one.
function renew(element, items, make, more = "") {
  const now = JSON.stringify([items, more]);
  if (element.dataset.items === now) return;
  element.dataset.items = now;
  const focused = document.activeElement?.dataset?.act;
  const had = element.contains(document.activeElement);
  element.replaceChildren(...items.map(make));
  if (had) element.querySelector(`[data-act="${focused}"]`)?.focus();
}

function newButton(room, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.act = act.act;
  button.append(act.label);
  if (act.confirm) {
    const small = document.createElement("small");
    small.textContent = act.again ? t("press again") : t("twice");
    button.append(small);
  }
  button.classList.toggle("again", act.again);
  button.setAttribute("aria-label", `${room.name}: ${button.textContent}`);
  return button;
}

function again(room, act) {
  return first.key === `${room.room} ${act.act}` && performance.now() - first.at < TWICE_WITHIN;
}

list.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  const room = rooms.find(({ room }) => room === button?.closest("li").dataset.room);
  const act = room?.acts.find(({ act }) => act === button.dataset.act);
  if (act === undefined) return;
  if (act.confirm && !again(room, act)) {
    first = { key: `${room.room} ${act.act}`, at: performance.now() };
    setTimeout(draw, TWICE_WITHIN + 50);
  } else {
    first = { key: "", at: -Infinity };
    ask(room, act);
  }
  draw();
});

async function ask(room, act) {
  try {
    const response = await fetch("/api/rooms", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ room: room.room, act: act.act }),
      signal: AbortSignal.timeout(8000),
    });
    const told = await response.json();
    say(`${room.name}: ${told.said ?? told.detail}`, !response.ok);
  } catch {
    say(`${room.name}: ${t("no answer from the room; look there whether it was done")}`, true);
  }
}

function listen() {
  source?.close();
  source = new EventSource("/api/rooms/events");
  source.addEventListener("rooms", (event) => {
    heard = performance.now();
    const seen = JSON.parse(event.data);
    rooms = seen.rooms;
    trouble(seen.trouble);
    draw();
  });
}

async function watch() {
  if (performance.now() - heard < SILENT_FOR) return;
  trouble(t(LOST));
  try {
    const response = await fetch("/api/rooms", { signal: AbortSignal.timeout(2000) });
    if (response.status === 401 || response.status === 403) trouble(t(UNPAIRED));
    else if (response.ok && source.readyState !== EventSource.OPEN) listen();
  } catch {
    // The next look tries again.
  }
}

listen();
setInterval(watch, TRY_AGAIN);
