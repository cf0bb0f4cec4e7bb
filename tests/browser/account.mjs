/*
 * One's own account in Chromium, with script and without: profile (features B1 to B3), e-mail address, password, sessions, second factor,
 * the question before serious acts, the zone of times. The first test follows the chapters of the customer's pages step by step.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, signIn, visit } from "./lib/browser.mjs";
import { appCode, switchOnSecondFactor } from "./lib/pages.mjs";
import { product as given } from "./lib/product.mjs";

const product = given(), folder = mkdtempSync(join(tmpdir(), "vestibule-"));
let browser;
before(async () => { browser = await launch(); });
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).last().waitFor();
const said = page => page.locator("main .result").innerText();
/* The open dialog, or the page; when its heading is there, the rest is. */
const place = async page => page.locator(await page.locator("dialog[open]").count() > 0 ? "dialog[open]" : "main");
const field = (page, label) => page.getByRole("textbox", { name: label, exact: true }).or(page.locator("[type=password]")
  .and(page.getByLabel(label, { exact: true })));
const press = async (page, name) => (await place(page)).getByRole("button", { name, exact: true }).click();
const follow = (page, name) => page.getByRole("link", { name, exact: true }).click();
const asked = page => heading(page, "Confirm that it is you");

/* A second browser of somebody, for as long as the body runs. */
const elsewhere = (options, body) => visit(browser, product, options, body);

/* By password, up to what comes then. */
async function enterPassword(page, person) {
  await page.goto(product.base + "/sign-in");
  await field(page, "E-mail").fill(person.email);
  await field(page, "Password").fill(person.password);
  await press(page, "Sign in");
}

