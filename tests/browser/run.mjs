// Opens HTML reports in a real browser, from the disk, and uses them as people do.
//
//   node run.mjs PATH_OF_SOLVET [PAGE...]
//
// With further arguments only the pages of these names. Reports of the samples are always opened; with SOLVET_CORPUS the largest packages there are, too. A browser is found
// under the name in CHROMIUM, else `chromium`. It exits 0 where everything holds, else 1 with what does not.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createRequire } from "node:module";
import { openBrowser } from "./browser.mjs";
import { crowd, hostile, largest } from "./packages.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const binary = resolve(process.argv[2] || join(root, "target/debug/solvet"));
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const folder = mkdtempSync(join(tmpdir(), "solvet-pages-"));
const failures = [];
let passed = 0;

const holds = (is, sentence) => {
  if (is) passed += 1;
  else { failures.push(sentence); console.log(`FAILED ${sentence}`); }
};

const write = (name, ...args) => {
  const file = join(folder, `${name}.html`);
  const run = spawnSync(binary, [...args, "--format", `html=${file}`], { cwd: root, encoding: "utf8" });
  if (!existsSync(file)) throw new Error(`solvet ${args.join(" ")} wrote no page: ${run.stderr}`);
  return { name, file };
};

const samples = () => {
  const sample = "samples/SequenceAPACleads_1_0_0_1.zip";
  const rules = readdirSync(join(root, "samples/rules")).filter((one) => existsSync(join(root, "samples/rules", one, "bad")));
  return [
    write("check", "check", sample),
    write("check-target", "check", sample, "--target", "samples/targets/contoso-prod.json"),
    write("check-rules", "check", ...rules.map((one) => `samples/rules/${one}/bad`)),
    write("simulate", "simulate", sample, "--target", "samples/targets/contoso-prod.json"),
    write("simulate-good", "simulate", sample, "--target", "samples/targets/contoso-uat.json"),
    write("graph", "graph", sample),
    write("diff", "diff", "samples/versions/old", "samples/versions/new"),
    write("hostile", "check", hostile(join(folder, "hostile")), "--target", "samples/targets/contoso-prod.json"),
    write("crowd", "check", crowd(join(folder, "crowd"))),
  ];
};

// The packages with the most components, where real ones are at hand.
const large = () => {
  const target = "samples/targets/contoso-prod.json";
  return largest(binary, process.env.SOLVET_CORPUS, 2).flatMap((one, number) => [
    write(`large-${number}`, "check", one, "--target", target),
    write(`large-simulate-${number}`, "simulate", one, "--target", target),
    write(`large-graph-${number}`, "graph", one),
  ]);
};

const opened = async (browser, { name, file }, options, use) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) holds(false, `${name}: the console says: ${message.text()}`);
  });
  page.on("pageerror", (error) => holds(false, `${name}: a script fails: ${error.message}`));
  page.on("dialog", async (dialog) => { holds(false, `${name}: something asks: ${dialog.message()}`); await dialog.dismiss(); });
  page.on("request", (request) => holds(request.url() === url, `${name}: no request leaves the page, but this: ${request.url()}`));
  await page.goto(url);
  await use(page);
  if (options.javaScriptEnabled !== false) holds(await page.evaluate(() => window.broken === undefined), `${name}: no name of a package runs`);
  await context.close();
};

const shown = (page) => page.locator("#findings-list .item:visible").count();

const filters = async (page, name) => {
  if (!(await page.locator("#findings-list").count())) return;
  const counts = async () => (await page.locator("#findings .shown").textContent()).match(/^(\d+) of (\d+) shown$/).slice(1).map(Number);
  const [all, whole] = await counts();
  holds(all === whole, `${name}: at first all findings are shown`);
  await page.getByRole("checkbox", { name: /errors?$/ }).uncheck();
  const errors = await page.locator("#findings-list .item.error:not([data-hidden])").count();
  holds((await counts())[0] === all - errors, `${name}: without errors the others are left`);
  holds(await page.locator("#findings-list .item.error:visible").count() === 0, `${name}: no error is shown where errors are not wanted`);
  await page.getByRole("checkbox", { name: /errors?$/ }).check();
  const search = page.locator("#findings input[type=search]");
  const message = await page.locator("#findings-list .item .message").first().textContent();
  await search.fill(message.slice(0, 40));
  holds((await counts())[0] >= 1 && (await shown(page)) >= 1, `${name}: a search for words of a finding finds it`);
  await search.fill("no finding says these words");
  holds((await counts())[0] === 0 && (await shown(page)) === 0, `${name}: a search for other words finds none`);
  await search.fill("");
};

const theme = async (page, name) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await ground();
  await page.getByRole("button", { name: /Switch to .* colours/ }).click();
  holds((await ground()) !== before, `${name}: the switch changes the colours`);
  await page.getByRole("button", { name: /Switch to .* colours/ }).click();
  holds((await ground()) === before, `${name}: and changes them back`);
};

