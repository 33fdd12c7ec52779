// What every page has.

import { setUpKeys } from "./keys.js";
import { setUpLines } from "./lines.js";
import { setUpMenus } from "./menus.js";
import { setUpProgress } from "./progress.js";
import { makeTabs } from "./tabs.js";
import { setUpTheme } from "./theme.js";

setUpTheme();
setUpMenus();
setUpKeys();
setUpLines();
setUpProgress();
for (const proof of document.querySelectorAll("main .proof")) makeTabs(proof);
