/** Lets a person save a text as a file: a browser does it in its own way, the app asks where to. */
export function saveText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // It is read when the download has begun, which it has by the next turn.
  setTimeout(() => URL.revokeObjectURL(url));
}
