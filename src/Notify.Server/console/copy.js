// A button that copies a text, or, without HTTPS, where a page has no clipboard, selects it to be copied by hand.
export function copyOnClick(button, element, text = () => element.textContent) {
  const title = button.textContent;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(element);
      button.textContent = 'Selected';
    }

    setTimeout(() => { button.textContent = title; }, 1500);
  });
}
