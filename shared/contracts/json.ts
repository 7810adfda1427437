/** The value of a JSON text, or undefined when it is not JSON (which no JSON text can say). */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
