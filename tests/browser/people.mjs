/*
 * The chapters Workspace and Users & Groups of the settings page, followed by two people in two browsers: credentials in any workspace,
 * the table of users, inviting from there, removing, and user groups; with script and without. Each line names the row of the feature
 * table. Inviting and leaving from the Workspace page are in workspaces.mjs.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, signIn, visit } from "./lib/browser.mjs";
import { product as given } from "./lib/product.mjs";

const product = given();
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).first().waitFor();
const press = (page, name) => page.getByRole("button", { name, exact: true }).first().click();
const said = async (page, pattern) => { await page.locator("main .result", { hasText: pattern }).waitFor(); };
const panel = (page, name) => page.locator("section.workspace", { has: page.getByRole("heading", { name, exact: true }) });
const row = (page, text) => page.locator("tbody tr", { hasText: text });
/* Where a form stands: in the dialog with script, in the page without. */
const place = (page, script) => script ? page.locator("dialog") : page.locator("main");

/* Chooses a member of a group: in the popup of the combobox, without script in the list. */
async function choose(page, script, name) {
  if (!script) return page.getByRole("checkbox", { name }).check();
  await page.getByRole("combobox").click();
  await page.getByRole("option", { name }).click();
}

async function join(page, link) {
  await page.goto(link);
  await press(page, "JOIN");
  await heading(page, "WORKSPACES");
}

