// Sent by `build.py serve` only: loads the page anew after each build, and says that this is the course's own machine.
document.documentElement.dataset.served = "";
new EventSource("/-/builds").addEventListener("built", () => location.reload());
