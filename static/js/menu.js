// Disclosure menus close on Escape and on a click outside; display settings are kept on this device.
const menus = [...document.querySelectorAll("details[data-menu]")];

const close = (menu, refocus = false) => {
  if (!menu.open) return;
  menu.open = false;
  if (refocus) menu.querySelector("summary").focus();
};

document.addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(event.target)) close(menu);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus) close(menu, menu.contains(document.activeElement));
});
for (const menu of menus) {
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) close(menu);
  });
}

const remember = (name, value) => {
  try { localStorage.setItem(`display.${name}`, value); } catch { /* not kept, still applied */ }
};

for (const form of document.querySelectorAll("form[data-display]")) {
  const root = document.documentElement;
  for (const input of form.elements) {
    if (input.type === "radio") input.checked = (root.getAttribute(`data-${input.name}`) ?? "normal") === input.value;
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target: { name, value } }) => {
    if (value === "normal") root.removeAttribute(`data-${name}`);
    else root.setAttribute(`data-${name}`, value);
    remember(name, value);
  });
}

// The current page's item may lie outside a narrow menu: bring it in, without moving the page.
const current = document.querySelector(".site-nav [aria-current]");
const list = current?.closest("ul");
if (list && list.scrollWidth > list.clientWidth) list.scrollLeft = current.offsetLeft - list.clientWidth / 2 + current.offsetWidth / 2;
