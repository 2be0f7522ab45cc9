// The page of ch06/live.py: two training runs, A and B, that this page steps, pauses and resets.

import { $, ask, make, onLanguage, onScheme, say, words } from "./page.js";
import * as draw from "./live_draw.js";
import { Side } from "./live_side.js";

const page = crypto.randomUUID();
const sides = ["A", "B"].map((letter) => new Side(letter, changed));
const samples = $("[name=samples]"), seed = $("[name=seed]");
let active = [], running = false, begun = false, loop = null, before = Promise.resolve();

const shown = () => ($("#both").checked ? sides : sides.slice(0, 1));

/** Do some work after all that was asked for before, also if that failed. */
function inOrder(work) {
  const now = before.then(work);
  before = now.catch(() => {});
  return now;
}

const speed = () => Number($("[name=speed]:checked").value);

/** After a change by hand, what the experiment says need not be true any more. */
function changed() {
  for (const box of document.querySelectorAll("[name=preset]")) box.checked = false;
  $("#look").replaceChildren(say(
    "Your own settings: any change starts both networks again.", "自己的设置：每次改动都会让两个网络重新开始。"));
  return start();
}

/** Start new runs with the settings on the page; running goes on. */
function start() {
  return inOrder(async () => {
    const same = {
      data: $("[name=data]:checked").value, samples: samples.valueAsNumber, seed: seed.valueAsNumber,
    };
    const asked = shown(), runs = asked.map((side) => ({ ...side.get(), ...same }));
    const answer = await ask("start", { page, runs });
    begun = answer !== null;
    if (!begun) return setRunning(false);
    active = asked;
    sides[1].card.hidden = runs.length < 2;
    $("#sides").classList.toggle("one", runs.length < 2);
    legend();
    active.forEach((side, k) => side.show(answer.runs[k], answer.samples[k]));
    paintCharts();
  });
}

/** Train on up to this many mini-batches, and show where that led. */
function step(steps) {
  return inOrder(async () => {
    if (!begun) return;
    const answer = await ask("step", { page, steps });
    if (!answer) return stop();
    active.forEach((side, k) => side.show(answer.runs[k], side.samples));
    paintCharts();
    if (answer.runs.every((run) => run.done)) stop();
  });
}

async function run() {
  if (!begun) await start();
  setRunning(begun);
  const mine = loop = {};  // after pause and run there is another loop
  while (running && mine === loop) {
    await step(speed());
    await new Promise(requestAnimationFrame);  // a hidden page waits
  }
}

function setRunning(now) {
  running = now;
  const words = now ? say("❚❚ pause", "❚❚ 暂停") : say("▶ run", "▶ 运行");
  $("#run").replaceChildren(words);
}

function stop() {
  setRunning(false);
  tell();
}

/** When the last step has been shown, tell a screen reader where the runs are. */
function tell() {
  inOrder(async () => {
    $("#told").textContent = active.map((side) => side.told()).join("; ");
  });
}

function paintCharts() {
  const now = active, steps = Math.max(...now.map((side) => side.shown.steps));
  const losses = now.map((side) => side.curve("loss"));
  draw.curves($("#loss"), losses, lossTop(losses));
  draw.curves($("#accuracy"), now.map((side) => side.curve("accuracy")), 1);
  $("#steps").replaceChildren(say(
    `${steps.toLocaleString("en")} mini-batches`, `${steps.toLocaleString("en")} 个 mini-batch`));
  for (const [id, name] of [["#loss", words("loss", "损失")], ["#accuracy", words("accuracy", "识别精度")]]) {
    $(id).setAttribute("aria-label", `${name}: ${now.map((side) => side.told()).join("; ")}`);
  }
}

/** The loss at the top of the chart: what is far above the loss at the start is not shown. */
function lossTop(runs) {
  const known = runs.flatMap((run) => [...run.train, ...run.test]).filter((value) => value !== null);
  const atStart = Math.max(...runs.map((run) => run.train[0] ?? 1));
  return Math.max(Math.min(Math.max(...known), 2 * atStart) * 1.05, 0.1);
}

function paintAll() {
  draw.readColours();
  if (!active.length) return;
  active.forEach((side) => side.paint());
  paintCharts();
}

function choose(preset) {
  $("#look").replaceChildren(say(...preset.look));
  preset.runs.forEach((settings, k) => sides[k].set(settings));
  const { data, samples: number, seed: random } = preset.runs[0];
  $(`[name=data][value=${data}]`).checked = true;
  samples.value = number;
  seed.value = random;
  $("#both").checked = true;
}

function showPresets(presets) {
  presets.forEach((preset, k) => {
    const box = make("input", { type: "radio", name: "preset", value: k, checked: k === 0 });
    box.addEventListener("change", () => { choose(preset); setRunning(false); start(); });
    const face = make("span", { className: "face" }, make("small", {}, preset.section), say(...preset.name));
    $("#presets").append(make("label", {}, box, face));
  });
}

function legend() {
  const row = (side, className, text) =>
    make("span", { className: side }, make("i", { className }), text);
  $("#legend").replaceChildren(...active.flatMap(({ letter }) => [
    row(letter.toLowerCase(), "", words(`${letter}, training data`, `${letter}，训练数据`)),
    row(letter.toLowerCase(), "dashed", words(`${letter}, test data`, `${letter}，测试数据`))]));
}

function labels() {
  for (const option of document.querySelectorAll("option[data-label-en]")) {
    option.textContent = words(option.dataset.labelEn, option.dataset.labelZh);
  }
  legend();
  paintAll();
}

draw.readColours();
setRunning(false);
const answer = await ask("presets");
if (answer) {
  showPresets(answer.presets);
  choose(answer.presets[0]);
  await start();
  $("#run").addEventListener("click", () => (running ? stop() : run()));
  $("#step").addEventListener("click", async () => {
    setRunning(false);
    if (!begun) await start();
    await step(1);
    tell();
  });
  $("#reset").addEventListener("click", () => { setRunning(false); start(); });
  for (const field of [samples, seed, ...document.querySelectorAll("[name=data]")]) {
    field.addEventListener("change", changed);
  }
  $("#both").addEventListener("change", start);
  new ResizeObserver(paintAll).observe($("main"));
  onScheme(paintAll);
  onLanguage(labels);
  labels();
}
document.body.dataset.ready = "yes";
