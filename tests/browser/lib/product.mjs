/* The installation under test: its addresses, the operator's command, people, and processes. */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/* Long enough, and without anybody's name in it. */
export const password = "correct horse battery staple";

export class Product {
  constructor({ url, base = "", configuration, command, build }) {
    if (!url || !configuration || !command || !build)
      throw new Error("VESTIBULE_URL and the rest of the environment are not set: see tests/README.md");
    Object.assign(this, { url, base, configuration, command, build });
    this.origin = new URL(url).origin;
  }

  /* What "vestibule ARGUMENT …" prints. Throws with its message when it refuses. */
  run(args, input = "") {
    return execFileSync(this.command, ["-c", this.configuration, ...args], { input, encoding: "utf8",
      stdio: ["pipe", "pipe", "pipe"] });
  }

  /* A person of this test alone. Without a password they sign in by a link. */
  person(name, { secret = password, administrator = false } = {}) {
    const email = `${name.toLowerCase().match(/[a-z]+/g).join(".")}.${randomBytes(5).toString("hex")}@example.org`;
    this.run(["person", "add", "--email", email, "--name", name, ...administrator ? ["--administrator"] : [],
      ...secret ? ["--password-stdin"] : []], secret ? secret + "\n" : "");
    return { email, name, password: secret };
  }

  /* Rows of the database, as the account that has started the sandbox. */
  sql(statement) {
    const socket = /^database_socket *= *(.*)$/m.exec(readFileSync(this.configuration, "utf8"))[1];
    return execFileSync("mariadb", ["--no-defaults", "--socket", socket, "--batch", "--skip-column-names", "vestibule"],
      { input: statement, encoding: "utf8" });
  }

  /* As if the person had signed in a while ago: serious acts ask for a proof then. */
  outdate(person) {
    this.sql("UPDATE session s JOIN person p ON p.id = s.person SET s.authenticated = s.authenticated - INTERVAL 11 MINUTE " +
      `WHERE p.email = '${person.email}'`);
  }

  /* As if no code of the person's app had been used: a test need not wait for the next one. */
  forgetCodes(person) {
    this.sql(`UPDATE second_factor f JOIN person p ON p.id = f.person SET f.last_step = 0 WHERE p.email = '${person.email}'`);
  }

  /* The id of somebody's own workspace, from the operator's list. */
  workspaceOf(person) {
    return this.run(["workspace", "list"]).split("\n").find(line => line.includes(`\t${person.email}\t`)).split("\t")[0];
  }

  /* The link of an invitation into it. */
  invited(host, guest) {
    return this.run(["invitation", "create", "--workspace", this.workspaceOf(host), "--email", guest.email]).trim();
  }

  link(person) {
    return this.run(["person", "link", "--email", person.email]).trim();
  }

  credential(person, label, ...options) {
    return JSON.parse(this.run(["credential", "create", "--email", person.email, "--json",
      ...label ? ["--label", label] : [], ...options]));
  }

  /* Rows of [key, label, …] as "credential list" prints them. */
  credentials(person) {
    return this.run(["credential", "list", "--email", person.email]).split("\n").filter(Boolean)
      .map(line => line.split("\t"));
  }

  /* The workers of a section in this installation, and of no other on this machine. */
  workers(section) {
    return readdirSync("/proc").filter(entry => {
      if (!/^[0-9]+$/.test(entry)) return false;
      try {
        // The programs may be copies: by name, and by whose they are.
        return basename(readlinkSync(`/proc/${entry}/exe`)) === section &&
          readFileSync(`/proc/${entry}/environ`, "utf8").split("\0").includes(`VESTIBULE_CONF=${this.configuration}`);
      } catch {
        return false; // ended meanwhile, or somebody else's
      }
    }).map(Number);
  }

  /* The tables of every section, as the programs print them. */
  tables() {
    this.described ??= readdirSync(join(this.build, "cgi-bin")).sort().map(program =>
      JSON.parse(execFileSync(join(this.build, "cgi-bin", program), { encoding: "utf8",
        env: { ...process.env, VESTIBULE_DESCRIBE: "1" } })));
    return this.described;
  }
}

/* The one that tests/run has started. */
export function product() {
  const env = process.env;
  return new Product({ url: env.VESTIBULE_URL, base: env.VESTIBULE_BASE, configuration: env.VESTIBULE_CONF,
    command: env.VESTIBULE_COMMAND, build: env.VESTIBULE_BUILD });
}

/* One of our own, for killing things in it. It ends with this process at the latest. */
export async function ownProduct(build, ...options) {
  const directory = mkdtempSync(join(tmpdir(), "vestibule-"));
  chmodSync(directory, 0o755);
  const child = spawn("setpriv", ["--pdeathsig", "TERM", join(root, "tests/sandbox/start"), "--dir", directory,
    "--port", "0", "--build", build, "--no-administrator", "--rate", "2000", "--name", "test", ...options],
    { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const url = await new Promise((resolve, reject) => {
    const listen = text => {
      said += text;
      const ready = /^Vestibule is ready: (.*)\/$/m.exec(said);
      if (ready) resolve(ready[1]);
    };
    child.stdout.setEncoding("utf8").on("data", listen);
    child.stderr.setEncoding("utf8").on("data", listen);
    child.on("exit", status => reject(new Error(`the sandbox ended with ${status}:\n${said}`)));
  });
  const made = new Product({ url, configuration: join(directory, "vestibule.conf"),
    command: join(build, "bin/vestibule"), build });
  made.directory = directory;
  made.stop = async () => {
    const ended = new Promise(resolve => child.on("exit", resolve));
    child.kill("SIGTERM");
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  return made;
}
