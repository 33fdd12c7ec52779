// A picture of what is on screen as PNG: the server's SVG, drawn on a canvas at twice its size.

const SCALE = 2;
const LARGEST = 8000; // pixels a side: more than this, browsers give no picture

/** `button` saves what `link`, the SVG's, leads to; `onFailure(message)` when that cannot be had. */
export function setUpPicture(button, link, onFailure) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      const image = await load(link.href);
      save(await draw(image), `${document.title.replace(/[^\w#-]+/g, "-")}.png`);
    } catch {
      onFailure("The picture could not be made; the SVG has the same.");
    }
  });
}

async function load(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

function draw(image) {
  const scale = Math.min(SCALE, LARGEST / image.naturalWidth, LARGEST / image.naturalHeight);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error())), "image/png"));
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
