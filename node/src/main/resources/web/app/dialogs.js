// Dialogs that are open while there is something to ask, as the state of their element says.

const asked = new WeakMap();

/** After an update: opens the dialog for something new, and closes it where nothing is left to ask. What its reader has
 * just closed is not opened again for the same. */
export function showWhile(dialog, asking) {
  if (!dialog) return;
  const isNew = asked.get(dialog) !== asking;
  asked.set(dialog, asking);
  if (asking && isNew && !dialog.open) dialog.showModal();
  if (!asking && dialog.open) dialog.close();
}

/** What follows when a dialog is closed. Browsers tell it later, when it may be open for something else already. */
export const whenClosed = (then) => (event) => {
  if (!event.target.open) then();
};
