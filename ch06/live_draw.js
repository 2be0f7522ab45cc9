// Drawings on canvases: curves, the border between two classes, digits, histograms, bars.

import { bytes, colour, words } from "./page.js";

const FONT = "12px system-ui, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', sans-serif";
const NAMES = ["--text", "--soft", "--line", "--card", "--for", "--against", "--a", "--b"];
let rgb = {};

/** Read the colours of the style sheet: at first, and when the scheme changes. */
export function readColours() {
  rgb = Object.fromEntries(NAMES.map((name) => [name, colour(name)]));
}
const paint = (name, alpha = 1) => `rgb(${rgb[name].join(" ")} / ${alpha})`;

/** Make a canvas sharp, this many pixels high, and empty; return what draws on it. */
function begin(canvas, height) {
  const width = canvas.clientWidth, scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.font = FONT;
  pen.lineJoin = "round";
  return { pen, width, height };
}

/** Write a text, made narrower if it is wider than `most`. */
function write(pen, text, x, y, { name = "--soft", align = "left", bold = false, most } = {}) {
  pen.font = bold ? `600 ${FONT}` : FONT;
  pen.fillStyle = paint(name);
  pen.textAlign = align;
  pen.fillText(text, x, y, most);
}

/** A number in few characters. */
export function short(value) {
  if (value === null || value === undefined) return "NaN";
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1e4 || size < 1e-3 ? value.toExponential(0) : String(Number(value.toPrecision(2)));
}

const layerName = (k) => words(`layer ${k + 1}`, `第 ${k + 1} 层`);

/** The distance of grid lines: 1, 2 or 5 times a power of 10, about four lines. */
function gridStep(top) {
  const power = 10 ** Math.floor(Math.log10(top / 3));
  return [1, 2, 5, 10].map((k) => k * power).find((step) => top / step <= 4.5);
}

/** Curves of several runs: [{name, steps, train, test, ended}]; null is NaN. */
export function curves(canvas, runs, top) {
  const { pen, width, height } = begin(canvas, 200);
  const left = 44, right = 14, low = height - 24, high = 12;
  const last = Math.max(20, ...runs.map((run) => run.steps.at(-1)));
  const x = (step) => left + (width - left - right) * step / last;
  const y = (value) => low - (low - high) * value / top;
  pen.lineWidth = 1;
  const step = gridStep(top);
  for (let k = 0; k * step <= top * 1.0001; k += 1) {
    pen.strokeStyle = paint("--line");
    pen.beginPath();
    pen.moveTo(left, y(k * step));
    pen.lineTo(width - right, y(k * step));
    pen.stroke();
    write(pen, short(k * step), left - 8, y(k * step) + 4, { align: "right" });
  }
  write(pen, "0", left, height - 6);
  write(pen, `${last.toLocaleString("en")} ${words("mini-batches", "个 mini-batch")}`,
    width - right, height - 6, { align: "right" });
  pen.save();
  pen.beginPath();
  pen.rect(left, high - 6, width - left, low - high + 8);
  pen.clip();
  for (const run of runs) {
    line(pen, run.steps, run.test, x, y, run.name, [5, 4]);
    line(pen, run.steps, run.train, x, y, run.name, []);
  }
  pen.restore();
  for (const run of runs.filter((one) => one.ended)) {
    const at = Math.min(x(run.steps.at(-1)), width - right - 34);
    write(pen, "✕ NaN", at, high + 8 + 16 * runs.indexOf(run), { name: run.name, bold: true });
  }
}

function line(pen, steps, values, x, y, name, dashes) {
  pen.strokeStyle = paint(name, dashes.length ? 0.75 : 1);
  pen.lineWidth = dashes.length ? 1.5 : 2.25;
  pen.setLineDash(dashes);
  pen.beginPath();
  let down = false;
  steps.forEach((step, k) => {
    const value = values[k];
    if (value === null) { down = false; return; }
    const height = Math.max(y(value), -1e4);  // far above: beyond what a canvas can draw
    if (down) pen.lineTo(x(step), height);
    else pen.moveTo(x(step), height);
    down = true;
  });
  pen.stroke();
  pen.setLineDash([]);
}

