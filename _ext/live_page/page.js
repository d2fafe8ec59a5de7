// Cells that can be changed and run: loader.js calls `open` once, and then `edit` and `run`.
const KEYWORDS =
  "and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield";
const BUILTINS =
  "abs|all|any|bool|dict|enumerate|float|int|isinstance|len|list|map|max|min|print|range|reversed|round|set|sorted|str|sum|tuple|type|zip";
const TOKENS = new RegExp(
  [
    "(?<c1>#.*)",
    `(?<s2>[rRbBfFuU]{0,2}(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\\\.|[^"\\\\\\n])*"?|'(?:\\\\.|[^'\\\\\\n])*'?))`,
    `\\b(?<k>${KEYWORDS})\\b`,
    "\\b(?<kc>True|False|None)\\b",
    `(?<![.\\w])(?<nb>${BUILTINS})\\b`,
    "(?<![\\w.])(?<mi>\\d[\\w.]*)",
    "(?<o>[-+*/%@=<>!&|^~]+)",
  ].join("|"),
  "g",
);
const LONG = 8; // seconds after which a cell is said to be still running
// In the edition's language; words.js has what is not English.
const say = (text, values = {}) =>
  (window.courseWords?.[text] ?? text).replace(/\{(\w+)\}/g, (match, name) => values[name] ?? match);
const WAITS = say("Waits until the running cell has come to its end.");
const HELP = say(
  "Tab indents, Escape leaves the editor, Ctrl+Enter runs, Shift+Enter runs and goes on.",
);

let at, prefix, worker, settled, queue, round, busy;
const cells = new Map();
const says = make("div", "visually-hidden");
says.setAttribute("role", "status");

export function open(elements, where, address) {
  [prefix, at] = [where, address];
  document.head.append(Object.assign(make("link"), { rel: "stylesheet", href: at("live.css") }));
  document.querySelector("main").append(says);
  elements.forEach((element, index) => cells.set(element, new Cell(element, index + 1)));
  restart();
  offerToForget();
  return {
    edit: (element) => cells.get(element).edit(),
    run: (element) => cells.get(element).run(),
  };
}

function make(name, className = "", text = "") {
  return Object.assign(document.createElement(name), { className, textContent: text });
}

function button(text, act, label = text) {
  const made = Object.assign(make("button", "", text), { type: "button", onclick: act });
  made.setAttribute("aria-label", label);
  return made;
}

// What the browser keeps; a browser that keeps nothing loses only that.
const kept = {
  get: (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  set: (key, value) => {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
    } catch {}
  },
};

class Cell {
  constructor(element, number) {
    this.element = element;
    this.number = number;
    this.key = prefix + element.id.slice("cell-".length);
    this.unasked = !element.matches(".tag_exercise, .tag_solution"); // may run for a cell below
    this.code = element.querySelector(".cell_input");
    this.pre = this.code.querySelector("pre");
    this.published = this.pre.textContent.replace(/\n$/, "");
    const output = [...element.querySelectorAll(".cell_output")].at(-1);
    this.stored = output?.closest("details.below-input") ?? output;
    const change = kept.get(this.key);
    if (change) {
      this.edit(change.text);
      if (change.published !== this.published)
        this.state(say("The published cell has changed since you wrote this. Reset shows it."));
      else this.state(say("As you left it."));
    }
  }

  get source() {
    return this.area?.value ?? this.published;
  }

  // Open the editor: a textarea over its own coloured text.
  edit(text) {
    if (!this.area) {
      const area = (this.area = make("textarea"));
      area.value = text ?? this.published;
      Object.assign(area, { spellcheck: false, autocapitalize: "off", autocomplete: "off" });
      area.setAttribute("aria-label", say("Code of cell {n}", { n: this.number }));
      area.setAttribute("aria-description", HELP);
      area.oninput = () => this.changed();
      area.onkeydown = (event) => this.typed(event);
      const editor = make("div", "live-editor");
      this.pre.replaceWith(editor);
      this.pre.setAttribute("aria-hidden", "true");
      editor.append(this.pre, area);
      this.colour();
      this.row();
    }
    if (text === undefined) {
      this.area.focus();
      if (!this.status.textContent) this.state(HELP);
    }
  }

  changed() {
    this.colour();
    const text = this.area.value;
    kept.set(this.key, text === this.published ? null : { text, published: this.published });
    offerToForget();
  }

  colour() {
    const parts = [];
    let end = 0;
    for (const found of this.area.value.matchAll(TOKENS)) {
      const [kind] = Object.entries(found.groups).find(([, text]) => text !== undefined);
      parts.push(this.area.value.slice(end, found.index), make("span", kind, found[0]));
      end = found.index + found[0].length;
    }
    this.pre.replaceChildren(...parts, this.area.value.slice(end), "\n");
  }

