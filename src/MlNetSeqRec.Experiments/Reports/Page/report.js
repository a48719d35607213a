"use strict";
// Shows one shopper of the page's data. Texts go into the page as text, never as markup.
(() => {
  const data = document.getElementById("shopper-data");
  if (!data) return;
  const { shoppers, items } = JSON.parse(data.textContent);
  const at = id => document.getElementById(id);
  const show = at("show"), choice = at("shopper"), previous = at("previous"), next = at("next");

  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const titleOf = item => items[item][1] || items[item][0];

  const fill = (place, item, isTarget) => {
    const [id, title, details] = items[item];
    place.append(element("bdi", title || id));
    if (isTarget) place.append(element("span", "held-out item", "tag best"));
    place.append(element("small", [title && id, details].filter(Boolean).join(" · "), "details"));
    return place;
  };

  const outcome = shopper => {
    const place = shopper.recommended.indexOf(shopper.target) + 1;
    const title = `The held-out item, “${titleOf(shopper.target)}”, `;
    if (place) return `${title}was found: number ${place} of ${shopper.recommended.length}.`;
    if (shopper.history.includes(shopper.target)) return `${title}was not found: the shopper had it before, and such items are left out.`;
    if (shopper.rank === null) return `${title}was not found.`;
    return `${title}was not found: it ranks ${shopper.rank.toLocaleString("en", { maximumFractionDigits: 1 })}.`;
  };

  const draw = () => {
    const shopper = shoppers[choice.value];
    at("outcome").textContent = shopper ? outcome(shopper) : "No shopper is like that.";
    at("outcome").className = shopper?.found ? "found" : "";
    at("recommended").replaceChildren(...(shopper?.recommended ?? []).map((item, i) => {
      const isTarget = item === shopper.target;
      const row = element("tr", undefined, isTarget ? "target" : "");
      const number = element("th", i + 1);
      number.scope = "row";
      const score = shopper.scores[i];
      row.append(number, fill(element("td", undefined, "item"), item, isTarget), element("td", score === null ? "–" : score.toFixed(3)));
      return row;
    }));
    const history = shopper?.history ?? [];
    at("history").replaceChildren(...[...history].reverse().map(item => fill(element("li", undefined, "item"), item, false)));
    at("earlier").textContent = !shopper ? "" : shopper.earlier ? `… and ${shopper.earlier.toLocaleString("en")} before these.` : history.length ? "" : "Nothing yet.";
    previous.disabled = choice.selectedIndex <= 0;
    next.disabled = choice.selectedIndex >= choice.options.length - 1;
  };

  const choose = () => {
    const wanted = choice.value;
    const kept = [...shoppers.keys()].filter(i => show.value === "all" || (show.value === "found") === shoppers[i].found);
    choice.replaceChildren(...kept.map(i => {
      const events = shoppers[i].history.length + shoppers[i].earlier;
      const option = element("option", `${shoppers[i].id} – ${events.toLocaleString("en")} ${events === 1 ? "event" : "events"}, ${shoppers[i].found ? "found" : "not found"}`);
      option.value = i;
      return option;
    }));
    if (kept.some(i => `${i}` === wanted)) choice.value = wanted;
    choice.disabled = kept.length === 0;
    draw();
  };

  const step = by => {
    choice.selectedIndex += by;
    draw();
  };

  show.addEventListener("change", choose);
  choice.addEventListener("change", draw);
  previous.addEventListener("click", () => step(-1));
  next.addEventListener("click", () => step(1));
  at("explorer").hidden = false;
  choose();
})();
