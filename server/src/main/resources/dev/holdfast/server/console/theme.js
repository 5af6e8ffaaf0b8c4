// Runs before anything is drawn, so that the page does not change its colours while it loads.
{
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    const wanted = localStorage.getItem("holdfast.theme");
    const system = dark.matches ? "dark" : "light";
    const known = wanted === "light" || wanted === "dark";
    document.documentElement.dataset.theme = known ? wanted : system;
  };
  dark.addEventListener("change", show);
  addEventListener("theme-chosen", show);
  show();
}
