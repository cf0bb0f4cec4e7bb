/*
 * Every page, every refusal of a form, every error page and every fragment is well-formed XML (xmllint) and valid (the Nu checker), read
 * as XHTML and as the HTML that browsers read; and no link on them leads nowhere.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { launch, signIn, visit } from "./lib/browser.mjs";
import { everyPage, publicPages, secondFactorPages } from "./lib/pages.mjs";
import { product as given } from "./lib/product.mjs";
import { typed } from "./lib/refusals.mjs";

const product = given(), require = createRequire(import.meta.url);
const documents = new Map(); // name: text
let browser, folder;
before(async () => {
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), "vestibule-pages-"));
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

const collect = (name, body) => test(name, () => visit(browser, product, { script: false }, body));
const wrap = fragment => `<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>Fragment</title></head>` +
  `<body><main>\n${fragment}\n</main></body></html>\n`;

/* Keeps the document of an answer under a name of its own. */
async function keep(name, answer, status) {
  assert.equal(answer.status(), status, name);
  assert.match(answer.headers()["content-type"], /^text\/html; charset=utf-8$/i, name);
  const text = await answer.text(), fragment = answer.headers()["x-fragment"] === "1";
  assert.equal(/^\s*<!DOCTYPE html>/.test(text), !fragment, `${name}: a whole page, or a fragment that says so`);
  documents.set(name, fragment ? wrap(text) : text);
}

/* The fields of the form that posts to this address, as drawn. */
const drawn = (page, path) => page.evaluate(path => {
  const form = [...document.forms].find(one => new URL(one.action).pathname === path);
  return form ? Object.fromEntries(new FormData(form)) : null;
}, path);

/* The same with values that the table does not allow. */
const spoiled = (route, values) => Object.fromEntries([...Object.entries(values), ...typed(route)
  .filter(field => field.name in values).map(field => [field.name, field.type === "number" ? "<many>" : field.required ? "" : "x".repeat(field.most + 1)])]);

const get = (page, path, options = {}) => page.context().request.get(product.origin + path, { maxRedirects: 0, ...options });
const post = (page, path, form, options = {}) => page.context().request.post(product.origin + path,
  { form, maxRedirects: 0, ...options });
const asFragment = { headers: { "X-Fragment": "1" } };

/* A page whole and as a fragment; and its form, refused, both ways. */
async function keepAll(page, one) {
  const path = one.address.replace(/\?.*/, ""), name = one.route.path;
  await keep(name, await get(page, one.address), one.status);
  await keep(`${name} (fragment)`, await get(page, one.address, asFragment), one.status);
  if (!one.route.post || one.status !== 200) return;
  await page.goto(one.address);
  const values = await drawn(page, path);
  if (!values) return; // its form is on another page
  const { token, ...rest } = values;
  if (typed(one.route).some(field => field.name in values)) {
    await keep(`${name} (refused)`, await post(page, path, spoiled(one.route, values)), 422);
    await keep(`${name} (refused, fragment)`, await post(page, path, spoiled(one.route, values), asFragment), 422);
  }
  await keep(`${name} (forged)`, await post(page, path, { ...rest, token: token.slice(2) + "AA" }), 403);
  await keep(`${name} (forged, fragment)`, await post(page, path, { ...rest, token: "" }, asFragment), 403);
  await keep(`${name} (unknown field)`, await post(page, path, { ...values, surprise: "<1>" }), 400);
  await keep(`${name} (not a form)`, await post(page, path, undefined, { data: { a: 1 } }), 415);
}

collect("the pages before sign-in, help and errors", async ({ page }) => {
  for (const one of await publicPages(page, product)) {
    if (one.route) await keepAll(page, one);
    else await keep(one.address, await get(page, one.address), one.status);
  }
  await page.goto(product.base + "/sign-in");
  const values = { ...await drawn(page, product.base + "/sign-in"), email: "nobody@example.org", password: "<wrong> & \"so\"" };
  await keep("/sign-in (wrong password)", await post(page, product.base + "/sign-in", values), 422);
  await page.goto(product.link(product.person("Vera <Valid> & \"Co\"", { secret: null })));
  await keep("/sign-in/link (good)", await get(page, product.base + "/sign-in/link"), 200);
});

collect("every page and every form", async ({ page }) => {
  const person = product.person("Vera <Valid> & \"Co\" ]]>");
  await signIn(page, product, person);
  product.credential(person, "<script>alert('&amp;')</script> ]]>");
  const pages = await everyPage(page, product, person);
  for (const one of pages) await keepAll(page, one);
  assert.ok(documents.size > 60, `${documents.size} documents`);
});

collect("with a second factor", async ({ page }) => {
  const person = product.person("Vera <Factor> & \"Co\"");
  await signIn(page, product, person);
  for (const one of await secondFactorPages(page, product, person)) await keep(one.name, await one.open(), one.status);
});