  typed(event) {
    const { area } = this;
    const insert = (text) => document.execCommand("insertText", false, text); // undo keeps working
    const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    const line = area.value.slice(start, area.selectionStart);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.shiftKey)) {
      this.run();
      if (event.shiftKey) this.next()?.edit();
    } else if (event.key === "Enter" && !event.isComposing) {
      insert(`\n${line.match(/^ */)[0]}${/:\s*$/.test(line) ? "    " : ""}`);
    } else if (event.key === "Tab") {
      const end = area.selectionEnd;
      const lines = area.value.slice(start, end).split("\n");
      if (event.shiftKey || lines.length > 1) {
        const moved = lines.map((one) => (event.shiftKey ? one.replace(/^ {1,4}/, "") : `    ${one}`)).join("\n");
        area.setSelectionRange(start, end);
        insert(moved);
        area.selectionStart = area.selectionEnd = start + moved.length; // an emptied last line loses it
      } else insert(" ".repeat(4 - (line.length % 4)));
    } else if (event.key === "Escape") {
      this.code.querySelector(".live-bar button:last-child").focus();
    } else return;
    event.preventDefault();
  }

  next() {
    return [...cells.values()][this.number];
  }

  above() {
    return [...cells.values()].slice(0, this.number - 1).filter((cell) => cell.unasked);
  }

  reset() {
    if (this.area) {
      this.area.value = this.published;
      this.changed();
    }
    this.putBack();
    this.state(say("As published."));
  }

  // The row below the code: what happens, and what else can be done.
  row() {
    if (this.status) return;
    const row = make("div", "live-row");
    this.status = make("p", "live-state");
    this.meter = make("progress");
    this.meter.setAttribute("aria-label", say("Loading"));
    this.meter.hidden = true;
    const n = this.number;
    this.stop = button(say("Stop"), () => stop(this), say("Stop (cell {n})", { n }));
    this.stop.hidden = true;
    const more = make("p", "live-more");
    more.append(
      this.stop,
      button(say("Run all above"), () => this.runAbove(), say("Run all above cell {n}", { n })),
      button(say("Reset"), () => this.reset(), say("Reset cell {n}", { n })),
      button(say("Restart"), () => restart(this), say("Restart Python (cell {n})", { n })),
      (this.forget = button(
        say("Forget all changes"),
        forget,
        say("Forget all changes on this page (cell {n})", { n }),
      )),
    );
    row.append(this.status, this.meter, more);
    this.code.querySelector(".live-bar").after(row);
    offerToForget();
  }

  state(text, tell = false) {
    this.row();
    this.status.textContent = text;
    if (tell) says.textContent = say("Cell {n}: {text}", { n: this.number, text });
  }

  run(itself = true) {
    const mine = round;
    if (busy) this.state(WAITS);
    queue = queue.then(() => mine === round && this.runNow(itself));
  }

  runAbove() {
    for (const cell of this.above()) cell.ran = null;
    this.run(false);
  }

  // Run what has not run above, as it stands now, and then this cell.
  async runNow(itself) {
    const mine = round;
    const waiting = this.above().filter((cell) => cell.ran !== cell.source);
    busy = true;
    this.row();
    this.stop.hidden = false;
    try {
      for (const [index, cell] of waiting.entries()) {
        this.state(
          say("Running the cells above: {i} of {all}.", { i: index + 1, all: waiting.length }),
        );
        if (!(await execute(cell, this))) {
          this.state(`${say("A cell above has stopped with an error.")} `, true);
          const link = Object.assign(make("a", "", say("Go to it")), { href: `#${cell.element.id}` });
          this.status.append(link, ".");
          return;
        }
      }
      if (itself) {
        this.state(say("Running."));
        await execute(this, this);
      } else this.state(say("All cells above have run."), true);
    } catch (error) {
      if (mine === round) {
        restart();
        this.state(`${say("Python has stopped.")} ${error.message}`, true);
      }
    } finally {
      if (mine === round) {
        busy = false;
        this.stop.hidden = this.meter.hidden = true;
      }
    }
  }

  // Where a run's outputs go: in place of the published ones, which can be put back.
  begin() {
    const fresh = make("div", "live-output");
    fresh.setAttribute("role", "group");
    fresh.setAttribute("aria-label", say("Output of cell {n}, from your browser", { n: this.number }));
    if (this.output) this.output.replaceWith(fresh);
    else if (this.stored) this.stored.before(fresh);
    else (this.element.matches(".tag_hide-cell") ? this.code.parentElement : this.element).append(fresh);
    this.output = fresh;
    this.verdict = null;
    if (this.stored) this.stored.hidden = true;
  }

  show({ kind, text, html, data, ...rest }) {
    if (kind === "check") return this.judged(rest);
    if (!this.output) return; // reset while it ran
    if (kind === "markdown") {
      const block = make("div", "live-markdown");
      block.innerHTML = html;
      this.output.append(block);
    } else if (kind === "image") {
      const image = Object.assign(make("img"), { alt: text, src: `data:image/png;base64,${data}` });
      this.output.append(image);
    } else {
      const last = this.output.lastElementChild;
      if (last?.dataset.kind === kind && kind.startsWith("std")) {
        last.querySelector("pre").append(text);
        return;
      }
      const block = make("div", `output highlight live-${kind}`);
      block.dataset.kind = kind;
      block.append(make("pre", "", text));
      this.output.append(block);
    }
  }

  judged({ exercise, passed }) {
    this.verdict = passed
      ? say("{exercise} is right.", { exercise })
      : say("{exercise} is not right yet.", { exercise });
    if (!passed || !this.element.matches(".tag_exercise")) return;
    const done = new Set(kept.get("softmax-course:done") ?? []);
    kept.set("softmax-course:done", [...done.add(exercise)]);
    document.dispatchEvent(new CustomEvent("course:done"));
  }

  end({ ok, seconds }, told) {
    const quick = seconds < 0.05;
    const done = quick ? say("Done.") : say("Done in {seconds} s.", { seconds: seconds.toFixed(1) });
    const text = !ok ? say("Stopped with an error.") : (this.verdict ?? done);
    this.state(text, told);
    if (!this.output) return;
    for (const pre of this.output.querySelectorAll("pre"))
      if (pre.scrollWidth > pre.clientWidth || pre.scrollHeight > pre.clientHeight) pre.tabIndex = 0;
    if (!this.stored) return;
    const back = make("p", "live-from", `${say("From your browser.")} `);
    back.append(
      button(
        say("Show the published output"),
        () => this.putBack(),
        say("Show the published output of cell {n}", { n: this.number }),
      ),
    );
    this.output.append(back);
  }

  putBack() {
    this.output?.remove();
    this.output = null;
    if (this.stored) this.stored.hidden = false;
  }
}

