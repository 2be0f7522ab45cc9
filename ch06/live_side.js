// A or B: its settings, and what is drawn of its training run.

import { $, make, say, words } from "./page.js";
import * as draw from "./live_draw.js";

const NUMBERS = ["layers", "neurons", "lr", "batch_size", "dropout", "weight_decay"];
const percent = (value) => (value === null ? "NaN" : `${(100 * value).toFixed(1)} %`);
const loss = (value) => (value === null ? "NaN" : value > 1e4 ? draw.short(value) : value.toFixed(3));

export class Side {
  /** A card on the page; `changed` is called after a change of its settings. */
  constructor(letter, changed) {
    const card = $("#side").content.cloneNode(true).firstElementChild;
    card.classList.add(letter.toLowerCase());
    card.setAttribute("aria-label", letter);
    card.querySelector("h2").append(letter);
    this.letter = letter;
    this.colour = `--${letter.toLowerCase()}`;
    this.card = card;
    this.fields = Object.fromEntries(
      [...card.querySelectorAll("[name]")].map((field) => [field.name, field]));
    for (const field of Object.values(this.fields)) {
      field.addEventListener("change", () => { this.tidy(); changed(); });
    }
    const copy = card.querySelector(".copy");
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.shown.code);
      copy.replaceChildren(say("copied", "已复制"));
      setTimeout(() => copy.replaceChildren(say("copy", "复制")), 1500);
    });
    card.querySelector("details").open = innerWidth > 832;  // on a phone B would be far below
    $("#sides").append(card);
  }

  /** Set the fields. */
  set(settings) {
    for (const name of [...NUMBERS, "activation", "optimizer"]) this.fields[name].value = settings[name];
    this.fields.batchnorm.checked = settings.batchnorm;
    const number = typeof settings.init === "number";
    this.fields.init.value = number ? "std" : settings.init;
    if (number) this.fields.std.value = settings.init;
    this.tidy();
  }

  /** The settings in the fields. */
  get() {
    const { init, std, batchnorm, activation, optimizer } = this.fields;
    const numbers = NUMBERS.map((name) => [name, this.fields[name].valueAsNumber]);
    return {
      ...Object.fromEntries(numbers), activation: activation.value, optimizer: optimizer.value,
      batchnorm: batchnorm.checked, init: init.value === "std" ? std.valueAsNumber : init.value,
    };
  }

  tidy() {
    const { init, std } = this.fields;
    std.disabled = init.value !== "std";
    if (std.disabled) std.value = "";
    else if (std.value === "") std.value = "0.01";
  }

  /** Show a snapshot of a run. */
  show(run, samples) {
    this.shown = run;
    this.samples = samples;
    this.paint();
  }

  /** What the charts of both runs need of this one. */
  curve(name) {
    const { steps, [name]: train, [`test_${name}`]: test } = this.shown.curves;
    return { name: this.colour, steps, train, test, ended: this.shown.error !== null };
  }

  paint() {
    if (!this.shown || this.card.hidden) return;
    const { card, shown: run } = this, cut = this.fields.activation.value === "relu";
    const last = (name) => run.curves[name].at(-1);
    if (run.plane) draw.plane(card.querySelector(".picture"), run.plane, this.samples);
    else draw.digits(card.querySelector(".picture"), run.answers, this.samples);
    draw.histograms(card.querySelector(".activations"), run.layers, cut, this.colour);
    draw.norms(card.querySelector(".gradients"), run.layers.gradients, this.colour);
    card.querySelector(".error").replaceChildren(...(run.error ? [this.diverged(run)] : []));
    card.querySelector(".caption").replaceChildren(run.plane
      ? say("● training ○ test data", "● 训练数据 ○ 测试数据")
      : say("framed answers are wrong", "有框的回答是错的"));
    this.numbers(last);
    this.remarks(run.layers, last("accuracy") === 1);
    card.querySelector(".code").textContent = run.code;
    card.querySelector(".prints").textContent = run.prints;
    this.describe(run, last);
  }

  diverged(run) {
    const at = run.steps;
    return say(
      `It diverged after ${at} mini-batches: the numbers became too large (infinite, then NaN). ` +
      "Lower the learning rate or the initial weights, or add batch normalization.",
      `训练在 ${at} 个 mini-batch 之后发散了：数值过大（先是无穷大，然后是 NaN）。` +
      "请降低学习率，或减小初始权重，或加上批归一化。");
  }

  numbers(last) {
    const cell = (text, soft) => make("span", { className: soft ? "soft" : "" }, text);
    this.card.querySelector(".numbers").replaceChildren(
      cell("", true), cell(say("loss", "损失"), true), cell(say("accuracy", "识别精度"), true),
      cell(say("training data", "训练数据"), true), cell(loss(last("loss"))), cell(percent(last("accuracy"))),
      cell(say("test data", "测试数据"), true), cell(loss(last("test_loss"))), cell(percent(last("test_accuracy"))));
  }

  /** Say in words what is wrong with the activations or the gradients, in red until it has learned. */
  remarks(layers, learned) {
    const put = (selector, remark) => {
      const box = this.card.querySelector(selector);
      box.classList.toggle("bad", remark !== null && !learned);
      box.replaceChildren(...(remark ? [say(...remark)] : []));
    };
    put(".activation", activationRemark(layers, this.fields.activation.value));
    put(".gradient", gradientRemark(layers.gradients));
  }

  describe(run, last) {
    const right = run.answers && run.answers.digits.filter((d, k) => d === this.samples.labels[k]).length;
    const picture = run.answers
      ? words(`${right} of ${this.samples.labels.length} test digits are classified correctly`,
        `${this.samples.labels.length} 个测试数字中有 ${right} 个识别正确`)
      : words(`the plane in the colours of the two classes; test accuracy ${percent(last("test_accuracy"))}`,
        `平面按两个类别着色；测试数据的识别精度 ${percent(last("test_accuracy"))}`);
    const label = (selector, text) =>
      this.card.querySelector(selector).setAttribute("aria-label", `${this.letter}: ${text}`);
    const list = (numbers) => numbers.map(draw.short).join(", ");
    label(".picture", picture);
    label(".activations", words("standard deviations by layer: ", "各层激活值的标准差：") + list(run.layers.std));
    label(".gradients", words("norms by layer: ", "各层梯度的范数：") + list(run.layers.gradients));
  }

  /** One line for screen readers. */
  told() {
    const last = (name) => this.shown.curves[name].at(-1);
    return `${this.letter}: ${words("loss", "损失")} ${loss(last("loss"))}, ` +
      `${words("test accuracy", "测试精度")} ${percent(last("test_accuracy"))}`;
  }
}

