// The line to the room: a stream of what happens, commands, and finding the room again.

import { t } from "./translate.js";

const SILENT_FOR = 3000; // ms without a word from the room, which speaks every second
const LOOK = 500;
const TRY_AGAIN = 1000;
const TRY_AGAIN_WHEN_OVER = 5000;
const ANSWER_WITHIN = 6000;

export class Link {
  #source = null;
  #heard = performance.now();
  #opened = performance.now();
  #lost = false;
  #over = false;
  #trying = false;

  // `on` has: snapshot(view), happened(line), lost(), back(), unpaired().
  constructor(on) {
    this.on = on;
    this.queue = Promise.resolve();
  }

  open() {
    this.#listen();
    setInterval(() => this.#watch(), LOOK);
    document.addEventListener("visibilitychange", () => {
      // Asleep, the page heard nothing: that alone does not mean that the room is lost.
      if (document.hidden || performance.now() - this.#heard < SILENT_FOR) return;
      this.#heard = performance.now();
      this.#again();
    });
  }

  // What can be asked of the room, as soon as it answers; null where it does not know this device.
  async table() {
    for (;;) {
      try {
        const response = await fetch("/api/commands", { signal: AbortSignal.timeout(ANSWER_WITHIN) });
        if (response.ok) return await response.json();
        if (turnedAway(response)) {
          this.#unpaired();
          return null;
        }
      } catch { /* not there yet */ }
      await pause(TRY_AGAIN);
    }
  }

  // One command after another, so that they arrive as they were pressed; an urgent one at once.
  ask(command, urgent) {
    const before = urgent ? Promise.resolve() : this.queue;
    const answer = before.then(() => this.#ask(command));
    if (!urgent) this.queue = answer;
    return answer;
  }

  async #ask(command) {
    try {
      const response = await fetch("/api/commands", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(command),
        signal: AbortSignal.timeout(ANSWER_WITHIN),
      });
      const told = await response.json();
      if (response.ok) return { said: told.said };
      if (turnedAway(response)) this.#unpaired();
      return { refused: told.detail };
    } catch {
      const text = "{command}: no answer from the room; look there whether it was done";
      return { refused: t(text, { command: command.do }) };
    }
  }

  #listen() {
    this.#source?.close();
    const source = new EventSource("/api/events");
    this.#source = source;
    this.#opened = performance.now();
    source.addEventListener("snapshot", (event) => this.#see(JSON.parse(event.data)));
    source.addEventListener("happened", (event) => this.on.happened(JSON.parse(event.data)));
    source.onerror = () => this.#again();
  }

  #see(view) {
    this.#heard = performance.now();
    this.#over = view.state === "ended";
    if (this.#lost) {
      this.#lost = false;
      this.on.back();
    }
    this.on.snapshot(view);
  }

  #watch() {
    const now = performance.now();
    if (this.#over || now - this.#heard < SILENT_FOR) return;
    if (!this.#lost) {
      this.#lost = true;
      this.on.lost();
    }
    if (now - this.#opened >= SILENT_FOR) this.#again();
  }

  // Try until the room answers, or says that it does not know us. One at a time.
  async #again() {
    this.#source?.close();
    if (this.#trying) return;
    this.#trying = true;
    await pause(this.#over ? TRY_AGAIN_WHEN_OVER : TRY_AGAIN / 4);
    while (!(await this.#reached())) {
      await pause(this.#over ? TRY_AGAIN_WHEN_OVER : TRY_AGAIN);
    }
    this.#trying = false;
    this.#listen();
  }

  async #reached() {
    try {
      const response = await fetch("/api/session", { signal: AbortSignal.timeout(2000) });
      if (turnedAway(response)) this.#unpaired();
      return response.ok;
    } catch {
      return false;
    }
  }

  #unpaired() {
    this.#over = true; // no reason to call the room lost
    this.on.unpaired();
  }
}

function turnedAway(response) {
  return response.status === 401 || response.status === 403;
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
