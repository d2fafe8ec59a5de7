// Buttons at the code cells. The first use of one brings page.js, and the first Run Python.
{
  const { src, dataset } = document.currentScript;
  // In the edition's language; words.js has what is not English.
  const say = (text, values = {}) =>
    (window.courseWords?.[text] ?? text).replace(/\{(\w+)\}/g, (match, name) => values[name] ?? match);
  const at = (name) => new URL(`${name}?v=${dataset.version}`, src).href;
  const cells = [...document.querySelectorAll(".live")];
  const prefix = `softmax-course:cell:${dataset.page}#`; // what the reader has changed
  let page;

  async function use(cell, act) {
    const note = Object.assign(document.createElement("p"), { className: "live-note" });
    try {
      if (location.protocol === "file:")
        throw say(
          "A page that is opened as a file may not start Python. In the folder of this site run: python -m http.server 8000, and open http://localhost:8000.",
        );
      page ??= import(at("page.js")).then((module) => module.open(cells, prefix, at));
      await page.catch(() => {
        page = null;
        throw say("This browser or its connection cannot bring the code that runs cells.");
      });
    } catch (message) {
      note.textContent = message;
      note.setAttribute("role", "alert");
      cell?.querySelector(".live-note[role]")?.remove();
      cell?.querySelector(".cell_input").append(note);
      return;
    }
    if (cell) (await page)[act](cell);
  }

  cells.forEach((cell, index) => {
    const bar = Object.assign(document.createElement("div"), { className: "live-bar" });
    const n = index + 1;
    const names = cell.matches(".tag_exercise")
      ? { [say("Write")]: say("Write cell {n}", { n }), [say("Check")]: say("Check cell {n}", { n }) }
      : { [say("Edit")]: say("Edit cell {n}", { n }), [say("Run")]: say("Run cell {n}", { n }) };
    Object.entries(names).forEach(([textContent, label], second) => {
      const button = Object.assign(document.createElement("button"), { textContent });
      button.type = "button";
      button.setAttribute("aria-label", label);
      button.onclick = () => use(cell, second ? "run" : "edit");
      bar.append(button);
    });
    const code = cell.querySelector(".cell_input");
    code.firstElementChild.after(bar);
    code.firstElementChild.onclick = ({ target }) => {
      if (getSelection().isCollapsed && !target.closest("button, textarea")) use(cell, "edit");
    };
  });
  try {
    if (Object.keys(localStorage).some((key) => key.startsWith(prefix))) use();
  } catch {} // a browser that keeps nothing
}
