// Runs before anything is drawn, so that the page does not change its colours while it loads.
{
  const wanted = localStorage.getItem("holdfast.theme");
  if (wanted === "light" || wanted === "dark") {
    document.documentElement.dataset.theme = wanted;
  }
}
