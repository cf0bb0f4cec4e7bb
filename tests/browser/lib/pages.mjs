/*
 * Every page there is. The sections print their tables; a crawl by links and forms from all addresses without an id finds a real
 * address for each of the others. So a new section is covered as soon as its program is built.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { signIn } from "./browser.mjs";

const ID = "[0-9a-f]{32}";

/* One row for each page that can be shown: { section, path, access, get, post, fields, pattern }. */
export function routes(product) {
  return product.tables().flatMap(table => table.routes.map(route => ({ ...route, section: table.section,
    pattern: new RegExp(`^${product.base}${route.path.replace(/[.]/g, "\\.").replace(/:id/g, ID)}/?$`) })));
}

const value = { line: "Sample", lines: "Sample", email: "sample@example.org", password: "a sample of a password",
  number: "7" };

/* Fills a form by its table with what is allowed, and sends it; what was left empty and is missed is filled then. */
async function fillAndSend(page, route) {
  const form = page.locator(route.fields.length > 0 ? `main form:has([name="${route.fields[0].name}"])` :
    `main form[action$="${route.path}"]`);
  for (const fills of [field => field.required, field => !field.required]) {
    for (const field of route.fields.filter(one => value[one.type] && fills(one))) {
      const control = form.locator(`[name="${field.name}"]`), missed = await control.getAttribute("aria-invalid") === "true";
      if (await control.inputValue() === "" && (field.required || missed))
        await control.fill(field.type === "number" ? String(field.least) : value[field.type]);
    }
    await Promise.all([page.waitForNavigation(), form.locator("button").last().click()]);
    if (await page.locator("main .problem").count() === 0) return;
  }
}

/* Invites one person into the active workspace of who has the page; leaves the page that shows the link once. */
async function invite(page, product, person) {
  await page.goto(product.base + "/settings/invite");
  await page.getByLabel("E-mail addresses").fill(person.email);
  await page.getByRole("button", { name: "ADD", exact: true }).click();
  return page.getByRole("textbox", { name: "Invitation link" }).inputValue();
}

/* The page of somebody else, signed in, in a browser of their own, for as long as the body runs. */
async function as(page, product, person, body) {
  const context = await page.context().browser().newContext({ baseURL: product.url, javaScriptEnabled: false });
  try {
    const other = await context.newPage();
    await signIn(other, product, person);
    await body(other);
  } finally {
    await context.close();
  }
}

/* A member who has joined, an invitation that waits, and one that our person can accept. */
async function furnishMembers(page, product, person) {
  const member = product.person("Mona Member"), host = product.person("Hugo Host");
  const link = await invite(page, product, member);
  await as(page, product, member, async other => {
    await other.goto(link);
    await other.getByRole("button", { name: "JOIN" }).click();
    await other.getByText("Welcome to").first().waitFor();
  });
  await as(page, product, host, other => invite(other, product, person));
  await invite(page, product, { email: `waiting.${Date.now()}@example.org` });
  return page.url();
}

/* What the app on the phone shows for a seed. */
export const appCode = seed => execFileSync("oathtool", ["--totp", "--base32", seed], { encoding: "utf8" }).trim();

/* Begins to set up a second factor, in a browser without one: the address of the page that shows the seed. */
async function beginSecondFactor(page, product) {
  await page.goto(product.base + "/settings/second-factor/new");
  await page.locator('main form[action$="/second-factor/new"] button').last().click();
  return page.url();
}

/* Switches the second factor on; leaves the page that shows the recovery codes once. Returns the seed. */
export async function switchOnSecondFactor(page, product) {
  await beginSecondFactor(page, product);
  const seed = await page.locator("main code[data-copy-text]").first().getAttribute("data-copy-text");
  await page.getByRole("textbox", { name: /code/i }).fill(appCode(seed));
  await page.locator("main form:has([name=code]) button").last().click();
  await page.locator("#codes").waitFor();
  return seed;
}

