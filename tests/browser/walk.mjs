/*
 * The way through the product that its people take, in Chromium with script and without: sign in, name, colours, and the whole life
 * of an API credential. What differs with script is in script.mjs.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { launch, signIn, signInByLink, visit } from "./lib/browser.mjs";
import { everyPage } from "./lib/pages.mjs";
import { password, product as given } from "./lib/product.mjs";

const product = given();
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
const result = page => page.locator("main .result").innerText();
const field = (page, label) => page.getByLabel(label, { exact: true });
const label = page => page.getByRole("textbox", { name: /^Label/ });
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const follow = (page, name) => page.getByRole("link", { name, exact: true }).click();
const openMenu = page => page.locator("details.account > summary").click();

/* What a client of ClearML does first with a pair. */
async function authLogin({ access_key: key, secret_key: secret }) {
  const answer = await fetch(`${product.url}/api/auth.login`, { method: "POST",
    headers: { Authorization: "Basic " + Buffer.from(`${key}:${secret}`).toString("base64") } });
  return { status: answer.status, body: await answer.json() };
}

/* Presses what starts a download, and returns the name and the text of the file. */
async function download(page, name) {
  const [file] = await Promise.all([page.waitForEvent("download"), press(page, name)]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

for (const script of [true, false]) {
  const walk = (name, body, options = {}) => test(name, () => visit(browser, product, { script, acceptDownloads: true,
    permissions: script ? ["clipboard-read", "clipboard-write"] : [], ...options }, body));

  describe(`script ${script ? "on" : "off"}`, () => {
    walk("a one-time link signs in once, and sets a password", async ({ page }) => {
      const person = product.person("Lena Link", { secret: null }), link = product.link(person);
      await page.goto(link);
      await heading(page, "Sign in with a one-time link");
      assert.doesNotMatch(page.url(), /link=/, "no secret stays in the address");
      assert.match(await page.locator("main").innerText(), /Lena Link/);
      await page.getByLabel("New password").fill(password);
      await press(page, "Sign in");
      await heading(page, "Profile");
      assert.equal(await result(page), "You are signed in.");
      await openMenu(page);
      await press(page, "Logout");
      await heading(page, "Sign in");
      assert.equal(await result(page), "You are signed out.");
      await page.goto(link);
      await heading(page, "This sign-in link does not work");
      await follow(page, "Sign in with a password");
      await field(page, "E-mail").fill(person.email);
      await field(page, "Password").fill(password);
      await press(page, "Sign in");
      await heading(page, "Profile");
    });

    walk("a wrong password is refused and the address kept; then on to the page that was asked for", async ({ page }) => {
      const person = product.person("Wanda Wrong");
      await page.goto(product.base + "/settings/workspace");
      await heading(page, "Sign in");
      await field(page, "E-mail").fill(person.email);
      await field(page, "Password").fill("not this one, surely");
      await press(page, "Sign in");
      assert.match(await page.locator(".problem").innerText(), /E-mail and password do not fit together\./);
      assert.match(await page.title(), /^Error: Sign in/);
      assert.equal(await field(page, "E-mail").inputValue(), person.email);
      assert.equal(await field(page, "Password").inputValue(), "");
      await field(page, "Password").fill(person.password);
      await press(page, "Sign in");
      await heading(page, "WORKSPACES");
    });

    walk("the account menu is on every page", async ({ context, page }) => {
      const person = product.person("Anna Menu");
      await signInByLink(page, product, person);
      for (const one of await everyPage(page, product, person)) {
        await page.goto(one.address);
        assert.equal(await page.locator("details.account").count(), 1, one.address);
        const menu = page.locator("details.account .menu");
        assert.equal(await menu.isVisible(), false, `${one.address}: closed at first`);
        await openMenu(page);
        assert.match(await menu.innerText(), /Anna Menu\s+anna\.menu\S+@example\.org/, one.address);
        for (const name of ["Settings", "Appearance", "Help"])
          assert.equal(await menu.getByRole("link", { name, exact: true }).isVisible(), true, `${one.address}: ${name}`);
        assert.equal(await menu.getByRole("button", { name: "Logout" }).isVisible(), true, one.address);
        const help = await menu.getByRole("link", { name: "Help" }).getAttribute("href");
        const answer = await context.request.get(product.origin + help);
        assert.equal(answer.status(), 200, `${one.address}: its help, ${help}`);
      }
    });

    walk("Profile: the name is changed, a refusal keeps what was typed", async ({ page }) => {
      const person = product.person("Jane Doe");
      await signIn(page, product, person);
      await heading(page, "Profile");
      assert.match(await page.locator("main").innerText(), /EMAIL ADDRESS\s+jane\.doe/);
      await follow(page, "Edit name");
      await heading(page, "Edit name");
      assert.equal(await field(page, "Name").inputValue(), "Jane Doe");
      await field(page, "Name").fill("J");
      await press(page, "SAVE");
      await page.locator(".problem").waitFor();
      assert.match(await page.title(), /^Error: /);
      assert.equal(await field(page, "Name").inputValue(), "J");
      assert.equal(await field(page, "Name").getAttribute("aria-invalid"), "true");
      assert.notEqual(await page.locator("#name-message").innerText(), "");
      await field(page, "Name").fill("Jane  O'Neil-Öztürk <3");
      await press(page, "SAVE");
      await heading(page, "Profile");
      assert.equal(await result(page), "Your name is now “Jane O'Neil-Öztürk <3”.");
      assert.match(await page.locator("main .name").innerText(), /^Jane O'Neil-Öztürk <3/);
      assert.equal(await page.locator("details.account summary .name").innerText(), "Jane O'Neil-Öztürk <3");
      await follow(page, "Edit name");
      await field(page, "Name").fill("Somebody Else");
      await page.getByRole("button", { name: "CANCEL" }).click();
      await heading(page, "Profile");
      assert.match(await page.locator("main .name").innerText(), /^Jane O'Neil-Öztürk <3/);
    });

    walk("Appearance: chosen once, there from the first byte of every page, also before sign-in", async ({ context, page }) => {
      const person = product.person("Dora Dark");
      const served = async path => (await context.request.get(product.origin + product.base + path)).text();
      const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      assert.doesNotMatch(await served("/sign-in"), /<html[^>]* data-theme/, "follows the system at first");
      await signIn(page, product, person);
      const light = script ? await paper() : null;
      await openMenu(page);
      await follow(page, "Appearance");
      await heading(page, "Appearance");
      assert.equal(await page.getByLabel("System").isChecked(), true);
      await page.getByLabel("Dark").check();
      await press(page, "SAVE");
      await page.locator("main .result").waitFor();
      assert.equal(await result(page), "The colour scheme is changed.");
      assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
      assert.match(await served("/settings/workspace"), /<html[^>]* data-theme="dark"/);
      const cookie = (await context.cookies()).find(one => one.value === "dark");
      assert.ok(cookie && cookie.httpOnly && cookie.sameSite === "Lax" && cookie.expires > Date.now() / 1000 + 86400 * 300);
      if (script) {
        assert.notEqual(await paper(), light);
        await page.addInitScript(() => {
          window.themes = [];
          const look = () => window.themes.push(document.documentElement.dataset.theme);
          new PerformanceObserver(look).observe({ type: "paint", buffered: true });
          new MutationObserver(look).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-theme"] });
        });
        await page.reload();
        await page.waitForFunction(() => window.themes.length > 0);
        assert.deepEqual(await page.evaluate(() => [...new Set(window.themes)]), ["dark"], "at the first paint and after");
      }
      await openMenu(page);
      await press(page, "Logout");
      await heading(page, "Sign in");
      assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
      assert.match(await served("/sign-in"), /<html[^>]* data-theme="dark"/);
    });

    walk("a credential is made, shown once, saved, labelled", async ({ page }) => {
      const person = product.person("Mia Maker");
      await signIn(page, product, person);
      await follow(page, "Workspace");
      await heading(page, "WORKSPACES");
      assert.match(await page.locator("main").innerText(), /There are no credentials here yet/);
      await press(page, "Create new credentials");
      await heading(page, "CREATE CREDENTIALS");
      await label(page).fill("laptop");
      await page.getByLabel("30 days").check();
      await page.locator("form").getByRole("button", { name: "Create new credentials" }).click();
      await page.locator(".reveal").waitFor();
      assert.match(await result(page), /The credentials are created\./);
      const fact = async name => (await page.locator(`.facts div:has(.term:text-is("${name}")) code`).innerText()).split(/\s/)[0];
      const pair = { access_key: await fact("Access key"), secret_key: await fact("Secret key") };
      assert.match(pair.access_key, /^[A-Z0-9]{30}$/);
      assert.match(pair.secret_key, /^[A-Za-z0-9_-]{67}$/);

      const section = await page.getByRole("textbox", { name: "LOCAL PYTHON" }).inputValue();
      assert.equal(section, `api {\n  # Mia Maker's workspace\n  web_server: ${product.url}/\n  api_server: ${product.url}/api\n` +
        `  files_server: ${product.url}/files\n  # laptop\n  credentials {\n    "access_key" = "${pair.access_key}"\n` +
        `    "secret_key" = "${pair.secret_key}"\n  }\n}\n`);

      await page.reload();
      assert.equal(await fact("Secret key"), pair.secret_key, "still there after a reload");

      assert.deepEqual(await download(page, "Download clearml.conf"), { name: "clearml.conf", text: section });
      await page.getByText("JUPYTER NOTEBOOK", { exact: true }).click();
      const cell = await page.getByRole("textbox", { name: "JUPYTER NOTEBOOK" }).inputValue();
      assert.ok(cell.includes(pair.access_key) && cell.includes(pair.secret_key));
      assert.deepEqual(await download(page, "Download notebook.txt"), { name: "notebook.txt", text: cell });
      await page.getByText("ENVIRONMENT VARIABLES", { exact: true }).click();
      const environment = await page.getByRole("textbox", { name: "ENVIRONMENT VARIABLES" }).inputValue();
      assert.match(environment, new RegExp(`^CLEARML_API_ACCESS_KEY="?${pair.access_key}"?$`, "m"));
      assert.deepEqual(await download(page, "Download clearml.env"), { name: "clearml.env", text: environment });

      if (script) {
        await page.locator("details.variant", { hasText: "LOCAL PYTHON" }).getByRole("button", { name: "Copy" }).click();
        await page.getByRole("button", { name: "Copied" }).waitFor();
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()), section);
        await page.locator('.facts div:has(.term:text-is("Secret key"))').getByRole("button", { name: /Copy/ }).click();
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()), pair.secret_key);
      } else {
        assert.equal(await page.getByRole("button", { name: "Copy" }).count(), 0, "no button that does nothing");
      }

      assert.equal((await authLogin(pair)).status, 200, "the pair works");
      await page.getByLabel("Credentials label").fill("laptop of Mia");
      await press(page, "UPDATE LABEL");
      await page.getByText("The label is updated.").first().waitFor();
      assert.equal(await page.getByLabel("Credentials label").inputValue(), "laptop of Mia");
      assert.equal(await fact("Secret key"), pair.secret_key);
      const once = page.url();
      await press(page, "Done");
      await heading(page, "WORKSPACES");
      const row = page.getByRole("row", { name: /laptop of Mia/ });
      assert.ok((await row.innerText()).includes(pair.access_key));
      assert.equal((await page.content()).includes(pair.secret_key), false);
      const answer = await page.goto(once);
      assert.equal(answer.status(), 404);
      assert.equal((await page.content()).includes(pair.secret_key), false);
    });

    walk("a label is edited, a pair rotated with overlap, and revoked", async ({ page }) => {
      const person = product.person("Rita Rotate"), old = product.credential(person, "cluster");
      await authLogin(old);
      await signIn(page, product, person);
      await follow(page, "Workspace");
      const row = text => page.getByRole("row", { name: text });
      const cell = async (text, head) => (await row(text).locator(`[data-head="${head}"]`).innerText()).trim();
      assert.notEqual(await cell(/cluster/, "LAST USED"), "Never", "the first use shows at once");
      await follow(page, "Edit label cluster");
      await heading(page, "EDIT LABEL");
      assert.equal(await label(page).inputValue(), "cluster");
      await label(page).fill(" GPU   cluster ");
      await press(page, "SAVE");
      await page.getByText(`The label of ${old.access_key} is now “GPU cluster”.`).first().waitFor();
      await heading(page, "WORKSPACES");

      await follow(page, "Rotate GPU cluster");
      await heading(page, "ROTATE CREDENTIALS");
      await page.getByLabel("Hours that the old pair stays valid").fill("48");
      await press(page, "Rotate");
      await page.locator(".reveal").waitFor();
      assert.match(await result(page), /The old pair works for 48 hours more\./);
      const secrets = await page.locator(".facts code").allInnerTexts();
      const fresh = { access_key: secrets[0].trim(), secret_key: secrets[1].trim() };
      await press(page, "Done");
      await heading(page, "WORKSPACES");
      assert.match(await row(new RegExp(old.access_key)).innerText(), /Being replaced/);
      assert.equal((await authLogin(old)).status, 200);
      const { body } = await authLogin(fresh);
      assert.ok(body.data.token);

      await row(new RegExp(fresh.access_key)).getByRole("link", { name: "Revoke GPU cluster" }).click();
      await heading(page, "Are you sure?");
      assert.match(await page.locator(script ? "dialog" : "main").innerText(), /GPU cluster[\s\S]*cannot be recovered/);
      await page.getByRole("button", { name: "Cancel" }).click();
      await heading(page, "WORKSPACES");
      assert.equal((await authLogin(fresh)).status, 200, "cancelled: nothing happened");
      await row(new RegExp(fresh.access_key)).getByRole("link", { name: "Revoke GPU cluster" }).click();
      await heading(page, "Are you sure?");
      await press(page, "Revoke");
      await page.getByText(`The credentials GPU cluster (${fresh.access_key}) are revoked.`).first().waitFor();
      assert.equal(await row(new RegExp(fresh.access_key)).count(), 0);
      assert.equal((await authLogin(fresh)).status, 401);
      const dead = await fetch(`${product.url}/api/users.get_current_user`, { headers: { Authorization: `Bearer ${body.data.token}` } });
      assert.equal(dead.status, 401, "its token is dead too");
      assert.equal((await authLogin(old)).status, 200, "the other pair still works");
    });

    walk("a double click makes one", async ({ page }) => {
      const person = product.person("Doris Double");
      await signIn(page, product, person);
      for (const name of ["first", "second", "third"]) {
        await page.goto(product.base + "/settings/workspace");
        await press(page, "Create new credentials");
        await label(page).fill(name);
        await page.locator("form").getByRole("button", { name: "Create new credentials" }).dblclick({ noWaitAfter: true });
        await page.locator(".reveal").waitFor();
        assert.equal(await page.getByLabel("Credentials label").inputValue(), name);
      }
      assert.deepEqual(product.credentials(person).map(row => row[1]).sort(), ["first", "second", "third"]);
    });

    walk("Back and Forward show whole pages", async ({ page }) => {
      const person = product.person("Berta Back");
      const whole = async name => {
        await heading(page, name);
        assert.equal(await page.locator(".brand").isVisible(), true, `${name}: with its frame`);
        assert.equal(await page.getByRole("navigation", { name: "Settings", exact: true }).isVisible(), true);
        assert.equal(await page.locator("details.account").count(), 1);
      };
      product.credential(person, "one");
      await signIn(page, product, person);
      await follow(page, "Workspace");
      await whole("WORKSPACES");
      await follow(page, "Edit label one");
      await heading(page, "EDIT LABEL");
      await label(page).fill("two");
      await press(page, "SAVE");
      await page.getByRole("row", { name: /two/ }).waitFor();
      await page.goto(product.base + "/static/help/index.html");
      await page.goBack();
      await whole("WORKSPACES");
      assert.equal(await page.getByRole("row", { name: /two/ }).count(), 1, "as it is now, not as it was");
      await page.goForward();
      await heading(page, "Help");
      await page.goBack();
      await whole("WORKSPACES");
      await follow(page, "Profile");
      await whole("Profile");
      await page.goBack();
      await whole("WORKSPACES");
    });

    walk("who is not signed in any more is led to the sign-in page", async ({ context, page }) => {
      const person = product.person("Olga Out");
      await signIn(page, product, person);
      await follow(page, "Workspace");
      await context.clearCookies();
      await press(page, "Create new credentials");
      await heading(page, "Sign in");
      assert.equal(await page.locator("dialog[open]").count(), 0);
      await field(page, "E-mail").fill(person.email);
      await field(page, "Password").fill(person.password);
      await press(page, "Sign in");
      await heading(page, "CREATE CREDENTIALS");
    });
  });
}
