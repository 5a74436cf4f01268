// How large the page of a package is, and how long a browser takes until it can be used.
//
//   node measure.mjs PATH_OF_SOLVET [PACKAGE] [TARGET]
//
// Without a package it is the largest below SOLVET_CORPUS.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { openBrowser } from "./browser.mjs";
import { largest } from "./packages.mjs";

const [binary, given, target] = process.argv.slice(2);
const file = given || largest(resolve(binary), process.env.SOLVET_CORPUS, 1)[0];
if (!file) throw new Error("Name a package, or set SOLVET_CORPUS.");
const LARGEST = 5_000_000;
const SLOWEST = 2_000;
const folder = mkdtempSync(join(tmpdir(), "solvet-measure-"));
const page = join(folder, "page.html");
const args = ["check", file, ...(target ? ["--target", target] : []), "--format", `html=${page}`];
spawnSync(resolve(binary), args);
const bytes = statSync(page).size;
const browser = await openBrowser();
const times = [];
const answers = [];
for (let run = 0; run < 5; run += 1) {
  const one = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const begin = performance.now();
  await one.goto(pathToFileURL(page).href);
  await one.waitForSelector("#explorer[data-ready]");
  times.push(performance.now() - begin);
  answers.push(await one.evaluate(() => {
    const from = performance.now();
    const largest = solvetGraph.net.top().reduce((a, b) => (a.members.length >= b.members.length ? a : b));
    solvetGraph.toggle(largest);
    return performance.now() - from;
  }));
  await one.close();
}
await browser.close();
rmSync(folder, { recursive: true });
const middle = (list) => Math.round(list.sort((a, b) => a - b)[Math.floor(list.length / 2)]);
console.log(`${bytes} bytes, ready after ${middle(times)} ms, the largest group opens in ${middle(answers)} ms`);
if (bytes > LARGEST || middle(times) > SLOWEST) {
  console.log(`That is more than ${LARGEST} bytes or ${SLOWEST} ms.`);
  process.exit(1);
}
