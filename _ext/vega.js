// Every explorable on the page: its still picture becomes a Vega view that follows the controls.
// explorables.py bundles Vega's `View` and `parse` with it and wraps all in a function.
for (const figure of document.querySelectorAll(".explorable")) {
  const [chart, controls, numbers, script] = [".chart", ".controls", "output", "script"].map(
    (part) => figure.querySelector(part),
  );
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const spec = JSON.parse(script.textContent);
  const reset = make("button", { type: "button", className: "reset", textContent: window.courseWords?.Reset ?? "Reset" });
  chart.replaceChildren();
  const view = new View(parse(spec), { renderer: "svg", container: chart });
  view.addSignalListener("numbers", (_, lines) => {
    const parts = lines.flatMap((line) => line.split(/: (.*)/).slice(0, 2));
    numbers.replaceChildren(...parts.map((textContent) => make("span", { textContent })));
  });
  const inputs = [...controls.querySelectorAll("input, select")];
  const follow = (input) => {
    view.signal(input.name, input.type === "checkbox" ? input.checked : Number(input.value)).run();
    if (input.type === "range") input.nextElementSibling.textContent = input.value;
  };
  for (const input of inputs) {
    input.addEventListener("input", () => follow(input));
    follow(input); // it may have been moved already
  }
  reset.addEventListener("click", () => {
    for (const input of inputs) {
      input.value = input.defaultValue ?? input.querySelector("[selected]").value;
      input.checked = input.defaultChecked;
      follow(input);
    }
  });
  const fit = () => view.width(Math.min(chart.clientWidth, 720)).run();
  fit();
  controls.prepend(reset);
  // The picture has one name, and its numbers stand below it: hundreds of marks add nothing.
  chart.firstElementChild.setAttribute("aria-hidden", "true");
  new ResizeObserver(fit).observe(controls);
}
