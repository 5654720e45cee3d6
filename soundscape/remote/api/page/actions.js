// What each button and key does, and which need a second press: made of the room's table of
// commands. No document here.

// The keys that a browser calls otherwise than the table does.
const KEYS = { space: " ", escape: "Escape", up: "ArrowUp", down: "ArrowDown" };
const NAMES = { " ": "Space", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓", L: "Shift+L" };
const LOCK = {
  underLock: true,
  label: (_view, locked) => (locked ? ["Unlock", "twice"] : ["Lock", "against strays"]),
  confirm: () => "",
};

// Per act: `key`, `label(view, locked)` with a smaller line, `command(view)`, `confirm(view)`:
// what a second press is asked for, or nothing.
export const ACTS = {};
export const LIMITS = { twice: 0, bounce: 0 }; // ms

// `table` is the answer of GET /api/commands.
export function takeTable(table) {
  LIMITS.twice = 1000 * table.twice_within;
  LIMITS.bounce = 1000 * table.bounce;
  for (const spec of table.commands) {
    for (const press of spec.presses) ACTS[press.act || spec.name] = actOf(spec, press);
  }
  ACTS.lock = { ...LOCK, key: table.screen.lock.keys[0] };
}

function actOf(spec, press) {
  const instead = (view) => (press.instead && holds(press.instead.when, view) ? press.instead : null);
  const required = spec.arguments.filter((one) => one.required).map((one) => one.name);
  return {
    key: press.key ? (KEYS[press.key] ?? press.key) : null,
    underLock: spec.under_lock,
    bounces: press.bounces,
    wantsText: required.some((name) => !(name in press.arguments)),
    confirm: (view) => (!press.confirm_when || holds(press.confirm_when, view) ? press.confirm : ""),
    label: (view) => (view && instead(view) ? instead(view).label : press.label),
    command: (view) => {
      const other = instead(view);
      const given = other?.command ? other : { command: spec.name, arguments: press.arguments };
      return { do: given.command, ...given.arguments };
    },
  };
}

function holds(when, view) {
  return when.values.includes(view[when.field]);
}

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

// Presses one after another: what each comes to, by the rules of `controls.gestures.Presses`.
// A test holds the two equal.
export class Presses {
  locked = false;
  #first = { act: "", at: -Infinity };
  #last = { act: "", at: -Infinity };

  // `now` in ms. One of: "" (a bounce), "do", "again", "locked".
  press(act, view, now) {
    const before = this.#last;
    this.#last = { act, at: now };
    const bounced = before.act === act && now - before.at < LIMITS.bounce;
    if (bounced && ACTS[act].bounces !== false) return "";
    if (this.locked && !ACTS[act].underLock) return "locked";
    const needed = act === "lock" ? this.locked : ACTS[act].confirm(view) !== "";
    if (needed && !this.waitsFor(act, now)) {
      this.#first = { act, at: now };
      return "again";
    }
    this.#first = { act: "", at: -Infinity };
    if (act === "lock") this.locked = !this.locked;
    return "do";
  }

  // Whether a second press of this act is waited for.
  waitsFor(act, now) {
    return this.#first.act === act && now - this.#first.at <= LIMITS.twice;
  }
}