const graph = async (page, name) => {
  if (!(await page.locator("#explorer").count())) return;
  await page.waitForSelector("#explorer[data-ready]", { timeout: 5000 });
  const drawn = async () => Number(await page.locator("#canvas").getAttribute("data-drawn"));
  const size = await page.evaluate(() => solvetGraph.net.size);
  await page.getByRole("button", { name: "Close all groups" }).click();
  const closed = await drawn();
  holds(closed > 0 && closed <= 200, `${name}: a graph of ${size} components begins with few groups, not ${closed}`);
  const place = () => page.evaluate(() => {
    const one = solvetGraph.cy.nodes(".group").first();
    const box = document.getElementById("canvas").getBoundingClientRect();
    const at = one.renderedPosition();
    return { x: box.x + at.x, y: box.y + at.y };
  });
  await page.evaluate(() => document.getElementById("graph").scrollIntoView());
  const at = await place();
  await page.mouse.click(at.x, at.y);
  holds((await drawn()) > closed, `${name}: a click opens a group`);
  await page.getByRole("button", { name: "Close all groups" }).click();
  await page.keyboard.press("Escape");
  await page.locator("#canvas").focus();
  await page.keyboard.press("ArrowRight");
  holds((await page.locator("#explorer .status").textContent()).includes("opens it"), `${name}: the keyboard moves over groups and says so`);
  await page.keyboard.press("Enter");
  holds((await drawn()) > closed, `${name}: Enter opens a group`);
  await page.keyboard.press("Enter");
  holds((await drawn()) === closed, `${name}: Enter closes it again`);
  await why(page, name);
  await tree(page, name);
};

// A component that others refer to, found by its name: its chains are there and lead to it.
const why = async (page, name) => {
  const label = await page.evaluate(() => {
    const { net } = solvetGraph;
    for (let node = 0; node < net.size; node += 1) if (net.isOutside(node) && net.into[node].length) return net.label(node);
    for (let node = 0; node < net.size; node += 1) if (net.into[node].length) return net.label(node);
    return null;
  });
  if (label === null) return;
  await page.getByRole("searchbox", { name: "Find a component" }).fill(label);
  await page.locator(".hits button", { hasText: label }).first().click();
  const last = page.locator("#explorer .details .chain").first().locator("li").last();
  holds((await last.textContent()).includes(label), `${name}: the chains of a selected component end with it`);
  holds((await page.locator("#explorer .details h3").textContent()) === label, `${name}: the selected component is named`);
  await page.getByRole("button", { name: "Show what is around it" }).click();
  holds((await page.locator("#explorer .status").textContent()).startsWith("What lies around"), `${name}: what lies around a component is drawn`);
  await page.getByRole("button", { name: "Whole graph" }).click();
};

// The chains that the page computes are those that the program gives.
const chains = async (page, name) => {
  const told = spawnSync(binary, ["why", "samples/SequenceAPACleads_1_0_0_1.zip", "lead.companyname", "--format", "json"], { cwd: root, encoding: "utf8" });
  const kinds = (chain) => chain.map((step) => step.kind || "has").slice(0, -1).join(" ");
  const expected = JSON.parse(told.stdout).chains.map(kinds).sort();
  const found = await page.evaluate(() => {
    const { net } = solvetGraph;
    const node = net.search("column lead.companyname", 1).found[0];
    return net.why(node).map((chain) => chain.slice(0, -1).map(({ use }) => (use === -1 ? "has" : net.data.uses[use >> 1])).join(" ")).sort();
  });
  holds(expected.length > 0 && JSON.stringify(found) === JSON.stringify(expected), `${name}: the chains are those of solvet why, but ${JSON.stringify(found)} are not ${JSON.stringify(expected)}`);
};

const tree = async (page, name) => {
  await page.getByText("The same as a list").click();
  const first = page.locator(".tree details").first();
  await first.locator("summary").first().focus();
  await page.keyboard.press("Enter");
  const opened = await first.locator("details, button").first().waitFor({ timeout: 3000 }).then(() => true, () => false);
  holds(opened, `${name}: the list opens with the keyboard`);
};

const narrow = async (page, name) => {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  holds(wide <= 0, `${name}: at a width of 400 nothing juts out, but ${wide} pixels do`);
};

const printed = async (page, name) => {
  await page.emulateMedia({ media: "print" });
  holds(!(await page.locator("header.top").isVisible()), `${name}: paper has no navigation`);
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const closed = await page.locator("main > section > :not(#explorer) details:not([open]), main > section > details:not([open])").count();
  holds(closed === 0, `${name}: paper shows what is closed on the screen`);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
};

const accessible = async (page, name) => {
  // The library comes as a script, which the policy of the page forbids; the browser's own debugger may run it.
  const source = readFileSync(axe, "utf8");
  await page.evaluate(source);
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  for (const one of violations) holds(false, `${name}: ${one.id}: ${one.help} (${one.nodes.length}, first ${one.nodes[0].target})`);
  passed += violations.length ? 0 : 1;
};

const browser = await openBrowser();
try {
  const wanted = process.argv.slice(3);
  const pages = [...samples(), ...large()].filter(({ name }) => !wanted.length || wanted.includes(name));
  for (const one of pages) {
    const { name } = one;
    await opened(browser, one, {}, async (page) => {
      await filters(page, name);
      await theme(page, name);
      await graph(page, name);
      if (name === "graph") await chains(page, name);
    });
    const isLarge = name.startsWith("large");
    if (!isLarge) {
      for (const colorScheme of ["light", "dark"]) {
        await opened(browser, one, { colorScheme }, (page) => accessible(page, `${name} in ${colorScheme}`));
      }
    }
    await opened(browser, one, { viewport: { width: 400, height: 800 } }, (page) => narrow(page, name));
    await opened(browser, one, {}, (page) => printed(page, name));
    await opened(browser, one, { javaScriptEnabled: false }, async (page) => {
      holds(await page.locator("h1").isVisible(), `${name}: without scripts the report is there`);
    });
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`browser: ${passed} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
