// The page of ch07/live.py: a drawing goes to the network, its answer comes back as pictures.

import { $, ask, base64, bytes, latest, make, onScheme, say } from "./page.js";
import { show } from "./live_answer.js";
import { paint } from "./live_paint.js";

const SIDE = 112; // pixels of the drawing that the network gets: see ch07/helpers/live_page.py
const PEN = 22; // pixels of the board, 280 wide
const board = $("#board");
const ink = board.getContext("2d", { willReadFrequently: true });
const small = make("canvas", { width: SIDE, height: SIDE }).getContext("2d", { willReadFrequently: true });

const pen = { x: 140, y: 140, down: false };
let network = "";
let digit = -1; // about which the pixels are asked; -1: the answer
let example = false; // the first example goes away when one begins to draw

Object.assign(ink, { lineWidth: PEN, lineCap: "round", lineJoin: "round" });

function pixels() {
  small.clearRect(0, 0, SIDE, SIDE);
  small.drawImage(board, 0, 0, SIDE, SIDE);
  return small.getImageData(0, 0, SIDE, SIDE).data.filter((_, k) => k % 4 === 3); // how opaque
}

const send = latest("answer", (answer, request, milliseconds) => {
  if (!$("main").classList.contains("empty")) show(answer, milliseconds, select);
});

function changed() {
  const drawing = pixels();
  const empty = !drawing.some((value) => value > 60);
  $("main").classList.toggle("empty", empty);
  if (empty || !network) return;
  send({ network, digit, centred: $("#centred").checked, pixels: base64(drawing) });
}

function select(chosen) {
  digit = chosen;
  changed();
}

function clear() {
  ink.clearRect(0, 0, board.width, board.height);
  $("#found").replaceChildren();
  digit = -1;
  example = false;
  changed();
}

function line(x, y) {
  if (example) clear();
  ink.beginPath();
  ink.moveTo(pen.x, pen.y);
  ink.lineTo(x, y);
  ink.stroke();
  move(x, y);
}

function move(x, y) {
  Object.assign(pen, { x, y });
  Object.assign($("#pen").style, { left: `${x / 2.8}%`, top: `${y / 2.8}%` });
}

// The mouse, a finger, a stylus.
function place(event) {
  const box = board.getBoundingClientRect();
  return [((event.clientX - box.left) * 280) / box.width, ((event.clientY - box.top) * 280) / box.height];
}

board.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || !event.isPrimary) return; // one finger draws
  board.setPointerCapture(event.pointerId);
  move(...place(event));
  line(...place(event));
  changed();
});
board.addEventListener("pointermove", (event) => {
  if (!board.hasPointerCapture(event.pointerId)) return;
  for (const one of event.getCoalescedEvents?.() ?? [event]) line(...place(one));
  changed();
});

// The keyboard.
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

board.addEventListener("keydown", (event) => {
  const step = event.shiftKey ? 2 : 10;
  if (ARROWS[event.key]) {
    const to = ARROWS[event.key].map((sign, k) => Math.min(270, Math.max(10, [pen.x, pen.y][k] + sign * step)));
    if (pen.down) line(...to);
    else move(...to);
  } else if (event.key === " " || event.key === "Enter") {
    pen.down = !pen.down;
    $("#pen").classList.toggle("down", pen.down);
    if (pen.down) line(pen.x, pen.y);
  } else if (event.key === "Delete" || event.key === "Backspace") clear();
  else return;
  event.preventDefault();
  changed();
});

// Digits of others: test digits, photographs.
function put(image) {
  const levels = bytes(image);
  const one = make("canvas", { width: 28, height: 28 });
  const data = new ImageData(28, 28);
  levels.forEach((level, k) => (data.data[4 * k + 3] = 2 * Math.max(0, level - 128)));
  one.getContext("2d").putImageData(data, 0, 0);
  ink.clearRect(0, 0, 280, 280);
  ink.drawImage(one, 0, 0, 280, 280);
  changed();
}

async function test() {
  const answer = await ask("example");
  if (!answer) return;
  clear();
  put(answer.image);
}

async function photograph(file) {
  if (!file) return;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) {
    $("#problem").replaceChildren(say("The browser cannot read this file as a picture.", "浏览器无法把这个文件读成图片。"));
    return;
  }
  const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
  const page = make("canvas", { width: Math.ceil(scale * picture.width), height: Math.ceil(scale * picture.height) });
  const paper = page.getContext("2d");
  paper.fillStyle = "white";
  paper.fillRect(0, 0, page.width, page.height);
  paper.drawImage(picture, 0, 0, page.width, page.height);
  const blob = await new Promise((done) => page.toBlob(done, "image/jpeg", 0.92));
  const answer = await ask("photo", { photo: base64(new Uint8Array(await blob.arrayBuffer())) });
  if (!answer) return;
  if (!answer.images.length) {
    $("#problem").replaceChildren(say(
      "No digits found in the picture. Write them dark on light paper, apart from each other and from the edge.",
      "图片中没有找到数字。请用深色笔写在浅色纸上，数字之间、数字与边缘之间要留出空隙。"));
    return;
  }
  clear();
  $("#found").replaceChildren(...answer.images.map((image, k) => {
    const face = make("canvas");
    paint(face, bytes(image), 28, 28, "image");
    const button = make("button", { onclick: () => put(image) }, face);
    button.setAttribute("aria-label", `${k + 1}`);
    return button;
  }));
  put(answer.images[0]);
}

$("#clear").addEventListener("click", clear);
$("#example").addEventListener("click", test);
$("#choose").addEventListener("click", () => $("#photo").click());
$("#photo").addEventListener("change", (event) => {
  photograph(event.target.files[0]);
  event.target.value = "";
});
$("#centred").addEventListener("change", changed);
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  photograph(event.dataTransfer.files[0]);
});
addEventListener("paste", (event) => photograph(event.clipboardData.files[0]));
onScheme(changed);

const start = await ask("start");
if (start) {
  network = start.network;
  $("#networks").append(...start.networks.map((name) => make("label", {},
    make("input", { type: "radio", name: "network", checked: name === network, onchange: () => { network = name; changed(); } }),
    make("span", { className: "face" }, name))));
  await test();
  example = true;
}
