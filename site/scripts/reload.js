// Only on the author's own machine: build.py serve adds this script, which shows a new build as soon as it is there.

new EventSource("/-/builds").addEventListener("built", () => location.reload());
