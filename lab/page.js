// What the pages share: two languages, questions to the server, colours, and small pictures.

export const $ = (selector) => document.querySelector(selector);

/** Make an element: make("p", {className: "soft"}, "text", child). */
export function make(tag, settings = {}, ...children) {
  const element = Object.assign(document.createElement(tag), settings);
  element.append(...children);
  return element;
}

/** Both languages; the style sheet shows one. */
export function say(en, zh) {
  const both = document.createDocumentFragment();
  both.append(make("span", { lang: "en" }, en), make("span", { lang: "zh" }, zh));
  return both;
}

/** The string of the language in use, for attributes and canvases; `onLanguage` after a change. */
export const words = (en, zh) => (document.documentElement.lang === "zh" ? zh : en);

const listeners = [];
export const onLanguage = (listener) => listeners.push(listener);

export function setLanguage(lang) {
  document.documentElement.lang = lang;
  for (const box of document.querySelectorAll("[data-label-en]")) {
    box.setAttribute("aria-label", words(box.dataset.labelEn, box.dataset.labelZh));
  }
  const { titleEn, titleZh } = document.body.dataset;
  document.title = words(titleEn, titleZh);
  listeners.forEach((listener) => listener(lang));
}

/** Send a dict to a function of the script and return its answer; show an error on the page. */
export async function ask(name, request = {}) {
  const box = $("#problem");
  try {
    const response = await fetch(`/api/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(request),
    });
    const answer = await response.json();
    box.replaceChildren(...(answer.error ? [answer.error] : []));
    return answer.error ? null : answer;
  } catch {
    box.replaceChildren(say(
      "The program does not answer. Is it still running? Start it again and reload this page.",
      "程序没有应答。它还在运行吗？请重新启动程序，再刷新本页。"));
    return null;
  }
}

/** Only the latest request counts: while one is on its way, the next one waits, others are dropped.
    Then calls show(answer, request, milliseconds). */
export function latest(name, show) {
  let waiting = null, busy = false;
  return async function send(request) {
    waiting = request;
    if (busy) return;
    busy = true;
    try {
      while (waiting) {
        const now = waiting;
        waiting = null;
        const began = performance.now();
        const answer = await ask(name, now);
        if (answer) show(answer, now, performance.now() - began);
      }
    } finally {
      busy = false;
    }
  };
}

/** Bytes of a base64 string. */
export const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** Base64 of bytes. */
export function base64(data) {
  let text = "";
  for (let k = 0; k < data.length; k += 8192) text += String.fromCharCode(...data.subarray(k, k + 8192));
  return btoa(text);
}

/** The [r, g, b] of a colour of the style sheet, in the light or dark scheme in use. */
export function colour(name) {
  const probe = make("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number);
  probe.remove();
  return found;
}

export const onScheme = (listener) =>
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", listener);

// Where the browser keeps nothing for this page, even to look there is an error.
function kept(language) {
  try {
    if (language) localStorage.setItem("language", language);
    return localStorage.getItem("language");
  } catch {
    return language;
  }
}

addEventListener("DOMContentLoaded", () => {
  setLanguage(kept() ?? (navigator.language.startsWith("zh") ? "zh" : "en"));
  $("#language").addEventListener("click", () => setLanguage(kept(words("zh", "en"))));
});
