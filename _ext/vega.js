// Every explorable on the page: its still picture becomes a Vega view that follows the controls.
// explorables.py bundles Vega's `View` and `parse` with it and wraps all in a function.
for (const figure of document.querySelectorAll(".explorable")) {
  const [chart, controls, numbers, spec] = [".chart", ".controls", "output", "script"].map((part) =>
    figure.querySelector(part),
  );
  chart.replaceChildren();
  const view = new View(parse(JSON.parse(spec.textContent)), {
    renderer: "svg",
    container: chart,
  });
  view.addSignalListener("numbers", (_, lines) => {
    numbers.textContent = lines.join("\n");
  });
  for (const input of controls.querySelectorAll("input, select")) {
    const follow = () => {
      view.signal(input.name, input.type === "checkbox" ? input.checked : Number(input.value)).run();
      if (input.type === "range") input.nextElementSibling.textContent = input.value;
    };
    input.addEventListener("input", follow);
    follow(); // it may have been moved already
  }
  const fit = () => view.width(Math.min(chart.clientWidth, 720)).run();
  fit();
  // The picture has one name, and its numbers stand below it: hundreds of marks add nothing.
  chart.firstElementChild.setAttribute("aria-hidden", "true");
  new ResizeObserver(fit).observe(controls);
}
