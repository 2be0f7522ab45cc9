// Shows an answer of the network: bars, pictures of pixels, filters and feature maps.

import { $, bytes, make, say } from "./page.js";
import { paint } from "./live_paint.js";
import { showLayers } from "./live_layers.js";
import { showMoves } from "./live_moves.js";

const percent = (value) => (value === null ? "NaN" : `${(100 * value).toFixed(1)} %`);

/** Show the whole answer; `select(digit)` asks about the pixels for another digit. */
export function show(answer, milliseconds, select) {
  showBars(answer, select);
  paint($("#seen"), bytes(answer.image), 28, 28, "image");
  paint($("#evidence"), bytes(answer.evidence), 28, 28, "evidence");
  $("#evidence-title").replaceChildren(say(`What speaks for ${answer.digit}`, `哪些像素支持 ${answer.digit}`));
  $("#time").replaceChildren(say(`answered in ${milliseconds.toFixed(0)} ms`, `用时 ${milliseconds.toFixed(0)} 毫秒`));
  showLayers(answer);
  showMoves(answer);
}

function showBars(answer, select) {
  const [best, sure] = $("#answer").children;
  const probability = answer.probabilities[answer.answer];
  const told = probability === null ? "?" : String(answer.answer);
  if (best.textContent !== told) best.textContent = told;
  sure.textContent = percent(probability);
  const bars = $("#bars");
  if (!bars.children.length) {
    bars.append(...answer.probabilities.map((_, digit) =>
      make("button", { className: "bar" }, make("b", {}, String(digit)), make("i", {}, make("i")), make("span"))));
  }
  answer.probabilities.forEach((probability, digit) => {
    const bar = bars.children[digit], chosen = digit === answer.digit;
    bar.classList.toggle("best", digit === answer.answer);
    bar.setAttribute("aria-pressed", chosen);
    bar.onclick = () => select(chosen ? -1 : digit);
    bar.children[1].firstChild.style.width = `${100 * probability}%`;
    bar.children[2].textContent = percent(probability);
  });
}
