// Numbers as fields hold them.

/** A field's number, inside its ends. @param {HTMLInputElement} field */
export function clamp(field) {
  return Math.min(Math.max(field.valueAsNumber, Number(field.min)), Number(field.max));
}

/** A number as people write it: no 0.30000000000000004. @param {number} value */
export function tidy(value) {
  return String(Number(value.toPrecision(12)));
}
