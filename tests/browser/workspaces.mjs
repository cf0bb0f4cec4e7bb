/*
 * The ways of docs from three editions through workspaces, by two people in two browsers: switching, credentials for each, inviting by
 * address and by link, joining, leaving; with script and without. And the same settings as self-hosted, where none of that is there.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, signIn, visit } from "./lib/browser.mjs";
import { ownProduct, product as given } from "./lib/product.mjs";

const product = given();
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).first().waitFor();
const press = (page, name) => page.getByRole("button", { name, exact: true }).first().click();
const result = page => page.locator("main .result").innerText();
const panel = (page, name) => page.locator("section.workspace", { has: page.getByRole("heading", { name, exact: true }) });
const openMenu = page => page.locator("details.account > summary").click();
const state = page => page.locator(".state").locator("xpath=..").locator("h2").innerText();

/* The second person's browser. */
async function other(script, body) {
  await visit(browser, product, { script }, body);
}

for (const script of [true, false]) {
  const walk = (name, body) => test(name, () => visit(browser, product, { script, permissions: script ? ["clipboard-read",
    "clipboard-write"] : [] }, body));

  describe(`script ${script ? "on" : "off"}`, () => {
    walk("inviting a new teammate by a hyperlink, switching, credentials, leaving (2021)", async ({ page }) => {
      const ada = product.person("Ada Inviter"), grace = product.person("Grace Invitee");
      await signIn(page, product, ada);

      /* Profile button > Invite a User > Copy the invitation hyperlink. */
      await openMenu(page);
      await page.getByRole("link", { name: "Invite a User" }).click();
      await heading(page, "Invite users to Ada Inviter's workspace");
      await page.getByText("Create an invitation link without an address").click();
      await press(page, "Create an invitation link");
      await heading(page, "Invitation link");
      const link = await page.getByRole("textbox", { name: "Invitation link" }).inputValue();
      assert.match(link, /\/invite\?code=[A-Za-z0-9_-]{43}$/);
      if (script) {
        await press(page, "Copy");
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
      }
      await press(page, "Done");

      /* Send the invitation hyperlink to an invitee. */
      await other(script, async ({ page: guest }) => {
        await guest.goto(link);
        await heading(guest, "Ada invites you");
        assert.doesNotMatch(guest.url(), /code=/, "no secret stays in the address");
        await guest.getByLabel("E-mail").fill(grace.email);
        await guest.getByLabel("Password").fill(grace.password);
        await press(guest, "Sign in");
        await heading(guest, "Ada invites you");
        await press(guest, "JOIN");
        await heading(guest, "WORKSPACES");
        assert.match(await result(guest), /^Welcome to “Ada Inviter's workspace”/);
        assert.equal(await state(guest), "Ada Inviter's workspace");

        /* WORKSPACES shows the current members. */
        assert.match(await panel(guest, "Ada Inviter's workspace").locator("aside").innerText(),
          /Members\s+Workspace has 2 users[^]*Ada Inviter[^]*Grace Invitee/);

        /* Two ways to switch: from the Profile button, on any page; and on the page. */
        await guest.goto(product.base + "/settings/profile");
        await openMenu(guest);
        await guest.locator("details.account").getByRole("button", { name: "Switch to My Workspace" }).click();
        await heading(guest, "Profile");
        assert.match(await result(guest), /“Grace Invitee's workspace” is your active workspace now\./);
        await guest.goto(product.base + "/settings/workspace");
        assert.equal(await state(guest), "Grace Invitee's workspace");
        await panel(guest, "Ada Inviter's workspace").getByRole("button", { name: /^SWITCH TO WORKSPACE/ }).click();
        await heading(guest, "WORKSPACES");
        assert.equal(await state(guest), "Ada Inviter's workspace");

        /* In App Credentials > + Create new credentials, in the current workspace. */
        await panel(guest, "Ada Inviter's workspace").getByRole("button", { name: "Create new credentials" }).click();
        await heading(guest, "CREATE CREDENTIALS");
        await guest.getByRole("textbox", { name: /^Label/ }).fill("from the walk");
        await (script ? guest.locator("dialog") : guest.locator("main")).getByRole("button", { name: "Create new credentials" })
          .click();
        await guest.getByText("LOCAL PYTHON").waitFor();
        const section = await guest.getByRole("textbox", { name: "LOCAL PYTHON" }).inputValue();
        assert.match(section, /# Ada Inviter's workspace\n/);
        for (const part of ["web_server", "api_server", "files_server", "access_key", "secret_key"])
          assert.match(section, new RegExp(part));
        await press(guest, "Done");

        /* Members > Leave workspace. */
        await panel(guest, "Ada Inviter's workspace").getByRole("button", { name: "LEAVE WORKSPACE" }).click();
        await heading(guest, "Leave Ada Inviter's workspace");
        assert.match(await guest.locator(".consequences").innerText(), /Your 1 pair of credentials/);
        await press(guest, "Leave");
        await guest.locator("main .result", { hasText: "You have left" }).waitFor();
        assert.equal(await guest.locator("section.workspace").count(), 1);
        assert.equal(await guest.getByRole("button", { name: /LEAVE|SWITCH/ }).count(), 0);
      });
    });

    walk("adding users by e-mail: link, notification, pending; the name (2023, 2025)", async ({ page }) => {
      const ada = product.person("Ada Adder"), grace = product.person("Grace Added");
      await signIn(page, product, ada);
      await page.goto(product.base + "/settings/workspace");

      /* In the MEMBERS section press INVITE USERS, input the email, click ADD. */
      await page.locator("aside").getByRole("button", { name: "INVITE USERS" }).click();
      await heading(page, "Invite users to Ada Adder's workspace");
      await page.getByLabel("E-mail addresses").fill(`not an address`);
      await press(page, "ADD");
      assert.match(await page.locator(".problem").innerText(), /no e-mail addresses: not, an, address/);
      await page.getByLabel("E-mail addresses").fill(`${grace.email}; new-${grace.email}`);
      await press(page, "ADD");

      /* A dialog with the invitation link. */
      await heading(page, "Invitation link");
      assert.match(await page.locator(".addresses").innerText(), new RegExp(`${grace.email} Added\\s+new-${grace.email} Added`));
      const link = await page.getByRole("textbox", { name: "Invitation link" }).inputValue();

      /* Redirected to where the pending ones are displayed. */
      await press(page, "Done");
      await page.waitForURL(/\/settings\/users/);
      assert.match(await page.locator("main").innerText(), new RegExp(grace.email));

      /* Existing members are notified in the app. */
      await other(script, async ({ page: guest }) => {
        await signIn(guest, product, grace);
        assert.equal(await guest.locator(".account .dot").innerText(), "1");
        await openMenu(guest);
        assert.match(await guest.locator(".account .menu").innerText(), /1 notification/);
        await guest.goto(product.base + "/settings/workspace");
        assert.match(await guest.locator(".offer").innerText(), /Ada Adder invites you to join/);
        await guest.locator(".offer").getByRole("button", { name: /^JOIN/ }).click();
        await heading(guest, "WORKSPACES");
        assert.match(await result(guest), /^Welcome to “Ada Adder's workspace”/);
        assert.equal(await guest.locator(".account .dot").count(), 0);

        /* The link is of no use to somebody else. */
        await guest.goto(link);
        await heading(guest, "You are a member already");
      });

      /* An account made on the way. */
      await other(script, async ({ page: newcomer }) => {
        await newcomer.goto(link);
        await newcomer.getByRole("link", { name: "Make one" }).click();
        await newcomer.getByLabel("Name").fill("Nina Newcomer");
        await newcomer.getByLabel("E-mail").fill(`new-${grace.email}`);
        await newcomer.getByLabel("Password").fill("walking the long way round");
        await press(newcomer, "JOIN");
        await heading(newcomer, "WORKSPACES");
        assert.equal(await state(newcomer), "Ada Adder's workspace");
        assert.equal(await newcomer.locator("section.workspace").count(), 2);
      });

      /* Edit workspace name, under App Credentials. */
      await page.goto(product.base + "/settings/workspace");
      assert.match(await page.locator("aside").first().innerText(), /Workspace has 3 users/);
      await page.getByRole("link", { name: "Edit workspace name" }).click();
      await page.getByRole("textbox", { name: "Name" }).fill("Analytical Engines");
      await press(page, "SAVE");
      await page.getByText("The workspace is now called “Analytical Engines”.").first().waitFor();
      await panel(page, "Analytical Engines").waitFor();
    });
  });
}

describe("self-hosted", () => {
  let own;
  before(async () => { own = await ownProduct(product.build, "--edition", "self-hosted"); });
  after(() => own.stop());

  test("one workspace, one set of credentials, and nothing else", () => visit(browser, own, {}, async ({ page }) => {
    const people = [own.person("Sam Selfhost", { administrator: true }), own.person("Mia Member")];
    for (const person of people) {
      await page.context().clearCookies();
      await signIn(page, own, person);
      await page.goto("/settings/workspace");
      await heading(page, "WORKSPACE");
      const words = await page.locator("body").innerText();
      assert.doesNotMatch(words, /SWITCH|Invite|INVITE|LEAVE|Members|Currently Active/);
      await openMenu(page);
      assert.doesNotMatch(await page.locator(".account .menu").innerText(), /SWITCH|Invite|My Workspace/);
      for (const path of ["/settings/workspace/switch", "/settings/workspace/leave", "/settings/invite", "/settings/invite/link",
        `/settings/invite/created/${"0".repeat(32)}`, `/settings/invite/${"0".repeat(32)}/renew`, `/settings/invite/${"0".repeat(32)}/revoke`,
        `/settings/invite/offer/${"0".repeat(32)}/join`, `/settings/invite/offer/${"0".repeat(32)}/decline`, "/invite",
        "/invite/accept", "/invite/sign-up", "/invite?code=" + "A".repeat(43)]) {
        for (const method of ["GET", "POST"]) {
          const answer = await page.context().request.fetch(own.url + path, { method, maxRedirects: 0,
            ...method === "POST" ? { form: { token: "x" } } : {} });
          assert.equal(answer.status(), 404, `${method} ${path}`);
        }
      }
      await page.goto("/settings/workspace");
      await page.getByRole("button", { name: "Create new credentials" }).click();
      await page.locator("dialog").getByRole("button", { name: "Create new credentials" }).click();
      await page.getByText("LOCAL PYTHON").waitFor();
      const section = await page.getByRole("textbox", { name: "LOCAL PYTHON" }).inputValue();
      assert.doesNotMatch(section, /#/, "no name of a workspace");
      await press(page, "Done");
      await heading(page, "WORKSPACE");
    }
  }));
});
