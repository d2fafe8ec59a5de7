// Python beside the page: loads what is needed, runs one cell after the other.
// In:  {start: {base, core, files}} once, then {run: {source, name}}.
// Out: {loading: {what, done, size}}, {begun}, {output}, {ended: {ok, seconds}}, {broken}.
const CACHE = "softmax-course:python";
const LOCK = "pyodide-lock.json";
let base, files, lock, pyodide, cells, imports;
const ready = new Map(); // the bytes of files that Pyodide is about to ask for

// An error that the page tells in its own language.
const failed = (text, file) => Object.assign(new Error(text), { text, file });

// A file of this site, from the browser's cache or the server, equal to what was published.
async function get(name, progress) {
  const [size, hash] = files[name];
  const url = `${base}${name}?${encodeURIComponent(hash)}`; // no cache answers with an earlier one
  const cache = await self.caches?.open(CACHE).catch(() => null); // not over plain http
  const kept = await cache?.match(url);
  if (kept) {
    progress(size);
    return kept.arrayBuffer();
  }
  const able = self.crypto.subtle; // not over plain http either; then the browser compares the hash
  const answer = await fetchFile(url, able ? {} : { integrity: `sha256-${hash}` }).catch(() => null);
  if (!answer) throw failed("{file} cannot be loaded.", name);
  if (!answer.ok) throw failed("{file} is missing on this server.", name);
  const bytes = new Uint8Array(size);
  let length = 0;
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    if (length + value.length <= size) bytes.set(value, length);
    length += value.length;
    progress(value.length);
  }
  const digest = able && (await able.digest("SHA-256", bytes));
  if (length !== size || (able && btoa(String.fromCharCode(...new Uint8Array(digest))) !== hash))
    throw failed("{file} is damaged: it is not the file that was published.", name);
  await cache?.put(url, new Response(bytes)).catch(() => null); // no room: it is loaded again
  return bytes.buffer;
}

async function getAll(names, what) {
  const size = names.reduce((sum, name) => sum + files[name][0], 0);
  let done = 0;
  const progress = (more) => postMessage({ loading: { what, done: (done += more), size } });
  progress(0);
  await Promise.all(names.map(async (name) => ready.set(name, await get(name, progress))));
}

// Pyodide asks for its files by address; it gets those that have been loaded and compared.
const fetchFile = self.fetch.bind(self);
self.fetch = async (resource) => {
  const name = String(resource.url ?? resource).slice(base.length);
  if (!ready.has(name)) throw new TypeError(`${name} was not announced`);
  const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  const answer = new Response(ready.get(name), { headers: { "Content-Type": type } });
  ready.delete(name);
  return answer;
};

async function start(settings) {
  ({ base, files } = settings);
  ready.set(LOCK, await get(LOCK, () => {}));
  lock = JSON.parse(new TextDecoder().decode(ready.get(LOCK))).packages;
  const numpy = wheels(["numpy"]);
  await getAll([...settings.core, ...numpy.map((name) => lock[name].file_name)], "Python");
  for (const script of ["pyodide.js", "pyodide.asm.js"]) {
    const url = URL.createObjectURL(new Blob([ready.get(script)], { type: "text/javascript" }));
    importScripts(url);
    URL.revokeObjectURL(url);
    ready.delete(script);
  }
  const [course] = settings.core.filter((name) => name.startsWith("course-"));
  const archive = ready.get(course);
  pyodide = await loadPyodide({ indexURL: base, env: { MPLBACKEND: "module://page_figures" } });
  await loadWheels(numpy);
  pyodide.unpackArchive(archive, "zip", { extractDir: "/home/pyodide" });
  [cells, imports] = ["page_cells", "page_imports"].map((name) => pyodide.pyimport(name));
  await forgetOthers();
}

// The wheels that provide these modules, with what they need in turn, but for those that are there.
function wheels(modules) {
  const found = new Set();
  const add = (name) => {
    if (found.has(name) || pyodide?.loadedPackages[name]) return;
    found.add(name);
    lock[name].depends.forEach(add);
  };
  for (const [name, { imports }] of Object.entries(lock))
    if (files[lock[name].file_name] && imports.some((one) => modules.includes(one))) add(name);
  return [...found];
}

async function loadWheels(names) {
  let trouble = "";
  await pyodide.loadPackage(names, {
    messageCallback: () => {},
    errorCallback: (text) => (trouble = text),
  });
  if (trouble) throw new Error(trouble);
}

// Files of an earlier edition need no room any more.
async function forgetOthers() {
  const cache = await self.caches?.open(CACHE).catch(() => null);
  const hashes = new Set(Object.values(files).map(([, hash]) => `?${encodeURIComponent(hash)}`));
  for (const request of (await cache?.keys()) ?? [])
    if (request.url.startsWith(base) && !hashes.has(new URL(request.url).search))
      await cache.delete(request);
}

async function run({ source, name }) {
  const modules = imports.wanted(source).toJs();
  const needed = wheels(modules);
  if (needed.length) {
    const named = needed.filter((one) => lock[one].imports.some((name) => modules.includes(name)));
    await getAll(needed.map((one) => lock[one].file_name), named.join(", "));
    await loadWheels(needed);
  }
  postMessage({ begun: true });
  const before = performance.now();
  const ok = cells.run(source, name, (text) => postMessage({ output: JSON.parse(text) }));
  postMessage({ ended: { ok, seconds: (performance.now() - before) / 1000 } });
}

self.onmessage = async ({ data }) => {
  try {
    await (data.start ? start(data.start) : run(data.run));
    if (data.start) postMessage({ started: true });
  } catch (error) {
    postMessage({ broken: error.text ?? error.message, file: error.file });
  }
};
