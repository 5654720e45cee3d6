// Commands by the names of their buttons. What the page says of the session comes with each
// snapshot, in `texts`. No document here.

import { ACTS } from "./actions.js";
import { t } from "./translate.js";

const OTHER = { release: "hold", play: "pause" }; // commands that another's button gives

// A line as the room says it: commands stand in it as they are typed.
export function spoken(line, view) {
  return line.replace(/`([^`]*)`/g, (_typed, command) => `“${called(command, view)}”`);
}

function called(command, view) {
  const act = ACTS[OTHER[command] ?? command];
  if (!act) return command;
  if (command === "release") return t("Release");
  if (command === "play") return t("Play");
  return act.label(view, false)[0];
}