// Run one cell; what happens is said at `asked`. True if it came to its end.
async function execute(cell, asked) {
  await python(asked);
  const { source } = cell;
  const start = performance.now();
  let running = false;
  const clock = setInterval(() => {
    const seconds = Math.round((performance.now() - start) / 1000);
    if (running && seconds >= LONG)
      asked.state(say("Still running, {seconds} s. A loop that never ends needs Stop.", { seconds }));
  }, 1000);
  try {
    const ended = await ask({ run: { source, name: `<cell ${cell.number}>` } }, (message) => {
      if (message.loading) loading(asked, message.loading);
      if (message.begun) {
        running = true;
        asked.meter.hidden = true;
        asked.state(
          cell === asked ? say("Running.") : say("Running cell {n} above.", { n: cell.number }),
        );
        cell.begin();
      }
      if (message.output) cell.show(message.output);
    });
    cell.ran = ended.ok ? source : null;
    cell.end(ended, cell === asked);
    return ended.ok;
  } finally {
    clearInterval(clock);
  }
}

function loading(asked, { what, done, size }) {
  const [so, all] = [done, size].map((bytes) => (bytes / 1e6).toFixed(1));
  asked.state(say("Loading {what}: {so} of {all} MB, once.", { what, so, all }));
  Object.assign(asked.meter, { hidden: false, max: size, value: done });
}

// Start Python, unless it runs.
async function python(asked) {
  if (worker) return;
  const mine = round;
  asked.state(say("Starting Python."));
  const answer = await fetch(at("manifest.json")).catch(() => ({}));
  if (!answer.ok) throw new Error(say("manifest.json cannot be loaded."));
  const manifest = await answer.json();
  if (mine !== round) throw new Error("restarted");
  worker = new Worker(at("worker.js"));
  const base = new URL(".", at("")).href;
  await ask({ start: { base, ...manifest } }, (message) => {
    if (!message.loading) return;
    loading(asked, message.loading);
    if (message.loading.done === message.loading.size) asked.state(say("Starting Python."));
  });
}

// Send the worker one thing to do; `hear` gets its messages until it is done.
function ask(message, hear) {
  return new Promise((resolve, reject) => {
    settled = reject;
    worker.onerror = () => reject(new Error(say("It cannot be started in this browser.")));
    worker.onmessage = ({ data }) => {
      if (data.broken) reject(new Error(say(data.broken, data)));
      else if (data.started || data.ended) resolve(data.ended);
      else hear(data);
    };
    worker.postMessage(message);
  });
}

// End Python: what has run must run again.
function restart(cell) {
  worker?.terminate();
  worker = null;
  round = {};
  settled?.(new Error("restarted"));
  queue = Promise.resolve();
  busy = false;
  for (const one of cells.values()) {
    one.ran = null;
    if (one.stop) one.stop.hidden = one.meter.hidden = true;
    if (one.status?.textContent === WAITS) one.state(say("Not run."));
  }
  cell?.state(say("Python starts afresh with the next run: the cells above will run again."), true);
}

function stop(cell) {
  restart();
  cell.state(say("Stopped. What stood above must run again: the next Run does it."), true);
}

function forget() {
  for (const cell of cells.values()) if (cell.source !== cell.published) cell.reset();
}

function offerToForget() {
  const changed = [...cells.values()].some((cell) => cell.source !== cell.published);
  for (const cell of cells.values()) if (cell.forget) cell.forget.hidden = !changed;
}
