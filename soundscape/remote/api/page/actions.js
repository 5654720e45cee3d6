// What each button and key does, and which need a second press. No document here.

export const TWICE_WITHIN = 2000; // ms for the second press of what makes louder, ends or unlocks
const BOUNCE = 150; // ms within which the same press again is a finger's bounce
const RETURN = "return"; // the phase that the gentle return goes to

const up = (view) => view.state === "paused" || view.state === "muted";
const plain = (name) => () => ({ do: name });

// Per act: its key, its label (and a smaller line), the command that it gives.
export const ACTS = {
  duck: {
    key: " ",
    label: (view) => (view.ducked ? ["Music back", "ducked for your voice"] : ["Duck", "to speak"]),
    command: (view) => ({ do: "duck", on: !view.ducked }),
  },
  hold: {
    key: "h",
    label: (view) => (view.state === "held" ? ["Release"] : ["Hold"]),
    command: (view) => ({ do: view.state === "held" ? "release" : "hold" }),
  },
  extend: { key: "e", label: () => ["+5 min"], command: () => ({ do: "extend", by: 300 }) },
  next: { key: "n", label: () => ["Next phase"], command: plain("next") },
  pause: {
    key: "p",
    label: (view) => (up(view) ? ["Play"] : ["Pause"]),
    command: (view) => ({ do: up(view) ? "play" : "pause" }),
  },
  care: {
    key: "c",
    label: (view) => (view.care ? ["Care light off"] : ["Care light"]),
    command: (view) => ({ do: "care", on: !view.care }),
  },
  mute: {
    key: "Escape",
    label: (view) => (view.state === "muted" ? ["Silence", "at once"] : ["Mute"]),
    command: plain("mute"),
  },
  dose: {
    key: "d",
    label: (view) => (view.since_dose === null ? ["Dose given"] : ["Further dose"]),
    command: plain("dose"),
  },
  softer: { key: "ArrowDown", label: () => ["Softer"], command: () => ({ do: "level", by: -1 }) },
  louder: {
    key: "ArrowUp",
    guard: "make it louder",
    label: () => ["Louder", "twice"],
    command: () => ({ do: "level", by: 1 }),
  },
  soften: { key: "s", label: () => ["Soften", "sound, light"], command: plain("soften") },
  lift: {
    key: "w",
    guard: "make it louder and brighter",
    label: () => ["Lift", "both; twice"],
    command: plain("lift"),
  },
  skip: { key: "k", label: () => ["Skip track"], command: plain("skip") },
  swap: { key: "x", label: () => ["Swap track", "not again"], command: plain("swap") },
  goto: {
    key: "g",
    label: () => ["Gentle return"],
    command: () => ({ do: "goto", phase: RETURN }),
  },
  land: {
    key: "l",
    label: (view) => (view.state === "landing" ? ["Back", "from landing"] : ["Land"]),
    command: (view) => ({ do: "land", on: view.state !== "landing" }),
  },
  mark: { key: "m", label: () => ["Mark"], command: plain("mark") },
  note: { key: "t", label: () => ["Note"] },
  lock: {
    key: "L",
    label: (_view, locked) => (locked ? ["Unlock", "twice"] : ["Lock", "against strays"]),
  },
  stop: {
    key: null, // ending has no key: no stray one ends a session
    guard: "end the session with its long fade",
    label: () => ["End the session", "twice"],
    command: plain("stop"),
  },
};

const THROUGH_THE_LOCK = new Set(["mute", "care", "lock"]);
const NAMES = { " ": "Space", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓", L: "Shift+L" };

export function keyName(key) {
  return NAMES[key] ?? key.toUpperCase();
}

// As `aria-keyshortcuts` wants it.
export function shortcut(key) {
  return { " ": "Space", L: "Shift+L" }[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

export function actOfKey(key) {
  const known = (wanted) => Object.keys(ACTS).find((act) => ACTS[act].key === wanted);
  return known(key) ?? known(key.toLowerCase());
}

// Presses one after another: what each comes to, by the rules of the console.
export class Presses {
  locked = false;
  #first = { act: "", at: -Infinity };
  #last = { act: "", at: -Infinity };

  // `now` in ms. One of: "" (a bounce), "do", "again", "locked".
  press(act, now) {
    const before = this.#last;
    this.#last = { act, at: now };
    const bounced = before.act === act && now - before.at < BOUNCE;
    if (bounced && act !== "mute") return ""; // the second press of mute is never lost
    if (this.locked && !THROUGH_THE_LOCK.has(act)) return "locked";
    const guarded = act === "lock" ? this.locked : ACTS[act].guard !== undefined;
    if (guarded && !this.waitsFor(act, now)) {
      this.#first = { act, at: now };
      return "again";
    }
    this.#first = { act: "", at: -Infinity };
    if (act === "lock") this.locked = !this.locked;
    return "do";
  }

  // Whether a second press of this act is waited for.
  waitsFor(act, now) {
    return this.#first.act === act && now - this.#first.at <= TWICE_WITHIN;
  }
}
