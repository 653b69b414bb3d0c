// @ts-check
/**
 * What a page gains from a script; every page works without it.
 *
 * 1. Times in the visitor's own zone: the browser knows the zone, the server does not until a cookie
 *    tells it. The first page of a visit is loaded once more for that.
 * 2. The choice of a theme is shown at once on the preferences page, before it is saved.
 */

const ZONE_COOKIE = "zone-seen";
const REFRESHED = "zone-refreshed";

/** @param {string} name @returns {string | undefined} */
function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found && decodeURIComponent(found.slice(name.length + 1));
}

/** Tells the server the zone, and says whether it did not know it. @param {string} zone @returns {boolean} */
function tellZone(zone) {
  if (cookie(ZONE_COOKIE) === zone) return false;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${ZONE_COOKIE}=${encodeURIComponent(zone)}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  return cookie(ZONE_COOKIE) === zone;
}

function refreshInOwnZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const root = document.documentElement;
  if (!zone || !tellZone(zone) || root.dataset.zone === zone || "zoneChosen" in root.dataset) return;
  // Once a visit at most, never over something half typed, and never as the answer to a form.
  const untouched = !document.querySelector("form[method=post]");
  try {
    if (untouched && !sessionStorage.getItem(REFRESHED)) {
      sessionStorage.setItem(REFRESHED, "yes");
      location.reload();
    }
  } catch {
    // Storage is closed to us: the page stays as it is, in the desk's zone.
  }
}

function previewTheme() {
  const form = document.querySelector("form[data-preview-theme]");
  form?.addEventListener("change", (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement && input.name === "theme") {
      document.documentElement.dataset.theme = input.value;
    }
  });
}

refreshInOwnZone();
previewTheme();