collect("what happens to forms on their way", async ({ context, page }) => {
  const person = product.person("Vera Way"), path = product.base + "/settings/profile/name";
  await signIn(page, product, person);
  await page.goto(path);
  const values = await drawn(page, path);
  assert.equal((await post(page, path, { ...values, name: "Vera Changed" })).status(), 303);
  await keep("form sent again with other values", await post(page, path, { ...values, name: "Vera <Other>" }), 409);
  await keep("form of another person's workspace", await get(page, product.base + "/settings/workspace?ws=" + "f".repeat(32)), 404);
  await keep("form from another site", await post(page, path, values, { headers: { Origin: "https://elsewhere.example" } }), 403);
  await keep("form for another host", await post(page, path, values, { headers: { Host: "elsewhere.example" } }), 403);
  await keep("form too large", await post(page, path, { ...values, name: "x".repeat(70000) }), 413);
  await keep("address too long", await get(page, path + "?" + "x".repeat(9000)), 414);
  await keep("method unknown", await context.request.fetch(product.origin + path, { method: "DELETE" }), 405);
  await context.clearCookies();
  await keep("form after the end of the session", await post(page, path, { ...values, name: "Vera <Lost> & found" }), 403);
  await keep("the same as a fragment", await post(page, path, { ...values, name: "Vera <Lost>" }, asFragment), 403);
  await keep("page for a fragment, signed out", await get(page, path, asFragment), 403);
});

test("the error pages of the web server", () => {
  const htdocs = dirname(/^layout_file *= *(.*)$/m.exec(readFileSync(product.configuration, "utf8"))[1]);
  const pages = readdirSync(join(htdocs, "static/error")).filter(name => name.endsWith(".html"));
  assert.ok(pages.length >= 10);
  for (const name of pages) {
    documents.set(`error page ${name}`, readFileSync(join(htdocs, "static/error", name), "utf8")
      .replaceAll("{base}", product.base).replaceAll("{request_id}", "0123456789abcdef".repeat(2)));
  }
});

/* Output of a program, whatever it returns. */
const output = (program, args) => new Promise((resolve, reject) => execFile(program, args, { maxBuffer: 64 << 20 },
  (error, out, err) => error && error.code === "ENOENT" ? reject(error) : resolve(out + err)));

test("all are well-formed and valid", async t => {
  const names = [...documents.keys()];
  for (const [index, name] of names.entries()) {
    writeFileSync(join(folder, `${index}.xhtml`), documents.get(name));
    writeFileSync(join(folder, `${index}.html`), documents.get(name));
  }
  const files = kind => names.map((_, index) => join(folder, `${index}.${kind}`));
  assert.equal(await output("xmllint", ["--noout", "--nonet", ...files("xhtml")]), "", "xmllint");

  const jar = join(dirname(require.resolve("vnu-jar/package.json")), "build/dist/vnu.jar");
  const said = JSON.parse(await output("java", ["-jar", jar, "--stdout", "--format", "json", ...files("xhtml"), ...files("html")]));
  const sentence = one => {
    const [, index, kind] = /(\d+)\.(x?html)$/.exec(one.url);
    return `${names[index]} (${kind}), line ${one.lastLine}: ${one.message} ${one.extract ?? ""}`.replace(/\s+/g, " ");
  };
  // The grammar that the checker has for XHTML, unlike the one for HTML, knows no aria attributes inside SVG; those
  // of the same document are judged where it is read as HTML.
  const gap = one => /\.xhtml$/.test(one.url) && one.message === "Attribute “aria-hidden” not allowed on element “svg” at this point.";
  const errors = said.messages.filter(one => (one.type === "error" || one.type === "non-document-error") && !gap(one));
  const warnings = said.messages.filter(one => one.subType === "warning").map(sentence);
  t.diagnostic(`${names.length} documents, ${errors.length} errors, ${warnings.length} warnings`);
  warnings.forEach(one => t.diagnostic(`warning: ${one}`));
  assert.deepEqual(errors.map(one => one.url ? sentence(one) : one.message), []);
});

collect("no link leads nowhere", async ({ page }) => {
  const links = new Map(), nowhere = [];
  for (const [name, text] of documents) {
    const attributes = text.matchAll(/ (?:href|src|action)="([^"]*)"/g);
    for (const [, value] of attributes) {
      const address = value.replaceAll("&amp;", "&"), [path, anchor] = address.split("#");
      if (path === "") {
        if (!new RegExp(` id="${anchor}"`).test(text)) nowhere.push(`${name}: ${value}`);
      } else if (!/^[a-z]+:/.test(address) && !/\/[0-9a-f]{32}(?=[/?#]|$)/.test(path)) {
        links.set(new URL(path, product.origin + (name.startsWith("/") ? name.split(" ")[0] : "/")).href, name);
      }
    }
  }
  const person = product.person("Vera Links");
  await signIn(page, product, person);
  assert.ok(links.size > 20, `${links.size} links`);
  for (const [address, name] of links) {
    const other = address.replace(/ws=[0-9a-f]{32}/, "");
    const answer = await page.context().request.get(other);
    if (answer.status() >= 400 && !/\/nothing-here$|\/sign-in\/(link|code)$|\/confirm\?code=/.test(other)) nowhere.push(`${name}: ${address} answers ${answer.status()}`);
  }
  assert.deepEqual(nowhere, []);
});
