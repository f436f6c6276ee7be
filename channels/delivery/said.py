"""What another server said, made fit to be kept and shown: its words end up in our database and on our pages."""

from typing import Any

from cms.core.text import clean


def storable(value: Any) -> Any:
    """The value with every text in it `clean`: NUL and lone surrogates would make the database refuse a whole receipt."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {storable(key): storable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [storable(each) for each in value]
    return value


def web_address(text: str) -> str:
    """The address when it is one of the web, else an empty text: it becomes a link in the admin, where scripts run."""
    address = clean(text).strip()
    return address if address.lower().startswith(("https://", "http://")) else ""
