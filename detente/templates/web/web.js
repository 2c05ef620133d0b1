// Makes views quicker: swaps the parts that changed, lets keys and mouse move in a chart. Nothing needs it.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  let coming = null;

  // -- swapping parts of a view ------------------------------------------------------------------------
  const parts = (page) => [...page.querySelectorAll("[data-swap]")];

  async function show(address, { push = true, focus = null } = {}) {
    if (coming) coming.abort();
    coming = new AbortController();
    let page;
    try {
      const answer = await fetch(address, { signal: coming.signal });
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || !parts(page).length) throw new Error("not a view");
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address);
      return;
    }
    const held = where();
    for (const fresh of parts(page)) {
      const old = document.querySelector(`[data-swap="${fresh.dataset.swap}"]`);
      if (old && old.outerHTML !== fresh.outerHTML) old.replaceWith(document.adoptNode(fresh));
    }
    document.title = page.title;
    if (push) history.pushState(null, "", address);
    prepare();
    restore(focus, held);
  }

  // Which point of the chart, or which element with an id, has the focus.
  function where() {
    const active = document.activeElement;
    const points = [...document.querySelectorAll("[data-chart] .marks a")];
    return { point: points.indexOf(active), id: active && active.id, zoom: active && active.dataset.key };
  }

  function restore(focus, held) {
    const target = focus && document.querySelector(focus);
    if (target) {
      target.focus({ preventScroll: true });
      const box = target.getBoundingClientRect();
      if (box.top < 0 || box.top > innerHeight - 80) target.scrollIntoView({ block: "start" });
    } else if (document.activeElement === document.body) {
      const points = document.querySelectorAll("[data-chart] .marks a");
      const zoomed = held.zoom && document.querySelector(`[data-key="${held.zoom}"]`);
      if (held.point >= 0 && points.length) go(points, Math.min(held.point, points.length - 1));
      else if (zoomed) zoomed.focus({ preventScroll: true });
      else if (held.id && document.getElementById(held.id)) document.getElementById(held.id).focus();
    }
  }

  const isView = (url) =>
    document.querySelector("[data-swap-page]") && url.origin === location.origin && url.pathname === location.pathname;

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.hasAttribute("download") || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.getAttribute("href"), location.href);
    if (!isView(url) || (url.search === location.search && url.hash)) return;
    event.preventDefault();
    show(url.href, { focus: url.hash === "#evidence" ? "#evidence-title" : url.hash || null });
  });
  addEventListener("popstate", () => { if (isView(location)) show(location.href, { push: false }); });

  // -- filters that apply at once ----------------------------------------------------------------------
  function formAddress(form) {
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    const open = new URLSearchParams(location.search).get("event");
    if (open) query.set("event", open);
    return `${form.getAttribute("action")}?${query}`;
  }
  let soon = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-live]");
    if (!form || !isView(new URL(form.action))) return;
    clearTimeout(soon);
    soon = setTimeout(() => show(formAddress(form)), event.target.matches("[type=checkbox],select") ? 0 : 350);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("form[data-live]") && isView(new URL(form.action))) {
      event.preventDefault();
      show(formAddress(form));
    }
  });

  // -- the chart: arrow keys, zoom keys, brush ---------------------------------------------------------
  function go(points, index) {
    points.forEach((point, i) => point.setAttribute("tabindex", i === index ? "0" : "-1"));
    points[index].focus({ preventScroll: false });
  }

  document.addEventListener("keydown", (event) => {
    const chart = event.target.closest("[data-chart]");
    if (!chart || event.ctrlKey || event.metaKey || event.altKey) return;
    const points = [...chart.querySelectorAll(".marks a")];
    const at = points.indexOf(event.target.closest("a"));
    const moves = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: points.length - 1 };
    if (event.key in moves && points.length) {
      event.preventDefault();
      go(points, Math.max(0, Math.min(points.length - 1, moves[event.key])));
      return;
    }
    const key = { "+": "+", "=": "+", "-": "-", "0": "0" }[event.key];
    const link = key && document.querySelector(`[data-key="${key}"]`);
    if (link) {
      event.preventDefault();
      show(link.href, { focus: null });
    }
  });

  function dayAt(svg, x) {
    const [first, last] = svg.dataset.days.split(" ").map((day) => Date.parse(day));
    const [left, right] = svg.dataset.edges.split(" ").map(Number);
    const share = Math.max(0, Math.min(1, (x - left) / (right - left)));
    return new Date(first + share * (last - first)).toISOString().slice(0, 10);
  }
  function pixel(svg, event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return point.x;
  }

  function brush(chart) {
    const svg = chart.querySelector("svg[data-days]");
    if (!svg || svg.dataset.ready) return;
    svg.dataset.ready = "1";
    let from = null;
    let box = null;
    svg.addEventListener("pointerdown", (event) => {
      if (event.button || event.pointerType === "touch" || event.target.closest("a")) return;
      event.preventDefault();
      from = pixel(svg, event);
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      if (from === null) return;
      const to = pixel(svg, event);
      if (!box) {
        box = svg.appendChild(document.createElementNS(svg.namespaceURI, "rect"));
        box.setAttribute("class", "brush");
        box.setAttribute("y", "12");
        box.setAttribute("height", String(svg.viewBox.baseVal.height - 70));
      }
      box.setAttribute("x", String(Math.min(from, to)));
      box.setAttribute("width", String(Math.abs(to - from)));
    });
    svg.addEventListener("pointerup", (event) => {
      const start = from;
      const to = pixel(svg, event);
      from = null;
      if (box) box.remove();
      box = null;
      if (start === null || Math.abs(to - start) < 8) return;
      const query = new URLSearchParams(location.search);
      query.set("since", dayAt(svg, Math.min(start, to)));
      query.set("until", dayAt(svg, Math.max(start, to)));
      query.delete("page");
      show(`${location.pathname}?${query}`);
    });
  }

  // -- the chart as PNG, twice as large ---------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const svg = event.target.closest("[data-png]") && document.querySelector("[data-chart] svg");
    if (!svg) return;
    const picture = new Image();
    picture.onload = () => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [2 * picture.width, 2 * picture.height];
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const link = document.createElement("a");
      link.download = "timeline.png";
      link.href = canvas.toDataURL("image/png");
      link.click();
    };
    picture.src = "data:image/svg+xml," + encodeURIComponent(new XMLSerializer().serializeToString(svg));
  });

  // -- what takes its time -----------------------------------------------------------------------------
  let waiting = 0;
  function prepare() {
    document.querySelectorAll("[data-chart]").forEach(brush);
    clearTimeout(waiting);
    if (document.querySelector("[data-wait]")) waiting = setTimeout(() => show(location.href, { push: false }), 1500);
  }

  // -- dropping a file ---------------------------------------------------------------------------------
  document.addEventListener("dragover", (event) => {
    const box = event.target.closest && event.target.closest("[data-drop]");
    if (box) { event.preventDefault(); box.classList.add("over"); }
  });
  document.addEventListener("dragleave", (event) => {
    const box = event.target.closest && event.target.closest("[data-drop]");
    if (box) box.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    const box = event.target.closest && event.target.closest("[data-drop]");
    if (!box || !event.dataTransfer.files.length) return;
    event.preventDefault();
    box.classList.remove("over");
    const input = box.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    box.requestSubmit();
  });

  prepare();
})();
