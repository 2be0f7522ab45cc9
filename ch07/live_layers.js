// Shows the filters of the first layer and the feature maps of each, row by row.

import { $, bytes, make, onScheme, say } from "./page.js";
import { paint } from "./live_paint.js";

const COLUMNS = 50; // neurons in a row
let built = "";
let rows = [];
onScheme(() => (built = "")); // filters are painted once, so in other colours again

/** The numbers of a layer as pictures: [levels, height, width] of each. */
function pictures({ values, shape, shown }, eachNeuron) {
  const all = bytes(values);
  const [height, width] = shape.length === 3 ? shape.slice(1) : [1, 1];
  if (shape.length === 3 || eachNeuron) {
    const size = height * width;
    return Array.from({ length: shown }, (_, k) => [all.subarray(k * size, (k + 1) * size), height, width]);
  }
  const columns = Math.min(COLUMNS, all.length), filled = Math.ceil(all.length / columns);
  const strip = new Uint8Array(filled * columns).fill(128);
  strip.set(all);
  return [[strip, filled, columns]];
}

/** The largest divisor of a number that is at most `most`, so that all rows are full. */
function columns(number, most) {
  for (let k = Math.min(number, most); 2 * k > most; k -= 1) if (number % k === 0) return k;
  return Math.min(number, most);
}

/** A row of boxes; those of small maps are narrow, so that more of them stand side by side. */
function tiles(boxes, width) {
  const row = make("div", { className: "tiles" }, ...boxes);
  const small = width < 11 && boxes.length > 10;
  row.style.setProperty("--wide", columns(boxes.length, small ? 32 : boxes.length > 32 ? 25 : 16));
  row.style.setProperty("--narrow", columns(boxes.length, small ? 16 : 10));
  row.style.setProperty("--tile", width === COLUMNS ? "44rem" : width < 11 ? "2.6rem" : "5rem");
  return row;
}

function title({ name, shape, shown }, filters) {
  const [number, ...size] = shape;
  const [en, zh] = size.length
    ? [`${number} feature maps of ${size.join(" × ")}`, `${number} 张 ${size.join(" × ")} 的特征图`]
    : number === 10 ? ["10 scores, one for each digit", "10 个得分，每个数字一个"]
    : [`${number} neurons`, `${number} 个神经元`];
  const more = shown < number ? [`; the first ${shown}`, `；前 ${shown} 个`] : ["", ""];
  const above = filters ? ["; above each its filter", "；上方是各自的滤波器"] : ["", ""];
  return make("h3", {}, `${name} `, make("span", {}, say(en + more[0] + above[0], zh + more[1] + above[1])));
}

function build(layers, filters) {
  rows = layers.map((layer, number) => {
    const above = number === 0 && filters ? pictures(filters) : [];
    const labelled = layer.shape.length === 1 && layer.shape[0] === 10;
    const eachNeuron = labelled || above.length > 0;
    const shown = pictures(layer, eachNeuron);
    const canvases = shown.map(() => make("canvas", { className: above.length && shown[0][2] === 1 ? "flat" : "" }));
    const drawn = above.map((picture) => paintMap(make("canvas", { className: layer.shape.length === 3 ? "filter" : "" }), picture));
    const boxes = canvases.map((canvas, k) => make("figure", {}, ...drawn.slice(k, k + 1), canvas,
      ...(labelled ? [make("figcaption", {}, String(k))] : [])));
    const row = make("div", {}, title(layer, above.length), tiles(boxes, Math.max(shown[0][2], above[0]?.[2] ?? 0)));
    return { row, canvases, eachNeuron };
  });
  $("#layers").replaceChildren(...rows.map(({ row }) => row));
}

/** Show the outputs of all layers; the boxes are made once for each network. */
export function showLayers({ layers, filters }) {
  const key = JSON.stringify(layers.map(({ name, shape }) => [name, shape])) + filters?.values;
  if (key !== built) build(layers, filters);
  built = key;
  layers.forEach((layer, number) => {
    const { canvases, eachNeuron } = rows[number];
    pictures(layer, eachNeuron).forEach((picture, k) => paintMap(canvases[k], picture));
  });
}

function paintMap(canvas, [levels, height, width]) {
  paint(canvas, levels, width, height, "map");
  return canvas;
}