/*
 * What only somebody with a second factor sees, who is signed in on this page: [{ name, status, open }], to be opened in this order;
 * open() gives the answer of the server.
 */
export async function secondFactorPages(page, product, person) {
  const at = path => () => page.goto(product.base + path);
  const press = async () => (await Promise.all([page.waitForNavigation(),
    page.locator("main form:has([name=token]) button[type=submit], main form:has([name=token]) button:not([type])").last().click()]))[0];
  await switchOnSecondFactor(page, product);
  return [
    { name: "profile, second factor on", status: 200, open: at("/settings/profile") },
    { name: "second factor on", status: 200, open: at("/settings/second-factor") },
    { name: "few recovery codes left", status: 200, open: () => {
      product.sql(`UPDATE recovery_code c JOIN person p ON p.id = c.person SET c.used = NOW(6) WHERE p.email = '${person.email}'`);
      return page.goto(product.base + "/settings/second-factor");
    } },
    { name: "asked for the password or a code", status: 422, open: async () => {
      product.outdate(person);
      await page.goto(product.base + "/settings/second-factor/off");
      return press();
    } },
    { name: "answered with a wrong code", status: 422, open: async () => {
      await page.locator("main [name=code]").fill("12");
      return press();
    } },
    { name: "asked for the code at sign-in", status: 200, open: async () => {
      await page.context().clearCookies();
      await page.goto(product.base + "/sign-in");
      await page.getByLabel("E-mail").fill(person.email);
      await page.getByLabel("Password").fill(person.password);
      return press();
    } },
    { name: "a wrong code at sign-in", status: 422, open: async () => {
      await page.getByLabel("Code").fill("12");
      return press();
    } },
  ];
}

/* Keys for two buckets, of the site too, and the page that shows the link of an object for ten minutes. */
async function furnishCloud(page, product) {
  product.run(["cloud-access", "add", "--site", "--bucket", "everybody"], "a-key\na-secret\n");
  for (const [bucket, endpoint] of [["samples", ""], ["pictures-" + "of-a-long-experiment-".repeat(8), "http://store.example.test:9000"]]) {
    await page.goto(product.base + "/settings/cloud-access/new");
    for (const [name, text] of Object.entries({ bucket, endpoint, key: "a-key-of-twenty-letters", secret: "a-secret" }))
      await page.locator(`main [name=${name}]`).fill(text);
    await page.locator('main form[action$="/cloud-access/new"] button').last().click();
  }
  await page.goto(product.base + "/settings/cloud-access/object");
  await page.getByLabel("Object").fill("s3://samples/debug/curve.png");
  await page.locator('main form[action$="/cloud-access/object"] button').last().click();
  return page.url();
}

/*
 * A second session. And pages of the account that nothing leads to later: recovery codes, a seed that waits, the link of a new address.
 */
async function furnishAccount(page, product, person) {
  await as(page, product, person, async () => {});
  await switchOnSecondFactor(page, product);
  const once = [page.url()];
  await page.goto(product.base + "/settings/second-factor/off");
  await page.locator('main form[action$="/off"] button').last().click();
  once.push(await beginSecondFactor(page, product));
  await page.goto(product.base + "/settings/profile/email");
  await page.getByLabel(/e-mail/i).fill(`new.address.${Date.now()}@example.org`);
  await page.locator('main form[action$="/profile/email"] button').last().click();
  once.push(page.url());
  return once;
}

/*
 * Through the product: credentials in every state that a page can show, and whatever else of the sections that are there. Returns addresses
 * that nothing leads to afterwards, because they are shown once.
 */