const SATURATED = 0.7, ALIKE = 0.02, GONE = 1e-3, VANISHED = 1e-4;

function activationRemark({ counts, std, zeros, differ }, activation) {
  const find = (test) => std.findLastIndex((_, k) => test(k));
  const outer = counts.map((row) => {
    const part = [...row.slice(0, 3), ...row.slice(-3)].reduce((a, b) => a + b, 0);
    return part / Math.max(1, row.reduce((a, b) => a + b, 0));
  });
  let k = activation === "relu" ? zeros.indexOf(1) : -1;
  if (k >= 0) {
    return [`Layer ${k + 1}: all activations are 0. These ReLUs are dead: no gradient passes.`,
      `第 ${k + 1} 层：激活值全为 0。这些 ReLU 已“死亡”，梯度无法通过。`];
  }
  k = find((i) => differ[i] !== null && differ[i] < 1e-6);
  if (k >= 0) {
    return [`Layer ${k + 1}: all neurons are alike, as if there were only one.`,
      `第 ${k + 1} 层：所有神经元完全相同，等于只有一个。`];
  }
  if (activation === "relu") {
    k = find((i) => std[i] !== null && std[i] < GONE);
    return k < 0 ? null : [`Layer ${k + 1}: almost nothing is left of the signal (std ${draw.short(std[k])}).`,
      `第 ${k + 1} 层：信号几乎消失（标准差 ${draw.short(std[k])}）。`];
  }
  k = find((i) => std[i] !== null && std[i] < ALIKE);
  if (k >= 0) {
    return [`Layer ${k + 1}: all activations are almost the same (std ${draw.short(std[k])}).`,
      `第 ${k + 1} 层：激活值几乎全都相同（标准差 ${draw.short(std[k])}）。`];
  }
  const ends = activation === "tanh" ? ["−1 and 1", "−1 和 1"] : ["0 and 1", "0 和 1"];
  k = outer.indexOf(Math.max(...outer));
  if (outer[k] <= SATURATED) return null;
  const many = Math.round(100 * outer[k]);
  return [`Layer ${k + 1}: ${many} % of the activations are close to ${ends[0]}, where the curve is flat.`,
    `第 ${k + 1} 层：${many} % 的激活值接近 ${ends[1]}，曲线在那里是平的。`];
}

function gradientRemark(gradients) {
  const first = gradients[0], last = gradients.at(-1);
  if (first === null || last === null) return null;
  if (Math.max(...gradients) < 1e-5) {
    return ["All gradients are almost 0: nothing is learned.", "所有梯度几乎为 0：什么也学不到。"];
  }
  if (first >= VANISHED * last) return null;
  return ["The gradient vanishes on its way back to layer 1: it hardly learns.",
    "梯度在传回第 1 层的途中消失：这一层几乎不学习。"];
}