for (const script of [true, false]) {
  const walk = (name, body, options = {}) => test(name, () => visit(browser, product, { script, acceptDownloads: true,
    permissions: script ? ["clipboard-read", "clipboard-write"] : [], ...options }, body));

  describe(`script ${script ? "on" : "off"}`, () => {
    walk("B1, B2, B3: the chapters Settings and Profile, step by step", async ({ page }) => {
      const person = product.person("Nina Chapter"), other = product.person("Otto Other");
      await signIn(page, product, person);
      await page.goto(product.base + "/settings/workspace");
      // The button at the top right corner, then Settings.
      const button = page.locator("details.account > summary"), box = await button.boundingBox();
      assert.ok(box.y < 120 && box.x > 640, "at the top right");
      await button.click();
      await page.locator("details.account .menu").getByRole("link", { name: "Settings" }).click();
      await heading(page, "Profile");
      const sections = await page.locator("nav.side a").allInnerTexts();
      assert.deepEqual(sections.map(one => one.trim()).slice(0, 3), ["Profile", "Configuration", "Workspace"], "A7: the sections, in order");
      // B1: user information.
      const main = await page.locator("main").innerText();
      assert.match(main, /Nina Chapter/);
      assert.match(main, new RegExp(`EMAIL ADDRESS\\s+${person.email}`));
      // B2: hover over the name, the pencil, the name, the check mark.
      const pencil = page.getByRole("link", { name: "Edit name" });
      assert.equal(await pencil.isVisible(), true, "there without hovering, too");
      await page.locator("main .name").hover();
      assert.equal(await pencil.locator("svg").count(), 1, "a pencil");
      await pencil.click();
      await heading(page, "Edit name");
      await field(page, "Name").fill("Nina  Renamed ");
      await press(page, "SAVE");
      await heading(page, "Profile");
      assert.equal(await said(page), "Your name is now “Nina Renamed”.");
      assert.match(await page.locator("main .name").innerText(), /^Nina Renamed/);
      // Enter saves as well; unchanged is a success; cancelling is none.
      await pencil.click();
      await field(page, "Name").press("Enter");
      await heading(page, "Profile");
      await pencil.click();
      await field(page, "Name").fill("Never Saved");
      await press(page, "CANCEL");
      await heading(page, "Profile");
      assert.match(await page.locator("main .name").innerText(), /^Nina Renamed/);
      // B3: nobody else's changed.
      assert.match(product.sql(`SELECT name FROM person WHERE email = '${other.email}'`), /^Otto Other$/m);
    });

    walk("a new e-mail address: the link is copied, opened, confirmed once", async ({ page }) => {
      const person = product.person("Emil Address"), fresh = `emil.${Date.now()}.${script}@example.org`;
      await signIn(page, product, person);
      await follow(page, "Change e-mail address");
      await heading(page, "Change e-mail address");
      assert.equal(await page.locator("dialog[open]").count(), script ? 1 : 0);
      assert.match(await (await place(page)).innerText(), /This site sends no mail/);
      await field(page, "New e-mail address").fill(fresh);
      await press(page, "Continue");
      await heading(page, "Confirm your new address");
      const link = (await page.locator("main .reveal code").innerText()).trim();
      assert.match(link, /\/settings\/profile\/email\/confirm\?code=[A-Za-z0-9_-]{43}$/);
      if (script) {
        await page.locator("main .reveal").getByRole("button", { name: "Copy" }).click();
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
      }
      await page.goto(link);
      await heading(page, "Confirm your new address");
      assert.doesNotMatch(page.url(), /code=/, "the code leaves the address");
      assert.match(await page.locator("main").innerText(), new RegExp(`So far\\s+${person.email}\\s+From now on\\s+${fresh}`));
      await press(page, "Use the new address");
      await heading(page, "Profile");
      assert.equal(await said(page), `Your e-mail address is now ${fresh}.`);
      await page.goto(link);
      await heading(page, "This link does not work");
      await page.context().clearCookies();
      await enterPassword(page, { ...person, email: fresh });
      await heading(page, "Profile");
    });

    walk("a new password ends other sessions; one of them is ended by hand", async ({ page }) => {
      const person = product.person("Paul Password"), next = "a completely different sentence";
      await signIn(page, product, person);
      await elsewhere({ script, userAgent: "Lynx/2.9.0dev.12 libwww-FM/2.14" }, async lynx => {
        await signIn(lynx.page, product, person);
        await page.goto(product.base + "/settings/sessions");
        assert.match(await page.getByRole("row", { name: /This browser/ }).innerText(), /^Chrom\w+ on Linux/);
        await page.getByRole("row", { name: /Lynx/ }).getByRole("link", { name: "End" }).click();
        await heading(page, "End this session?");
        await press(page, "End session");
        await page.getByText("The session of Lynx is ended.").first().waitFor();
        assert.equal(await page.getByRole("row", { name: /Lynx/ }).count(), 0);
        await lynx.page.goto(product.base + "/settings/profile");
        await heading(lynx.page, "Sign in");
        await signIn(lynx.page, product, person);
        await page.goto(product.base + "/settings/profile");
        await follow(page, "Change password");
        await heading(page, "Change password");
        await field(page, "Current password").fill("not this one at all");
        await field(page, "New password").fill(next);
        await field(page, "New password again").fill(next);
        await press(page, "SAVE");
        await page.getByText("This is not your password.").first().waitFor();
        await field(page, "Current password").fill(person.password);
        await field(page, "New password").fill(next);
        await field(page, "New password again").fill(next);
        await press(page, "SAVE");
        await heading(page, "Profile");
        assert.equal(await said(page), "Your password is changed. Your other sessions have ended.");
        await lynx.page.goto(product.base + "/settings/profile");
        await heading(lynx.page, "Sign in");
        await enterPassword(lynx.page, person);
        await lynx.page.getByText("E-mail and password do not fit together.").first().waitFor();
      });
      // A6: the dot, and what it is about.
      await page.goto(product.base + "/settings/notifications");
      const told = await page.locator("main").innerText();
      for (const sentence of [/a browser that was not seen before: Lynx/, /One of your sessions was ended: Lynx/, /Your password was changed/])
        assert.match(told, sentence);
      await press(page, "Mark all as read");
      await page.getByText("All are marked as read.").first().waitFor();
    });

    walk("a second factor: a phone reads the picture, its code signs in, a recovery code too", async ({ page }) => {
      const person = product.person("Fiona Factor");
      await signIn(page, product, person);
      await follow(page, "Set up");
      await heading(page, "Second factor");
      await press(page, "Set up");
      await heading(page, "Set up the second factor");
      const picture = join(folder, `qr-${script}.png`);
      await page.locator("svg.qr").screenshot({ path: picture, scale: "css" });
      const address = new URL(execFileSync("zbarimg", ["--quiet", "--raw", picture], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim());
      assert.equal(address.protocol, "otpauth:");
      const seed = address.searchParams.get("secret");
      assert.equal((await page.locator("main code[data-copy-text]").first().innerText()).replaceAll(" ", ""), seed, "the letters say the same");
      await field(page, "Code").fill("000");
      await press(page, "Switch on");
      await page.getByText(/not the code of now/).first().waitFor();
      await field(page, "Code").fill(appCode(seed));
      await press(page, "Switch on");
      await page.locator("#codes").waitFor();
      const codes = (await page.locator("#codes").inputValue()).trim().split("\n");
      assert.equal(codes.length, 10);
      const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /Download recovery-codes\.txt/ }).click()]);
      const text = readFileSync(await file.path(), "utf8");
      assert.ok(codes.every(code => text.includes(code)), "the file has them");
      const once = page.url();
      await press(page, "Done");
      await heading(page, "Second factor");
      assert.equal((await page.goto(once)).status(), 404, "they are shown once");
      await page.context().clearCookies();
      product.forgetCodes(person);
      await enterPassword(page, person);
      await heading(page, "Enter your code");
      const code = appCode(seed);
      await field(page, "Code").fill(code);
      await press(page, "Sign in");
      await heading(page, "Profile");
      await page.context().clearCookies();
      await enterPassword(page, person);
      await field(page, "Code").fill(code);
      await press(page, "Sign in");
      await page.locator("#code-message").waitFor();
      await field(page, "Code").fill(codes[0]);
      await press(page, "Sign in");
      await heading(page, "Profile");
      assert.match(await page.locator("main").innerText(), /9 recovery codes are left/);
    });

    walk("before a serious act the password or a code is asked for, and the form is carried out then", async ({ page }) => {
      const person = product.person("Quentin Question");
      await signIn(page, product, person);
      const seed = await switchOnSecondFactor(page, product);
      const labels = () => product.credentials(person).map(row => row[1]);
      for (const [label, prove] of [["by-password", async () => field(page, "Password").fill(person.password)],
        ["by-code", async () => { product.forgetCodes(person); await field(page, "Code").fill(appCode(seed)); }]]) {
        product.outdate(person);
        await page.goto(product.base + "/settings/workspace");
        await page.getByRole("button", { name: "Create new credentials" }).first().click();
        await heading(page, "CREATE CREDENTIALS");
        await page.getByRole("textbox", { name: /^Label/ }).fill(label);
        await page.getByLabel("30 days").check();
        await press(page, "Create new credentials");
        await asked(page);
        assert.equal(await page.locator("dialog[open]").count(), script ? 1 : 0, "in the same place");
        await field(page, "Password").fill("not this one at all");
        await press(page, "Continue");
        await page.getByText("This is not your password.").first().waitFor();
        await prove();
        await press(page, "Continue");
        await page.locator("main .reveal").waitFor();
        assert.equal(await page.getByLabel("Credentials label").inputValue(), label, "with what was typed");
        assert.match(await page.locator("main").innerText(), /Expiration/);
        await press(page, "Done");
      }
      assert.deepEqual(labels().sort(), ["by-code", "by-password"], "each once");
      // Cancelling does nothing; another tab's proof counts here.
      product.outdate(person);
      const two = await page.context().newPage(), off = product.base + "/settings/second-factor/off";
      for (const one of [page, two]) {
        await one.goto(off);
        await press(one, "Switch off");
        await asked(one);
      }
      await press(page, "CANCEL");
      await heading(page, "Switch the second factor off?");
      await field(two, "Password").fill(person.password);
      await press(two, "Continue");
      await heading(two, "Second factor");
      assert.match(await said(two), /The second factor is off/);
      await two.close();
      await press(page, "Switch off");
      await page.getByText("The second factor was off already.").first().waitFor();
    });

    walk("Q10: the zone of times is chosen, and every page follows", async ({ page }) => {
      const person = product.person("Zoe Zone");
      await signIn(page, product, person);
      assert.match(await page.locator("main").innerText(), /Times are shown for UTC/);
      await follow(page, "Change time zone");
      await heading(page, "Time zone");
      await page.getByRole("combobox", { name: "Time zone" }).selectOption("Asia/Kathmandu");
      await press(page, "SAVE");
      await heading(page, "Profile");
      assert.equal(await said(page), "Times are now shown for Asia/Kathmandu.");
      await page.goto(product.base + "/settings/sessions");
      const wrong = await page.locator("main time").evaluateAll(times => times.map(time => {
        const parts = Object.fromEntries(new Intl.DateTimeFormat("en-US", { timeZone: "Asia/Kathmandu", month: "short", day: "numeric",
          year: "numeric", hour: "numeric", minute: "2-digit", hourCycle: "h23" }).formatToParts(new Date(time.dateTime))
          .map(part => [part.type, part.value]));
        const right = `${parts.month} ${parts.day} ${parts.year} ${Number(parts.hour)}:${parts.minute}`;
        return `${time.title} ${time.textContent}`.includes(right) ? "" : `${time.outerHTML} is not ${right}`;
      }).filter(Boolean));
      assert.deepEqual(wrong, []);
    });
  });
}