/** The probability of class 1 as a colour, with the points on it. */
export function plane(canvas, map, samples) {
  const data = bytes(map), cells = Math.sqrt(data.length);
  const { pen, width } = begin(canvas, canvas.clientWidth);
  const small = new OffscreenCanvas(cells, cells), image = new ImageData(cells, cells);
  const ends = [rgb["--against"], rgb["--for"]], paper = rgb["--card"];
  data.forEach((value, k) => {
    const p = value / 254, end = ends[Number(p > 0.5)], strength = 0.12 + 0.76 * Math.abs(2 * p - 1);
    const mixed = value === 255 ? rgb["--line"] : paper.map((c, i) => c + (end[i] - c) * strength * 0.62);
    image.data.set([...mixed, 255], 4 * k);
  });
  small.getContext("2d").putImageData(image, 0, 0);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(small, 0, 0, width, width);
  const place = (v, sign) => width * (0.5 + sign * v / (2 * samples.span) * (1 - 1 / cells));
  const dots = (points, classes, radius, filled) => points.forEach(([x, y], k) => {
    pen.beginPath();
    pen.arc(place(x, 1), place(y, -1), radius, 0, 7);
    pen.fillStyle = pen.strokeStyle = paint(classes[k] ? "--for" : "--against");
    if (filled) { pen.fill(); pen.strokeStyle = paint("--card"); }
    pen.lineWidth = 1;
    pen.stroke();
  });
  dots(samples.test, samples.test_classes, 1.75, false);
  dots(samples.train, samples.train_classes, 3.5, true);
  if (data.includes(255)) write(pen, "NaN", width / 2, width / 2, { name: "--for", align: "center", bold: true });
}

/** Test digits with the answers; a wrong answer is framed. */
export function digits(canvas, answers, samples) {
  const columns = 6, rows = samples.labels.length / columns, size = canvas.clientWidth / columns;
  const { pen } = begin(canvas, rows * size);
  const pixels = bytes(samples.pixels), ink = rgb["--text"];
  const small = new OffscreenCanvas(28, 28), image = new ImageData(28, 28);
  samples.labels.forEach((label, k) => {
    const x = size * (k % columns), y = size * Math.floor(k / columns), side = size * 0.62;
    for (let i = 0; i < 784; i += 1) image.data.set([...ink, pixels[784 * k + i]], 4 * i);
    small.getContext("2d").putImageData(image, 0, 0);
    pen.drawImage(small, x + 2, y + (size - side) / 2, side, side);
    const sure = answers.sure[k], right = sure !== null && answers.digits[k] === label;
    pen.font = `${right ? 400 : 700} ${Math.round(size * 0.34)}px system-ui, sans-serif`;
    pen.fillStyle = paint(right ? "--soft" : "--for", right ? 0.45 + 0.55 * sure : 1);
    pen.textAlign = "center";
    if (sure === null) pen.font = `700 ${Math.round(size * 0.18)}px system-ui, sans-serif`;
    pen.fillText(sure === null ? "NaN" : answers.digits[k], x + size * 0.8, y + size * 0.62);
    if (right) return;
    pen.strokeStyle = paint("--for", 0.8);
    pen.lineWidth = 1.5;
    pen.strokeRect(x + 2, y + 2, size - 4, size - 4);
  });
}

/** A histogram of the activations of each layer; a tall bar at 0 of ReLU is cut. */
export function histograms(canvas, layers, cut, name) {
  const { pen, width, height } = begin(canvas, 136);
  const count = layers.counts.length, each = width / count, low = height - 52, high = 16;
  layers.counts.forEach((counts, k) => {
    const left = each * k + 4, wide = each - 8, bar = wide / counts.length;
    const total = counts.reduce((a, b) => a + b, 0), rest = Math.max(...counts.slice(1));
    const tallest = cut && rest > 0 ? Math.max(rest, 0.04 * total) : Math.max(...counts, 1);
    pen.fillStyle = paint(name, 0.85);
    counts.forEach((number, i) => {
      const tall = Math.min(1, number / tallest) * (low - high);
      pen.fillRect(left + bar * i, low - tall, Math.max(bar - 0.5, 0.5), tall);
    });
    pen.fillStyle = paint("--line");
    pen.fillRect(left, low, wide, 1);
    if (cut) write(pen, `0: ${Math.round(100 * layers.zeros[k])} %`, left, high - 5, { most: wide });
    write(pen, short(layers.low), left, low + 14);
    write(pen, short(layers.high), left + wide, low + 14, { align: "right", most: wide - 10 });
    const middle = left + wide / 2;
    write(pen, layerName(k), middle, low + 32, { align: "center", most: wide });
    write(pen, short(layers.std[k]), middle, low + 47, { align: "center", name: "--text", most: wide });
  });
}

/** A bar for the norm of the gradient of each layer, from 1e-8 to 100. */
export function norms(canvas, gradients, name) {
  const row = 19, { pen, width } = begin(canvas, row * gradients.length + 4);
  const left = 62, right = 56;
  gradients.forEach((norm, k) => {
    const y = row * k, part = norm > 0 ? Math.min(1, Math.max(0.01, (Math.log10(norm) + 8) / 10)) : 0;
    write(pen, layerName(k), 0, y + 14);
    pen.fillStyle = paint("--line", 0.5);
    pen.fillRect(left, y + 4, width - left - right, row - 7);
    pen.fillStyle = paint(name, 0.85);
    pen.fillRect(left, y + 4, (width - left - right) * part, row - 7);
    write(pen, short(norm), width, y + 14, { align: "right", name: "--text" });
  });
}