for (const script of [true, false]) {
  const walk = (name, body) => test(name, context => visit(browser, product, { script }, ({ page }) => body(page,
    (line, step) => context.test(line, async () => { await step(); }), context)));

  describe(`script ${script ? "on" : "off"}`, () => {
    walk("Workspace: several workspaces, and credentials in each of them", async (page, line) => {
      const ada = product.person("Ada Owner"), grace = product.person("Grace Member");
      const [adas, graces] = [`${ada.name}'s workspace`, `${grace.name}'s workspace`];
      await signIn(page, product, grace);
      await join(page, product.invited(ada, grace));
      await visit(browser, product, { script }, async ({ page: owner }) => {
        await signIn(owner, product, ada);

        await line("E1: the workspaces one is a member of are listed, one's own first", async () => {
          await page.goto(product.base + "/settings/workspace");
          assert.deepEqual(await page.locator("section.workspace > header h2").allInnerTexts(), [graces, adas]);
        });
        await line("E4: the active one says so, and its panel is open", async () => {
          assert.match(await panel(page, adas).innerText(), /Currently Active/);
          assert.equal(await panel(page, adas).locator("details").getAttribute("open"), "open");
          assert.equal(await panel(page, graces).locator("details").getAttribute("open"), null);
        });
        await line("E5: SWITCH TO WORKSPACE beside the name of the other one switches to it", async () => {
          await panel(page, graces).locator("header").getByRole("button", { name: /^SWITCH TO WORKSPACE/ }).click();
          await said(page, `“${graces}” is your active workspace now.`);
          assert.match(await panel(page, graces).innerText(), /Currently Active/);
        });
        await line("E3: the panel of any workspace can be expanded", async () => {
          await panel(page, adas).locator("summary").click();
          await panel(page, adas).getByText("App Credentials").waitFor();
        });
        await line("F4, F5: + Create new credentials there, with a label", async () => {
          await panel(page, adas).getByRole("button", { name: "Create new credentials" }).click();
          await heading(page, "CREATE CREDENTIALS");
          await page.getByRole("textbox", { name: /^Label/ }).fill("made by Grace");
          await place(page, script).getByRole("button", { name: "Create new credentials" }).click();
        });
        await line("F6, F7, F15: a section ready to copy, with the servers and the name of the workspace; also for a notebook", async () => {
          const section = await page.getByRole("textbox", { name: "LOCAL PYTHON" }).inputValue();
          for (const part of [`# ${adas}`, "web_server", "api_server", "files_server", "access_key", "secret_key"]) assert.ok(section.includes(part), part);
          await page.getByText("JUPYTER NOTEBOOK").first().waitFor();
          await press(page, "Done");
        });
        await line("F10: the label of one's own creation in somebody else's workspace can be edited", async () => {
          await row(panel(page, adas), "made by Grace").getByRole("link", { name: /^Edit label/ }).click();
          await heading(page, "EDIT LABEL");
          await page.getByRole("textbox", { name: "Label" }).fill("edited by Grace");
          await press(page, "SAVE");
          await row(panel(page, adas), "edited by Grace").waitFor();
        });
        await line("F10, Q32: the owner sees it with its creator, and edits any label in their own workspace", async () => {
          await owner.goto(product.base + "/settings/workspace");
          assert.match(await row(owner, "edited by Grace").innerText(), /Grace Member/);
          await row(owner, "edited by Grace").getByRole("link", { name: /^Edit label/ }).click();
          await heading(owner, "EDIT LABEL");
          await owner.getByRole("textbox", { name: "Label" }).fill("edited by Ada");
          await press(owner, "SAVE");
          await row(owner, "edited by Ada").waitFor();
        });
        await line("F11: the owner revokes it, after being told that it cannot be recovered", async () => {
          await row(owner, "edited by Ada").getByRole("link", { name: /^Revoke/ }).click();
          await heading(owner, "Are you sure?");
          assert.match(await owner.locator(".consequences").innerText(), /cannot be recovered/);
          await press(owner, "Revoke");
          await said(owner, "are revoked.");
          assert.equal(await row(owner, "edited by Ada").count(), 0);
        });
        await line("F11: and it is gone from the panel of who made it", async () => {
          await page.goto(product.base + `/settings/workspace?ws=${product.workspaceOf(ada)}`);
          assert.equal(await row(panel(page, adas), "edited by Ada").count(), 0);
        });
        await line("E9, E12: Edit workspace name and INVITE USERS are in one's own panel only, LEAVE WORKSPACE in the other", async () => {
          const words = async name => (await panel(page, name).locator("details").innerText()).replace(/\s+/g, " ");
          await panel(page, graces).locator("summary").click();
          assert.match(await words(graces), /INVITE USERS.*Edit workspace name/);
          assert.doesNotMatch(await words(graces), /LEAVE WORKSPACE/);
          assert.match(await words(adas), /LEAVE WORKSPACE/);
          assert.doesNotMatch(await words(adas), /INVITE USERS|Edit workspace name/);
        });
      });
    });

    walk("Users & Groups: the table, inviting, removing", async (page, line) => {
      const ada = product.person("Ada Table"), grace = product.person("Grace Guest"), home = `${ada.name}'s workspace`;
      product.run(["workspace", "limit", "--workspace", product.workspaceOf(ada), "--members", "3"]);
      await visit(browser, product, { script }, async ({ page: guest }) => {
        await signIn(guest, product, grace);
        await join(guest, product.invited(ada, grace));
        await signIn(page, product, ada);

        await line("K1: Users & Groups in the menu", async () => {
          await page.locator("nav.side").getByRole("link", { name: "Users & Groups" }).click();
          await heading(page, "Users & Groups");
        });
        await line("K2, K3, K4: one row a member, with name and Active, and how many of how many", async () => {
          await page.getByRole("heading", { name: `2 / 3 USERS IN ${home}` }).waitFor();
          assert.match(await row(page, "Ada Table").innerText(), /Owner[^]*Active/);
          assert.match(await row(page, "Grace Guest").innerText(), /Active/);
        });
        await line("K7, H4: + INVITE USER, the address in the dialog, ADD", async () => {
          await page.getByRole("button", { name: "+ INVITE USER" }).click();
          await heading(page, `Invite users to ${home}`);
          await page.getByLabel("E-mail addresses").fill("pending@example.org");
          await press(page, "ADD");
          await heading(page, "Invitation link");
          await press(page, "Done");
        });
        await line("H8, K4, K5: back at the table, the invited is Pending, with the date", async () => {
          await heading(page, "Users & Groups");
          assert.match(await row(page, "pending@example.org").innerText(), /Pending\s[^]*[A-Z][a-z]{2} \d+, \d{4}/);
        });
        await line("K2, H9: the maximum is reached, which the page says, and there is no button to invite", async () => {
          await page.getByRole("heading", { name: `3 / 3 USERS IN ${home}` }).waitFor();
          await page.getByText("This workspace has the maximum number of members.").waitFor();
          assert.equal(await page.getByRole("button", { name: "+ INVITE USER" }).count(), 0);
        });
        await line("K11: part of a name finds a user", async () => {
          await page.getByLabel("Name, e-mail or ID").fill("grace");
          if (!script) await press(page, "Search");
          await row(page, "Ada Table").waitFor({ state: "detached" });
          assert.equal(await page.locator("tbody tr").count(), 1);
        });
        if (script) {
          await line("K11: who types slowly keeps the text, the caret and an address that can be reloaded", async () => {
            const box = page.getByLabel("Name, e-mail or ID");
            await box.fill("");
            await row(page, "Ada Table").waitFor();
            await box.pressSequentially("grace gu", { delay: 400 });
            await row(page, "Ada Table").waitFor({ state: "detached" });
            await page.waitForURL(/[?&]q=grace\+gu(&|$)/);
            assert.equal(await box.inputValue(), "grace gu");
            assert.deepEqual(await box.evaluate(box => [document.activeElement === box, box.selectionStart]), [true, 8]);
            await page.reload();
            assert.equal(await box.inputValue(), "grace gu");
            assert.equal(await page.locator("tbody tr").count(), 1);
          });
        }
        await line("K8: the trash in the row asks first, with the consequences", async () => {
          await row(page, "Grace Guest").getByRole("link", { name: "Remove Grace Guest" }).click();
          await heading(page, "Remove User");
          assert.match(await page.locator(".consequences").innerText(),
            /lose access[^]*no credentials[^]*could be revoked[^]*What they logged stays[^]*only by a new invitation/);
        });
        await line("K8: Cancel removes nobody", async () => {
          await page.getByRole("button", { name: "Cancel" }).click();
          await page.waitForURL(url => !url.pathname.includes("/remove"));
          await page.locator("dialog[open]").waitFor({ state: "detached" });
          await row(page, "Grace Guest").waitFor();
        });
        await line("K9: Delete removes", async () => {
          await row(page, "Grace Guest").getByRole("link", { name: "Remove Grace Guest" }).click();
          await press(page, "Delete");
          await said(page, `Grace Guest is removed from ${home}.`);
          assert.equal(await row(page, "Grace Guest").count(), 0);
        });
        await line("K9, Q63: who was removed is told, is in their own workspace, and the other is not listed any more", async () => {
          await guest.goto(product.base + "/settings/workspace");
          assert.match(await guest.locator("body").innerText(), /You were removed from the workspace “Ada Table's workspace”/);
          assert.deepEqual(await guest.locator("section.workspace > header h2").allInnerTexts(), ["Grace Guest's workspace"]);
        });
        await line("K9, H13: and comes back when invited again", async () => {
          await join(guest, product.invited(ada, grace));
          assert.equal(await guest.locator("section.workspace").count(), 2);
        });
      });
    });

    walk("User groups: the three there are, and one of one's own", async (page, line) => {
      const ada = product.person("Ada Host"), people = ["Grace Green", "Greta Gold", "Bob Blue"].map(name => product.person(name));
      for (const person of people)
        await visit(browser, product, { script: false }, async ({ page: guest }) => {
          await signIn(guest, product, person);
          await join(guest, product.invited(ada, person));
        });
      await signIn(page, product, ada);

      await line("L2, L3: name, description and members of the three built-in groups", async () => {
        await page.goto(product.base + "/settings/users");
        await page.locator("nav.tabs").getByRole("link", { name: "User groups" }).click();
        await heading(page, "User groups");
        const rows = (await page.locator("tbody tr").allInnerTexts()).map(text => text.replace(/\s+/g, " "));
        assert.match(rows[0], /^Admins built-in Read and modify all resources, except changing queues, and grant permissions Ada Host Edit/);
        assert.match(rows[1], /^Queue admins built-in Create, delete and rename queues 0 Edit/);
        assert.match(rows[2], /^Users built-in Everybody in the workspace 4\s*$/);
        assert.equal(await page.getByRole("link", { name: /^Delete/ }).count(), 0);
      });
      await line("L4: + ADD GROUP, with a name and a description", async () => {
        await page.getByRole("button", { name: "+ ADD GROUP" }).click();
        await heading(page, "USER GROUP");
        await page.getByLabel("Name", { exact: true }).fill("Team");
        await page.getByLabel("Description").fill("Those with colours");
      });
      await line("L5: typing part of the name filters the list, and keeps what is typed and chosen", async () => {
        const picks = () => page.locator(".picks label").allInnerTexts();
        await choose(page, script, /Bob Blue/);
        await page.getByLabel("Filter members by name").pressSequentially("gr");
        if (!script) await press(page, "Filter");
        await page.locator(".picks label", { hasText: "Ada Host" }).waitFor({ state: "detached" });
        assert.deepEqual((await picks()).map(text => text.trim().split(/\s+/).slice(0, 2).join(" ")), ["Bob Blue", "Grace Green", "Greta Gold"]);
        assert.equal(await page.getByRole("checkbox", { name: /Bob Blue/ }).isChecked(), true);
        assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Team");
        assert.equal(await page.getByLabel("Description").inputValue(), "Those with colours");
        if (script) assert.equal(await page.evaluate(() => document.activeElement.name), "filter", "the caret stays where it is");
      });
      await line("L5: Enter in the box filters, and saves nothing", async () => {
        await page.getByLabel("Filter members by name").fill("greta");
        await page.getByLabel("Filter members by name").press("Enter");
        await page.locator(".picks label", { hasText: "Grace Green" }).waitFor({ state: "detached" });
        await choose(page, script, /Greta Gold/);
      });
      if (script) {
        await line("L5: what is chosen while the list is on its way stays chosen", async () => {
          const slow = async route => { await new Promise(resolve => setTimeout(resolve, 700)); await route.continue(); };
          await page.route("**/settings/groups/**", slow);
          await page.getByLabel("Filter members by name").fill("gr");
          await page.waitForRequest(request => request.method() === "POST");
          await page.getByRole("checkbox", { name: /Greta Gold/ }).uncheck();
          await page.locator("#offered li", { hasText: "Grace Green" }).waitFor({ state: "attached" });
          assert.equal(await page.getByRole("checkbox", { name: /Greta Gold/ }).count(), 0, "who was unticked is offered again");
          await page.getByLabel("Filter members by name").fill("g");
          await page.waitForRequest(request => request.method() === "POST");
          await page.getByRole("option", { name: /Greta Gold/ }).click();
          await page.waitForResponse(answer => answer.request().method() === "POST");
          await page.getByRole("option", { name: /Ada Host/ }).waitFor();
          assert.equal(await page.getByRole("checkbox", { name: /Greta Gold/ }).isChecked(), true, "who was chosen is");
          await page.unroute("**/settings/groups/**", slow);
        });
      }
      await line("L5: a member is removed from the choice", async () => {
        await page.getByRole("checkbox", { name: /Bob Blue/ }).uncheck();
      });
      await line("L4: SAVE", async () => {
        await press(page, "SAVE");
        await said(page, "The group “Team” is added.");
        assert.match((await row(page, "Those with colours").innerText()).replace(/\s+/g, " "), /^Team Those with colours Greta Gold Edit/);
      });
      await line("L6: the pencil: another description, another member, Save", async () => {
        await page.getByRole("link", { name: "Edit: Team" }).click();
        await heading(page, "USER GROUP");
        await page.getByLabel("Description").fill("Green and gold");
        await choose(page, script, /Grace Green/);
        await press(page, "Save");
        await said(page, "The group “Team” is saved.");
        assert.match((await row(page, "Green and gold").innerText()).replace(/\s+/g, " "), /Grace Green, Greta Gold/);
      });
      await line("L1, K6: a user is in several groups, which the table of users shows", async () => {
        await page.getByRole("link", { name: "Edit: Queue admins" }).click();
        await choose(page, script, /Grace Green/);
        await press(page, "Save");
        await said(page, "The group “Queue admins” is saved.");
        await page.goto(product.base + "/settings/users");
        assert.match((await row(page, "Grace Green").innerText()).replace(/\s+/g, " "), /Queue admins Team/);
      });
      await line("L7: the trash asks first and says what is lost", async () => {
        await page.goto(product.base + "/settings/groups");
        await page.getByRole("link", { name: "Delete: Team" }).click();
        await heading(page, "Are you sure?");
        assert.match(await page.locator(".consequences").innerText(), /Its 2 members lose what was given to the group, unless they have it individually/);
        await press(page, "Delete");
        await said(page, "The group “Team” is deleted.");
        assert.equal(await page.locator("tbody tr").count(), 3);
      });
    });
  });
}

test("words of 100 and 300 letters without a blank make no page scroll sideways, and no action leaves its table", () =>
  visit(browser, product, {}, async ({ page }) => {
    const ada = product.person("Ada Verbose"), ws = product.workspaceOf(ada), name = "W".repeat(100);
    await signIn(page, product, ada);
    product.run(["invitation", "create", "--workspace", ws, "--email", "pending@example.org"]);
    await page.goto(`${product.base}/settings/groups/new?ws=${ws}`);
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByLabel("Description").fill("d".repeat(300));
    await page.getByRole("combobox").click();
    await page.getByRole("option", { name: /Ada/ }).click();
    await press(page, "SAVE");
    await said(page, "is added.");
    await page.goto(`${product.base}/settings/workspace/name?ws=${ws}`);
    await page.locator("main").getByRole("textbox").fill(name);
    await press(page, "SAVE");
    await said(page, "The workspace is now called");
    for (const path of ["workspace?", "users?", "groups?", "groups/new?", "invite?"])
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(`${product.base}/settings/${path}ws=${ws}`);
        const wide = await page.evaluate(() => [document.scrollingElement, ...document.querySelectorAll(".table")]
          .filter(one => one.scrollWidth > one.clientWidth).map(one => `${one.className || "page"}: ${one.scrollWidth} > ${one.clientWidth}`));
        assert.deepEqual(wide, [], `${path} at ${width} px`);
      }
  }));

test("Invite a User from the account menu: when it is done, the menu does not lie over the page", () =>
  visit(browser, product, {}, async ({ page }) => {
    await signIn(page, product, product.person("Ada Inviting"));
    await page.locator("details.account summary").click();
    await page.getByRole("link", { name: "Invite a User" }).click();
    await page.locator("dialog").getByLabel("E-mail addresses").fill("menu@example.org");
    await press(page, "ADD");
    await heading(page, "Invitation link");
    assert.equal(await page.locator("details.account[open]").count(), 0);
  }));
