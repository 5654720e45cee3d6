// What the page says in words: times, states, what plays, how the session fares. No document here.

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return (hours ? `${hours}:${two(minutes)}` : `${minutes}`) + `:${two(whole % 60)}`;
}

// A line as the room says it: commands stand in it as they are typed.
export function spoken(line) {
  return line.replace(/`([^`]*)`/g, "“$1”");
}

export function number(value) {
  return (value > 0 ? "+" : "") + String(Math.round(value * 10) / 10).replace("-", "−");
}

export function stateWord(view) {
  if (view.state === "waiting") {
    return view.waits_for === "dose" ? "WAITING FOR DOSE" : "WAITING FOR NEXT";
  }
  return view.state.toUpperCase();
}

// What the state means, and what goes on from it.
export function hint(view) {
  const dose = view.waits_for === "dose" ? "“Dose given” goes on" : "";
  switch (view.state) {
    case "held": return "The phase stands, the music goes on";
    case "paused": return "“Play” brings the music back";
    case "muted": return "“Play” brings the music back; “Silence” is at once";
    case "waiting": return `The music goes on; ${dose || "“Next phase” goes on"}`;
    case "landing": return "Grounding music and care light; “Back” returns to the phase";
    case "ending": return `Silence in ${clock(view.remaining)}${
      view.phase_remaining > 0 ? "" : "; “Hold” or “+5 min” brings the sound back"}`;
    default: return view.since_dose === null ? dose : "";
  }
}

export function playing(layer) {
  return layer.artist ? `${layer.title} – ${layer.artist}` : layer.title;
}

export function coming(layer) {
  if (layer.next === null) return "";
  const fade = layer.next_fade ?? 0;
  const how = fade ? `, crossfade ${Math.round(fade)} s` : "";
  return `next ${layer.next} in ${clock(layer.remaining - fade)}${how}`;
}

export function level(view) {
  const meter = view.meter.short_term;
  const music = view.layers.music;
  return [
    `${number(view.level_db)} dB`,
    meter === null ? "" : `now ${number(Math.round(meter))}`,
    music ? `target ${number(Math.round(music.loudness_target))} LUFS` : "",
  ].filter(Boolean).join(" · ");
}

export function lights(view) {
  const each = Object.entries(view.lights);
  return each.map(([name, value]) => `${name} ${Math.round(value * 100)} %`).join(" · ");
}

// How each part fares, what is wrong first: [words, well]. Lights that were left out on purpose are
// no trouble, and neither is what went wrong for a moment and is counted.
export function health(found) {
  const parts = [["audio", found.audio], ["lights", found.midi], ["files", found.files]];
  const said = parts.map(([name, how]) => {
    if (how === "ok") return [`${name} ok`, true];
    if (how === "off") return [`without ${name}`, true];
    return [how.startsWith(name) ? how : `${name}: ${how}`, false];
  });
  if (found.underruns) said.push([counted(found.underruns, "gap", " in the sound"), true]);
  if (found.late_messages) said.push([counted(found.late_messages, "late light message"), true]);
  return said.sort((one, other) => one[1] - other[1]);
}

function counted(many, what, where = "") {
  return `${many} ${what}${many === 1 ? "" : "s"}${where} so far`;
}

export function dosed(seconds) {
  return seconds === null ? "–" : `T+${clock(seconds)}`;
}

// The last marks and notes, the newest first.
export function marks(view, most) {
  const when = (mark) => (mark.since_dose === null ? clock(mark.elapsed) : dosed(mark.since_dose));
  const last = view.marks.slice(-most).reverse();
  return last.map((mark) => `${when(mark)} ${mark.text || "mark"}`).join(" · ");
}

// The running phase among those of the whole session: one may come again after another.
export function running(view) {
  return view.phases.findLastIndex(
    (phase) => phase.name === view.phase && phase.start <= view.elapsed + 0.01,
  );
}

export function then(view) {
  const next = view.phases[running(view) + 1];
  return next ? `then ${next.name}, ${clock(next.duration)}` : "then the end";
}
