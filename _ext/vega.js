// Every explorable on the page: its still picture becomes a Vega view with controls.
// explorables.py bundles Vega's `View` and `parse` with it and wraps all in a function.
for (const figure of document.querySelectorAll(".explorable")) {
  const [chart, controls, numbers, script] = [".chart", ".controls", "output", "script"].map(
    (part) => figure.querySelector(part),
  );
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const spec = JSON.parse(script.textContent);
  const reset = make("button", { type: "button", className: "reset", textContent: "Reset" });
  chart.replaceChildren();
  const view = new View(parse(spec), { renderer: "svg", container: chart, bind: controls });
  view.addSignalListener("numbers", (_, lines) => {
    const parts = lines.flatMap((line) => line.split(/: (.*)/).slice(0, 2));
    numbers.replaceChildren(...parts.map((textContent) => make("span", { textContent })));
  });
  reset.addEventListener("click", () => {
    for (const { name, value, bind } of spec.signals) if (bind) view.signal(name, value);
    view.run();
  });
  const fit = () => view.width(Math.min(chart.clientWidth, 720)).run();
  fit();
  controls.prepend(reset);
  // A shade darker than the bars: beside their green itself, Chromium draws a black track.
  for (const [name, colour] of Object.entries(spec.usermeta.colours))
    controls.querySelector(`[name=${name}]`).style.accentColor =
      `color-mix(in srgb, ${colour}, black 8%)`;
  // The picture has one name, and its numbers stand below it: hundreds of marks add nothing.
  chart.firstElementChild.setAttribute("aria-hidden", "true");
  new ResizeObserver(fit).observe(controls);
}
