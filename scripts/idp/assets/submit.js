// The browser carries the answer on by itself; the button is for where no scripts run.
const form = document.getElementById('delivery');
if (form instanceof HTMLFormElement) form.requestSubmit();
