// Packages that no sample is: one whose names are hostile, one that is large.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const escaped = (text) => text.replace(/[&<>"]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[one]);

const written = (folder, customizations, { name, roots = "", missing = "" }) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "customizations.xml"), `<ImportExportXml>${customizations}</ImportExportXml>`);
  writeFileSync(join(folder, "solution.xml"), `<ImportExportXml version="9.2.24054.194"><SolutionManifest><UniqueName>${name}</UniqueName><Version>1.0.0.0</Version><Managed>0</Managed><Publisher><UniqueName>contoso</UniqueName><CustomizationPrefix>cts</CustomizationPrefix></Publisher><RootComponents>${roots}</RootComponents><MissingDependencies>${missing}</MissingDependencies></SolutionManifest></ImportExportXml>`);
  return folder;
};

const guid = (number) => `{00000000-0000-0000-0000-${String(number).padStart(12, "0")}}`;

// Names that would run, end an element, turn the text around or fill a screen, if they could.
export const hostile = (folder) => {
  const names = ["</script><script>window.broken = 1</script>", "<img src=x onerror='window.broken = 2'>", "]]>\"'`&${alert(1)}",
    "\u202eabc\u202c \u2028 اسم طويل جدا", "x".repeat(10_000), "__proto__", "constructor"];
  const processes = names.map((name, at) =>
    `<Workflow WorkflowId="${guid(at)}" Name="${escaped(name)}"><Category>0</Category><PrimaryEntity>${escaped(name)}</PrimaryEntity></Workflow>`);
  const missing = names.map((name, at) =>
    `<MissingDependency><Required type="1" schemaName="${escaped(name)}" displayName="${escaped(name)}" solution="${escaped(name)} (1.0)" /><Dependent type="29" displayName="${escaped(name)}" id="${guid(at)}" /></MissingDependency>`);
  return written(folder, `<Entities /><Workflows>${processes.join("")}</Workflows>`, { name: escaped(names[0]), missing: missing.join("") });
};

// A hundred tables of a hundred columns, and views on them.
export const crowd = (folder) => {
  const tables = Array.from({ length: 100 }, (_, at) => `cts_table${at}`);
  const entity = (table, number) => {
    const columns = Array.from({ length: 100 }, (_, at) =>
      `<attribute PhysicalName="cts_column${at}"><Type>nvarchar</Type><Name>cts_column${at}</Name><LogicalName>cts_column${at}</LogicalName></attribute>`);
    const view = `<savedquery><IsCustomizable>1</IsCustomizable><savedqueryid>${guid(number + 1000)}</savedqueryid><querytype>0</querytype><fetchxml><fetch><entity name="${table}">${Array.from({ length: 40 }, (_, at) => `<attribute name="cts_column${at}" />`).join("")}</entity></fetch></fetchxml></savedquery>`;
    return `<Entity><Name>${table}</Name><EntityInfo><entity Name="${table}"><attributes>${columns.join("")}</attributes></entity></EntityInfo><SavedQueries><savedqueries>${view}</savedqueries></SavedQueries></Entity>`;
  };
  const roots = tables.map((table) => `<RootComponent type="1" schemaName="${table}" behavior="0" />`).join("");
  return written(folder, `<Entities>${tables.map(entity).join("")}</Entities>`, { name: "Crowd", roots });
};

// The paths of the packages with the most components below a folder of real ones, the largest first; none without a folder.
export const largest = (binary, corpus, count) => {
  if (!corpus || !existsSync(join(corpus, "zips"))) return [];
  const run = spawnSync(binary, ["check", join(corpus, "zips"), "--format", "json"], { encoding: "utf8", maxBuffer: 2 ** 30 });
  const packages = JSON.parse(run.stdout).packages.filter((one) => !one.error && !one.path.includes("!"));
  const size = (one) => Object.values(one.components).reduce((sum, number) => sum + number, 0);
  const name = (one) => `${one.solution} ${one.version}`;
  packages.sort((a, b) => size(b) - size(a) || (a.path < b.path ? -1 : 1));
  const different = packages.filter((one, at) => packages.findIndex((other) => name(other) === name(one)) === at);
  return different.slice(0, count).map((one) => one.path);
};
