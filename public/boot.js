// The first code of the page, a classic script in the head: it sets the theme before anything is painted, installs the
// Trusted Types policy, starts the program, and says in words why a start failed. It is a file of its own because the
// content security policy allows no inline script. Trunk writes the script element (`pattern_script` in Trunk.toml).
(() => {
  "use strict";

  const { js, wasm, editor, schemas } = document.currentScript.dataset;

  // A theme that the person chose; without a choice the style sheet follows the system. Storage may be forbidden.
  try {
    const theme = localStorage.getItem("astro.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {}

  // An address of the artifact, below whatever path it is served.
  const here = (path) => new URL(path, document.baseURI).href;

  // Parts of the console that not every page needs, for the program. A failed import stays failed under its address, so
  // that another attempt gets another one.
  const parts = { editor: here(editor) };
  window.astro = { schemas: here(schemas), load: (part, attempt) => import(attempt ? `${parts[part]}?${attempt}` : parts[part]) };

  // What the policy below compares with: the constants of the program as they lie in its memory, one character a byte. A
  // constant may be laid in pieces by several modules, where the linker let another one share its end.
  let constants;
  let image = new Uint8Array(0);
  let base = 0;
  const bytesOf = new TextDecoder("latin1");
  const utf8 = new TextEncoder();

  // Leptos parses static markup through a template's `innerHTML`. Those strings are constants of the program, so the
  // policy is exact: markup that is not among the constants of the program is refused, whoever made it. Scripts and script
  // URLs have no rule and are refused always.
  window.trustedTypes?.createPolicy("default", {
    createHTML(markup) {
      constants ??= bytesOf.decode(image);
      if (constants.includes(bytesOf.decode(utf8.encode(markup)))) return markup;
      throw new TypeError("Refused markup that is not part of the program");
    },
  });

  // Lays the data of a wasm module where the module will lay it. A module is a header of 8 bytes and then sections: id,
  // size, content; its data are segments: kind, the address as an expression, size, bytes.
  const lay = (module) => {
    let at = 8;
    const number = () => {
      let value = 0;
      let shift = 0;
      let byte;
      do {
        byte = module[at++];
        value += (byte & 0x7f) * 2 ** shift;
        shift += 7;
      } while (byte & 0x80);
      return value;
    };
    while (at < module.length) {
      const id = module[at++];
      const size = number();
      if (id !== 11) {
        at += size;
        continue;
      }
      for (let segments = number(); segments > 0; segments -= 1) {
        // Of kind 0 alone is known where it goes: `i32.const address`, `end`.
        if (number() !== 0 || module[at++] !== 0x41) throw new Error("The program's data are not as expected");
        const address = number();
        at += 1;
        const bytes = number();
        put(address, module.subarray(at, at + bytes));
        at += bytes;
      }
    }
    // Made anew when it is next asked for: many modules may come at once.
    constants = undefined;
  };

  const put = (address, bytes) => {
    const from = image.length ? Math.min(base, address) : address;
    const to = Math.max(base + image.length, address + bytes.length);
    if (from < base || to > base + image.length || !image.length) {
      const larger = new Uint8Array(to - from);
      larger.set(image, image.length ? base - from : 0);
      image = larger;
      base = from;
    }
    image.set(bytes, address - base);
  };

  // The program mounts into the body, which is not there yet while a script of the head runs.
  const parsed = new Promise((resolve) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", resolve, { once: true });
    else resolve();
  });

  class WebAssemblyMissing extends Error {}

  const get = async (url) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url} was answered with ${response.status}`);
    return response;
  };

  // A module of the program: the main one, or later a part that is shown for the first time. The policy knows its
  // constants before it runs.
  const bring = async (url) => {
    const response = await get(url);
    const bytes = response.clone().arrayBuffer();
    // A server that sends wasm with another media type cannot be streamed from; the bytes can still be compiled.
    const module = await WebAssembly.compileStreaming(response).catch(async (error) => {
      if (error instanceof TypeError) return WebAssembly.compile(await bytes);
      throw error;
    });
    lay(new Uint8Array(await bytes));
    return module;
  };

  const start = async () => {
    if (typeof WebAssembly !== "object" || !WebAssembly.compileStreaming) {
      throw new WebAssemblyMissing();
    }
    const [glue, module] = await Promise.all([import(here(js)), bring(here(wasm))]);
    // A development build is in one piece and has no parts to bring.
    glue.bringBy?.(bring);
    await parsed;
    await glue.default({ module_or_path: module });
  };

  // The crash screen copies its report by this: the program that drew it runs no more.
  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-copies]");
    const report = button && document.getElementById(button.dataset.copies);
    if (!report) return;
    try {
      await navigator.clipboard.writeText(report.textContent);
      button.textContent = "Copied";
    } catch {
      // Not allowed here: then it is at least selected.
      getSelection()?.selectAllChildren(report);
    }
  });

  // A title and a hint for each way in which a start fails.
  const wordsFor = (error) => {
    if (error instanceof WebAssemblyMissing) {
      return ["This browser is too old", "The console needs WebAssembly. Any browser of the last years has it; a policy may have switched it off."];
    }
    if (globalThis.WebAssembly?.CompileError && error instanceof WebAssembly.CompileError) {
      return ["The program was not accepted", "The browser is too old for it, or a policy of this site or of the browser forbids WebAssembly."];
    }
    if (globalThis.WebAssembly?.RuntimeError && error instanceof WebAssembly.RuntimeError) {
      return ["The program stopped while it started", "Reloading may help. If it doesn't, the detail below says what to report."];
    }
    if (navigator.onLine === false) {
      return ["You are offline", "The console could not be loaded. Reload the page when the network is back."];
    }
    return ["The console could not be loaded", "A part of it is missing or did not arrive. After an update of the console, reloading brings the new one."];
  };

  const explain = (error) => {
    const boot = document.getElementById("boot");
    // The program has mounted and removed the shell: from there on it shows its own failures.
    if (!boot) return;
    const [title, text] = wordsFor(error);
    boot.removeAttribute("aria-busy");
    document.getElementById("boot-spinner").remove();
    document.getElementById("boot-title").textContent = title;
    document.getElementById("boot-text").textContent = text;
    if (error.message) document.getElementById("boot-detail").textContent = String(error);
    const retry = document.getElementById("boot-retry");
    retry.hidden = false;
    retry.addEventListener("click", () => location.reload());
  };

  start().catch(async (error) => {
    console.error(error);
    await parsed;
    explain(error);
  });
})();
