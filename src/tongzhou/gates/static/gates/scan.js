// Codes: by the camera (the browser's own reader, or jsQR, which is kept on the phone), or by a hand scanner, which
// types digits and Enter like a keyboard.
const EVERY = 90; // milliseconds between two looks
const SIDE = 480; // pixels of the square that is read

export class Camera {
  constructor(video, found, failed) {
    Object.assign(this, { video, found, failed, on: false });
  }

  async start() {
    if (this.on) return;
    this.on = true;
    try {
      const wanted = { video: { facingMode: "environment", width: { ideal: 640 }, height: { ideal: 480 } }, audio: false };
      this.stream = await navigator.mediaDevices.getUserMedia(wanted);
      if (!this.on) return this.stop();
      this.video.srcObject = this.stream;
      await this.video.play();
      this.read = await reader();
      this.look();
    } catch (error) {
      this.stop();
      this.failed(error);
    }
  }

  stop() {
    this.on = false;
    clearTimeout(this.timer);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  async look() {
    if (!this.on) return;
    const text = this.video.readyState >= 2 ? await this.read(this.square()) : null;
    if (text && this.on) this.found(text);
    if (this.on) this.timer = setTimeout(() => this.look(), EVERY);
  }

  square() {
    this.canvas ??= Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    this.context ??= this.canvas.getContext("2d", { willReadFrequently: true });
    const { videoWidth: w, videoHeight: h } = this.video;
    const side = Math.min(w, h);
    this.context.drawImage(this.video, (w - side) / 2, (h - side) / 2, side, side, 0, 0, SIDE, SIDE);
    return this.context.getImageData(0, 0, SIDE, SIDE);
  }
}

async function reader() {
  const own = await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => []);
  if (own?.includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (image) => (await detector.detect(image).catch(() => []))[0]?.rawValue ?? null;
  }
  await import("./vendor/jsQR.js");
  const options = { inversionAttempts: "dontInvert" };
  return (image) => globalThis.jsQR(image.data, image.width, image.height, options)?.data || null;
}

// A hand scanner: digits in a row and Enter, wherever the page is.
export function handScanner(found) {
  let typed = "";
  addEventListener("keydown", (event) => {
    if (event.target.closest?.("input, select, textarea") || event.ctrlKey || event.altKey || event.metaKey) return;
    if (/^[0-9]$/.test(event.key)) typed += event.key;
    else if (event.key === "Enter" && typed.length >= 8) {
      event.preventDefault();
      found(typed);
      typed = "";
    } else if (event.key !== "Shift") typed = "";
  });
}
