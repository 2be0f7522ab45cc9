// The page of ch07/live.py.

import { $, ask, say } from "./page.js";

const answer = await ask("hello", { name: "page" });
$("#told").append(say(`Hello, ${answer.name}`, `你好，${answer.name}`));
