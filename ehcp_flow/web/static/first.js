// Before anything is shown: tells the styles that scripts run here. The page works without this.
document.addEventListener("DOMContentLoaded", function () {
  document.body.classList.add("js-enabled");
  if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
});
