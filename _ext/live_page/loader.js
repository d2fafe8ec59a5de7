// Buttons at the code cells. The first use of one brings page.js, and the first Run Python.
{
  const { src, dataset } = document.currentScript;
  const at = (name) => new URL(`${name}?v=${dataset.version}`, src).href;
  const cells = [...document.querySelectorAll(".live")];
  const prefix = `softmax-course:cell:${dataset.page}#`; // what the reader has changed
  let page;

  async function use(cell, act) {
    const note = Object.assign(document.createElement("p"), { className: "live-note" });
    try {
      if (location.protocol === "file:")
        throw "A page that is opened as a file may not start Python. In the folder of this site run: python -m http.server 8000, and open http://localhost:8000.";
      page ??= import(at("page.js")).then((module) => module.open(cells, prefix, at));
      await page.catch(() => {
        page = null;
        throw "This browser or its connection cannot bring the code that runs cells.";
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
    const names = cell.matches(".tag_exercise") ? ["Write", "Check"] : ["Edit", "Run"];
    names.forEach((name, second) => {
      const button = Object.assign(document.createElement("button"), { textContent: name });
      button.type = "button";
      button.setAttribute("aria-label", `${name} cell ${index + 1}`);
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
