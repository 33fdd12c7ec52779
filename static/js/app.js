// What every page has.

import { setUpClipboard } from "./clipboard.js";
import { setUpFragments } from "./fragment.js";
import { setUpAsk } from "./ask.js";
import { setUpKeys } from "./keys.js";
import { setUpLines } from "./lines.js";
import { setUpMenus } from "./menus.js";
import { setUpProgress } from "./progress.js";
import { makeTabs } from "./tabs.js";
import { setUpTicks } from "./ticks.js";
import { setUpTheme } from "./theme.js";
import { setUpTimes } from "./times.js";

setUpTheme();
setUpMenus();
setUpKeys();
setUpTimes();
for (const form of document.querySelectorAll(".ask[data-options]")) setUpAsk(form);
setUpLines();
setUpProgress();
setUpClipboard();
setUpFragments();
setUpTicks();
for (const proof of document.querySelectorAll("main .proof")) makeTabs(proof);
