// Shows the answers to moved images: shifted to the right, down, and rotated.

import { $, bytes, make, say } from "./page.js";
import { paint } from "./live_paint.js";

const TITLES = [
  ["pixels to the right", "向右移动（像素）"],
  ["pixels down", "向下移动（像素）"],
  ["degrees, counter-clockwise", "逆时针旋转（度）"],
];
let cells = [];

function build(moves) {
  cells = [];
  $("#moves").replaceChildren(...TITLES.map((both, number) => {
    const strip = make("div", { className: "strip" });
    for (const move of moves[number]) {
      const cell = { face: make("canvas"), bar: make("i"), told: make("b") };
      cells.push(cell);
      strip.append(make("figure", {}, cell.face, make("i", {}, cell.bar), cell.told,
        make("figcaption", {}, String(move).replace("-", "−"))));
    }
    return make("div", {}, make("h3", {}, say(...both)), strip);
  }));
}

/** Show the moved images, the answer to each, and the probability of the digit asked about. */
export function showMoves(answer) {
  if (!cells.length) build([answer.shifts, answer.shifts, answer.turns]);
  const { answer: best, digit } = answer;
  $("#moves-told").replaceChildren(say(
    `Under each picture: the probability of ${digit} as a bar, and the answer.`,
    `每幅图下方：${digit} 的概率（横条）和网络的回答。`));
  answer.moved.forEach((image, k) => {
    paint(cells[k].face, bytes(image), 28, 28, "image");
    const probability = answer.moved_probabilities[k];
    cells[k].bar.style.width = `${100 * probability}%`;
    cells[k].told.textContent = probability === null ? "?" : answer.moved_answers[k];
    cells[k].told.className = answer.moved_answers[k] === best ? "" : "other";
  });
}
