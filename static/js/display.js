// Runs before the first paint, so that nobody sees the page change its clothes.
// A classic script on purpose: modules run too late.
(() => {
  const root = document.documentElement;
  root.setAttribute("data-js", "");
  try {
    for (const name of ["text", "contrast"]) {
      const value = localStorage.getItem("display." + name);
      if (value && value !== "normal") root.setAttribute("data-" + name, value);
    }
  } catch { /* storage refused: the page stands as it is */ }
})();
