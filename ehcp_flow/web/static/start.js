// Makes the GOV.UK and MOJ components behave. Every page works without it.
import { initAll } from "./built/govuk-frontend.min.js";
document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
