// Reads a line of JSON from standard input, {"msc": [bytes, ...], "mtc": [[bytes, ...], ...]}, and writes
// what two libraries that know nothing of us make of them: each show control message, and the time that
// each run of timecode messages has come to.
"use strict";

const JZZ = require("jzz");
const showControl = require("midi-show-control");

const { msc, mtc } = JSON.parse(require("fs").readFileSync(0, "utf8"));

function time(messages) {
  const clock = new JZZ.SMPTE();
  for (const message of messages) clock.read(message);
  return [clock.getType(), clock.getHour(), clock.getMinute(), clock.getSecond(), clock.getFrame()];
}

const answer = {
  msc: msc.map((message) => showControl.parseMessage(message)),
  mtc: mtc.map(time),
  commands: showControl.getAvailableCommands(),
  formats: showControl.getAvailableCommandFormats(),
};
process.stdout.write(JSON.stringify(answer));
