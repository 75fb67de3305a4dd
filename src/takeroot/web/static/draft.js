/* Keeps what is typed in a form on this device until the workbench says that it has it.

   A form says under which name (data-keep: programme, person, table, row); the page that follows says which form came in
   (data-once). Only then is what was kept forgotten. Another person on the same device is shown nothing of it. Without
   this script a form works as it is, and "Keep as draft" keeps it on the server. */
"use strict";

(() => {
  const PREFIX = "takeroot:draft:";
  const CONTROLS = ["csrfmiddlewaretoken"];
  let thrownAway = false;  /* a page that is left after that keeps nothing more */

  const store = {
    read(key) {
      try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; }
    },
    write(key, kept) {
      try { localStorage.setItem(PREFIX + key, JSON.stringify(kept)); return true; } catch { return false; }
    },
    forget(key) {
      try { localStorage.removeItem(PREFIX + key); } catch { /* then nothing was kept either */ }
    },
    keys(under) {
      try {
        return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX + under)).map((key) => key.slice(PREFIX.length));
      } catch { return []; }
    },
  };

  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
    return made;
  };

  const button = (text, press) => {
    const made = element("button", text, { type: "button", class: "quiet" });
    made.addEventListener("click", press);
    return made;
  };

  const when = (at) => new Date(at).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

  /* What a form holds, by name; several of a name as a list. */
  const held = (form) => {
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (CONTROLS.includes(name) || typeof value !== "string") continue;
      (fields[name] ??= []).push(value);
    }
    return fields;
  };

  const fill = (form, fields) => {
    for (const control of form.elements) {
      const values = fields[control.name];
      if (!control.name || CONTROLS.includes(control.name) || control.type === "submit") continue;
      if (control.type === "radio" || control.type === "checkbox") control.checked = Boolean(values?.includes(control.value));
      else if (values) control.value = values[0];
    }
    for (const fold of form.querySelectorAll("details.further")) {
      fold.open ||= [...fold.querySelectorAll("input, select, textarea")].some((each) => each.value && each.value !== each.defaultValue && each.type !== "radio");
    }
  };

  const labelOf = (form, name) => {
    const control = form.elements[name];
    const one = control instanceof RadioNodeList ? control[0] : control;
    const label = one?.closest("fieldset")?.querySelector("legend") ?? one?.labels?.[0] ?? one?.closest(".ask")?.querySelector(".label");
    return (label?.firstChild?.textContent ?? name).trim();
  };

  /* What was kept, as text that can be taken elsewhere. */
  const asText = (kept) =>
    [kept.title, ...Object.entries(kept.fields)
      .filter(([name, values]) => kept.labels[name] && values.some(Boolean))
      .map(([name, values]) => `${kept.labels[name]}: ${values.join(", ")}`)].join("\n");

  const copyOut = async (kept, beside) => {
    const text = asText(kept);
    const area = element("textarea", text, { readonly: "", "aria-label": "What was kept, as text" });
    beside.querySelector("textarea")?.remove();
    beside.append(area);
    area.focus();
    area.select();
    try { await navigator.clipboard.writeText(text); } catch { /* it is selected, to be copied by hand */ }
  };

  const say = (place, says, ...buttons) => {
    if (!place) return;
    const does = element("div", "", { class: "does" });
    does.append(...buttons);
    place.replaceChildren(element("p", says), ...(buttons.length ? [does] : []));
    place.hidden = false;
  };

  const place = () => document.getElementById("kept-here");

  /* Forget what came in: the page that follows a form says so. */
  const acknowledge = (page) => {
    for (const came of page.querySelectorAll("[data-once][data-device]")) {
      const { once, device } = came.dataset;
      for (const key of once ? store.keys(device) : []) {
        if (store.read(key)?.fields?.once?.[0] === once) store.forget(key);
      }
    }
  };

  /* One form. */
  const keep = (form) => {
    const key = form.dataset.keep;
    const blank = JSON.stringify({ ...held(form), once: null });
    let sending = false;

    const write = () => {
      if (thrownAway || !form.isConnected) return;
      const fields = held(form);
      if (JSON.stringify({ ...fields, once: null }) === blank && !("answered" in form.dataset)) return;
      const labels = Object.fromEntries(
        Object.keys(fields).filter((name) => form.elements[name]?.type !== "hidden").map((name) => [name, labelOf(form, name)]));
      const kept = { at: Date.now(), title: form.dataset.title, path: location.pathname, search: location.search, fields, labels };
      if (!store.write(key, kept)) {
        say(place(), "This device keeps no drafts (its storage is full or switched off). Send the form, or keep it as a draft, before you leave this page.");
      }
    };

    let waiting;
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(write, 250); });
    form.addEventListener("change", write);
    addEventListener("pagehide", () => { if (!sending) write(); });
    document.addEventListener("visibilitychange", () => { if (document.hidden && !sending) write(); });

    const kept = store.read(key);
    const offer = (fields) => {
      fill(form, fields);
      write();
      say(place(), `What you typed on ${when(kept.at)} was kept on this device, and is back in the form. It has not been sent.`,
        button("Discard it", () => { thrownAway = true; store.forget(key); location.reload(); }),
        button("Copy it out as text", () => copyOut(kept, place())));
    };
    if (kept && !("answered" in form.dataset)) {
      if (kept.search === location.search) offer(kept.fields);
      else {
        say(place(), `Something you typed on ${when(kept.at)} was kept on this device and has not been sent.`,
          button("Put it back into the form", () => offer(kept.fields)),
          button("Copy it out as text", () => copyOut(kept, place())),
          button("Discard it", () => { store.forget(key); place().hidden = true; }));
      }
    } else if ("answered" in form.dataset) write();

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (sending) return;
      write();
      const body = new FormData(form, event.submitter);
      const failed = (says) => {
        sending = false;
        form.removeAttribute("aria-busy");
        say(place(), says, button("Try again", () => form.requestSubmit(event.submitter)),
          button("Copy it out as text", () => copyOut(store.read(key) ?? { title: form.dataset.title, fields: held(form), labels: {} }, place())));
        place()?.scrollIntoView({ block: "center" });
      };
      sending = true;
      form.setAttribute("aria-busy", "true");
      let answer, text;
      try {
        answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
        text = await answer.text();
      } catch {
        failed("It could not be sent: the workbench can not be reached. What you typed is kept on this device; try again when you are connected.");
        return;
      }
      const page = new DOMParser().parseFromString(text, "text/html");
      const came = page.querySelector("[data-once][data-device]");
      if (answer.ok && came) {
        acknowledge(page);
        location.assign(answer.url);
        return;
      }
      if (answer.redirected && new URL(answer.url).pathname === "/sign-in") {
        failed("You have been signed out, so it was not sent. What you typed is kept on this device: sign in again, come back to this page, and send it.");
        place().querySelector(".does").prepend(element("a", "Sign in", { href: `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`, class: "button" }));
        return;
      }
      const again = page.querySelector("form[data-keep]");
      if (again) {
        document.querySelector("main").replaceWith(page.querySelector("main"));
        document.title = page.title;
        begin();
        document.getElementById("fault")?.focus();
        return;
      }
      if (answer.ok) { location.assign(answer.url); return; }
      const said = page.querySelector("main p")?.textContent.trim();
      failed(`The workbench did not take it (${answer.status}${said ? `: ${said}` : ""}). What you typed is kept on this device.`);
    });
  };

  /* Where one chooses what to log: what waits on this device. */
  const list = (here) => {
    const waiting = store.keys(`${here.dataset.device}/`).map((key) => [key, store.read(key)]).filter(([, kept]) => kept?.fields);
    if (!waiting.length) return;
    const items = element("ul");
    for (const [key, kept] of waiting) {
      const item = element("li");
      const does = element("div", "", { class: "does" });
      does.append(
        element("a", kept.title || "Go on with it", { href: kept.path + kept.search }),
        element("span", when(kept.at)),
        button("Copy it out as text", () => copyOut(kept, item)),
        button("Discard it", () => { store.forget(key); item.remove(); if (!items.children.length) here.hidden = true; }));
      item.append(does);
      items.append(item);
    }
    here.replaceChildren(element("p", "Kept on this device, and not sent:"), items);
    here.hidden = false;
  };

  const begin = () => {
    acknowledge(document);
    const forms = document.querySelectorAll("form[data-keep]");
    forms.forEach(keep);
    const here = place();
    if (!forms.length && here?.dataset.device) list(here);
  };

  /* Signing out asks before what is kept here stays behind, or goes. */
  const ask = (form) => form.addEventListener("submit", () => {
    const who = form.closest("[data-person]")?.dataset.person;
    const mine = who ? store.keys("").filter((key) => key.split("/")[1] === who) : [];
    if (!mine.length) return;
    const many = mine.length === 1 ? "What you typed in a form" : `What you typed in ${mine.length} forms`;
    const says = `${many} has not been sent, and is kept on this device for when you sign in here again.\n\nPress OK to keep it, or Cancel to throw it away. If others use this device, throw it away.`;
    if (confirm(says)) return;
    thrownAway = true;
    mine.forEach(store.forget);
  });

  begin();
  document.querySelectorAll("[data-person] form").forEach(ask);
})();
