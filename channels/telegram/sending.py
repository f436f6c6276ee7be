"""Putting a post into a chat, message by message; each is noted the moment Telegram has accepted it."""

import time
from dataclasses import replace

from channels.delivery.contract import Outgoing, Sent
from channels.delivery.errors import Ambiguous, RateLimited, Retryable
from channels.delivery.services.endpoints import change_config
from channels.telegram import client, limits, messages
from channels.telegram.classification import ChatMoved
from channels.telegram.files import uploads_of
from channels.telegram.messages import ALBUM, PHOTO, TEXT, Message, Post
from cms.core import clock

# One message a second in a chat: the text that follows a picture waits for its turn.
PAUSE_SECONDS = 1.0


def send(outgoing: Outgoing) -> Sent:
    """Post it; when the group has moved, remember its new number and post it there at once, once.

    What an earlier try is known to have put there is not sent again.
    """
    planned = len(messages.shape_of(outgoing.payload))
    post = messages.begun(outgoing) or Post(int(outgoing.endpoint.config["chat_id"]), (), planned)
    try:
        return _post(outgoing, post)
    except RateLimited as wait:
        wait.scope = limits.scope_of_wait(outgoing.endpoint, at=clock.now())
        raise
    except ChatMoved as moved:
        change_config(outgoing.endpoint, chat_id=moved.new_chat_id)
        if moved.after_some:
            raise Ambiguous("chat_moved_midway", evidence={"new_chat_id": moved.new_chat_id}) from moved
        post = replace(post, chat_id=moved.new_chat_id)
    try:
        return _post(outgoing, post)
    except ChatMoved as again:
        raise Retryable("chat_moved_twice", evidence={"new_chat_id": again.new_chat_id}) from again


def _post(outgoing: Outgoing, post: Post) -> Sent:
    """The rest of the post, beginning after the messages that are there already."""
    payload = outgoing.payload
    link, at = "", None
    try:
        if not post.messages:
            first = _main(outgoing, post.chat_id)
            link, at = first[0][0].link, first[0][0].at
            post = replace(post, chat_id=first[0][0].chat_id).plus(*(message for _sent, message in first))
            outgoing.note(post.as_evidence())
        if payload.get("follow") and not post.is_whole:
            if at is not None:
                time.sleep(PAUSE_SECONDS)
            text = client.send_text(
                token=outgoing.secret, chat_id=post.chat_id, html=payload["follow"], reply_to=post.messages[0].id
            )
            at = at or text.at
            post = post.plus(Message(text.message_id, TEXT))
            outgoing.note(post.as_evidence())
    except ChatMoved as moved:
        moved.after_some = bool(post.messages)
        raise
    evidence = {**post.as_evidence(), "telegram_date": at.isoformat() if at else ""}
    return Sent(remote_id=post.remote_id, remote_url=link, at=None, evidence=evidence)


def _main(outgoing: Outgoing, chat_id: int) -> list[tuple[client.Sent, Message]]:
    """The first message, or the album, with the kinds and hashes under which they are kept."""
    payload, token = outgoing.payload, outgoing.secret
    mode = payload["mode"]
    if mode == TEXT:
        text = client.send_text(token=token, chat_id=chat_id, html=payload["html"])
        return [(text, Message(text.message_id, TEXT))]
    uploads = uploads_of(outgoing)
    files = [upload.load() for upload in uploads]
    if mode == ALBUM:
        sent = client.send_album(token=token, chat_id=chat_id, caption=payload["html"], files=files)
        kind = PHOTO
    else:
        sent = [client.send_file(kind=mode, token=token, chat_id=chat_id, caption=payload["html"], file=files[0])]
        kind = mode
    return [(each, Message(each.message_id, kind, upload.sha256)) for each, upload in zip(sent, uploads, strict=False)]