async function furnish(page, product, person) {
  const once = [];
  product.credential(person, "training-cluster");
  product.credential(person, "");
  product.credential(person, "ends soon", "--expires", "3");
  product.credential(person, "nightly-" + "pipeline".repeat(11), "--expires", "90");
  if (product.tables().some(table => table.section === "invite")) once.push(await furnishMembers(page, product, person));
  once.push(...await furnishAccount(page, product, person));
  once.push(await furnishCloud(page, product));
  await page.goto(product.base + "/settings/workspace");
  await page.getByRole("link", { name: "Rotate training-cluster" }).click();
  await page.getByRole("button", { name: "Rotate" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  return once;
}

/*
 * Follows everything, also from the addresses that furnish() has returned. Without script each dialog is a page. Returns one address a route:
 * [{ route, address, status }], in the order of the tables. Addresses that only lead elsewhere or are files to save are
 * left out; a route that nothing leads to is a fault of the product or of furnish().
 */
async function follow(page, product, once = []) {
  const all = routes(product).filter(route => route.get), found = new Map(), queue = [];
  const offer = address => {
    const url = new URL(address, product.url);
    const route = all.find(one => one.pattern.test(url.pathname));
    if (url.origin === product.origin && route && !found.has(route)) {
      found.set(route, null);
      queue.push({ route, address: url.pathname + url.search });
    }
  };
  all.filter(route => !route.path.includes(":id") && route.access !== "public")
    .forEach(route => offer(product.base + route.path));
  once.forEach(offer);
  while (queue.length > 0) {
    const { route, address } = queue.shift();
    const answer = await page.context().request.get(product.origin + address, { maxRedirects: 0 });
    if (answer.status() === 303) {
      offer(answer.headers().location);
      continue;
    }
    if (answer.headers()["content-disposition"]) continue;
    await page.goto(product.origin + address);
    found.set(route, { route, address, status: answer.status() });
    const links = () => page.evaluate(() => [...document.querySelectorAll("a[href], form[action]")]
      .map(one => one.getAttribute("href") || one.getAttribute("action")));
    (await links()).forEach(offer);
    if (route.post && /\/(new|add)$/.test(route.path)) {
      await fillAndSend(page, route);
      offer(page.url());
      (await links()).forEach(offer);
    }
  }
  const missing = [];
  for (const route of all.filter(one => one.access !== "public" && !found.has(one))) {
    const address = product.base + route.path.replaceAll(":id", "0".repeat(32));
    const answer = await page.context().request.get(product.origin + address, { maxRedirects: 0 });
    if (answer.status() === 200) found.set(route, { route, address, status: 200 }); // the same page whatever the id
    else if (answer.status() !== 303) missing.push(route.path);
  }
  assert.deepEqual(missing, [], "pages that nothing leads to; see furnish() in tests/browser/lib/pages.mjs");
  return all.map(route => found.get(route)).filter(Boolean);
}

/*
 * The pages of a person who is signed in on this page: everything made and followed, without script, in a browser that shares the session.
 */
export async function everyPage(page, product, person) {
  const context = await page.context().browser().newContext({ baseURL: product.url, javaScriptEnabled: false,
    storageState: await page.context().storageState() });
  try {
    const other = await context.newPage();
    return await follow(other, product, await furnish(other, product, person));
  } finally {
    await context.close();
  }
}

/* The pages before sign-in, and those that nginx has as files. */
export async function publicPages(page, product) {
  const pages = [];
  for (const route of routes(product).filter(one => one.get && one.access === "public")) {
    const answer = await page.context().request.get(product.origin + product.base + route.path, { maxRedirects: 0 });
    if (answer.status() !== 303)
      pages.push({ route, address: product.base + route.path, status: answer.status() });
  }
  await page.goto(product.base + "/static/help/index.html");
  const help = await page.evaluate(() => [...document.querySelectorAll("a[href]")].map(one => one.href));
  const inside = new Set(["/static/help/index.html", "/files", "/nothing-here",
    ...help.filter(one => one.startsWith(product.url + "/static/help/")).map(one => one.slice(product.url.length))]
    .map(path => path.replace(/#.*/, "")));
  return [...pages, ...[...inside].map(path => ({ address: product.base + path, status: path === "/nothing-here" ? 404 : 200 }))];
}
