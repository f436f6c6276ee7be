// Puts the text of a field into the clipboard; without this script the text is marked and copied by hand.
document.querySelectorAll("[data-copy]").forEach(function (button) {
  var field = document.getElementById(button.dataset.copy);
  if (!field) return;
  button.hidden = false;
  button.addEventListener("click", function () {
    var told = function () { button.textContent = button.dataset.done; };
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(field.value).then(told);
      return;
    }
    field.focus();
    field.select();
    if (document.execCommand("copy")) told();
  });
});
