/* Chromium, and people who use it. */
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const flags = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

/* Debian's, with an empty profile. Without its own sandbox when root runs it, which it refuses otherwise. */
export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: flags,
    chromiumSandbox: process.getuid() !== 0 });
}

/*
 * What must not happen while anybody clicks: a violation of the content security policy, an error on the console, an
 * uncaught exception, an answer of 500 and up, a static file that is not there. Returns the list it fills.
 * Refusals (422 and so on) are pages of ours; the console mentions each, and that is no fault.
 */
function watch(context) {
  const faults = [];
  context.on("console", message => {
    if (message.type() === "error" && !/^Failed to load resource: the server responded with a status of 4/
      .test(message.text()))
      faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", event => faults.push(`exception: ${event.error().stack}`));
  context.on("response", response => {
    if (response.status() >= 500 || response.status() >= 400 && response.url().includes("/static/"))
      faults.push(`${response.status()}: ${response.url()}`);
  });
  return faults;
}

/*
 * Runs the body with a fresh context and its first page, and then asks that nothing went wrong in it. Options of
 * newContext(), "script: false" for a browser without, and "faults": a filter for those that the body provokes.
 */
export async function visit(browser, product, options, body) {
  const { script = true, expects = () => false, ...rest } = options;
  const context = await browser.newContext({ baseURL: product.url, javaScriptEnabled: script,
    viewport: { width: 1280, height: 900 }, ...rest });
  const faults = watch(context);
  context.setDefaultTimeout(20000);
  try {
    await body({ context, page: await context.newPage() });
    assert.deepEqual(faults.filter(fault => !expects(fault)), [], "console, policy and answers of the server");
  } finally {
    await context.close();
  }
}

/* By e-mail and password, typed. */
export async function signIn(page, product, person) {
  await page.goto(product.base + "/sign-in");
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/\/settings\//);
}

/* By a one-time link of the operator. */
export async function signInByLink(page, product, person) {
  await page.goto(product.link(person));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/\/settings\/profile/);
}
