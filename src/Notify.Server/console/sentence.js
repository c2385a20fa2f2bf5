// Reads why the server refused a request: a sentence as a JSON string.
export function sentence(body) {
  try {
    return JSON.parse(body);
  } catch {
    // A body that could not be read is answered by a reason phrase, and a proxy says what it likes.
    return body;
  }
}
