"""Taking back and correcting what stands in a chat: every message of a post, each step safe to repeat."""

from collections.abc import Callable, Sequence
from typing import Any

from channels.delivery.contract import Outgoing, Sent
from channels.delivery.errors import Permanent
from channels.telegram import client, messages, posts
from channels.telegram.classification import ChatMoved
from channels.telegram.files import Upload, uploads_of
from channels.telegram.messages import ALBUM, DOCUMENT, PHOTO, TEXT, Message, Post

# What a step says when it was done before.
_DONE = frozenset({"already_gone", "not_modified"})


def take_down(outgoing: Outgoing) -> Sent:
    """Delete every message of the post; those that are gone already count as deleted.

    Raises Permanent "number_partly_unknown" when the post has more messages than Telegram said numbers of.
    """
    post = messages.standing(outgoing)
    _delete(outgoing, post.chat_id, post.messages)
    deleted: dict[str, object] = {"deleted": [message.id for message in post.messages]}
    if not post.is_whole:
        raise Permanent("number_partly_unknown", evidence=deleted)
    return Sent(remote_id=outgoing.remote_id, evidence=deleted)


def correct(outgoing: Outgoing) -> Sent:
    """Edit every message of the post to what the new payload says.

    Messages are edited, never added: a new picture for a post that had none is left out, its words are put right. A post
    whose picture, recording or document has no successor in the payload is not half-corrected: Permanent "other_form".
    """
    post = messages.standing(outgoing)
    if post.messages[0].kind == TEXT:
        html, _none = posts.words_for(outgoing.payload, caption=False, follow=False)
        kept = [_edited_text(outgoing, post.chat_id, message, html) for message in post.messages[:1]]
    else:
        kept = _correct_enclosed(outgoing, post)
    after = Post(post.chat_id, tuple(kept), len(kept) if post.is_whole else post.planned)
    if not post.is_whole:
        raise Permanent("number_partly_unknown", evidence=after.as_evidence())
    return Sent(remote_id=after.remote_id, evidence=after.as_evidence())


def _correct_enclosed(outgoing: Outgoing, post: Post) -> list[Message]:
    """The messages after the correction of a post with pictures, a recording or a document."""
    media = [message for message in post.messages if message.kind != TEXT]
    texts = [message for message in post.messages if message.kind == TEXT]
    uploads = uploads_of(outgoing)
    _require_successors(media, outgoing.payload, uploads)
    caption, follow = posts.words_for(outgoing.payload, caption=True, follow=bool(texts))
    after: list[Message] = []
    for number, (message, upload) in enumerate(zip(media, uploads, strict=False)):
        words = "" if number else caption
        after.append(_edited_media(outgoing, post.chat_id, message, words, upload))
        outgoing.note(Post(post.chat_id, (*after, *post.messages[number + 1 :]), post.planned).as_evidence())
    _delete(outgoing, post.chat_id, media[len(uploads) :])
    return [*after, *(_edited_text(outgoing, post.chat_id, message, follow) for message in texts)]


def _require_successors(media: Sequence[Message], payload: dict[str, Any], uploads: Sequence[Upload]) -> None:
    """Raise Permanent unless every standing file is followed by one of its kind: fewer pictures will do, a recording
    must be the same (its words cannot be edited)."""
    kind = PHOTO if payload["mode"] == ALBUM else payload["mode"]
    same_kind = {message.kind for message in media} == {kind} and bool(uploads)
    replaceable = kind in {PHOTO, DOCUMENT}
    if not same_kind or (not replaceable and media[0].sha256 not in {uploads[0].sha256, ""}):
        raise Permanent("other_form", evidence={"stands": media[0].kind, "new": payload["mode"]})


def _edited_media(outgoing: Outgoing, chat_id: int, message: Message, words: str, upload: Upload) -> Message:
    where: dict[str, Any] = {"token": outgoing.secret, "chat_id": chat_id, "message_id": message.id}
    if message.sha256 != upload.sha256 and message.kind in {PHOTO, DOCUMENT}:
        file = upload.load()
        _done(lambda: client.edit_media(kind=message.kind, caption=words, file=file, **where))
    elif words:
        _done(lambda: client.edit_caption(caption=words, **where))
    return Message(message.id, message.kind, upload.sha256)


def _edited_text(outgoing: Outgoing, chat_id: int, message: Message, html: str) -> Message:
    _done(lambda: client.edit_text(token=outgoing.secret, chat_id=chat_id, message_id=message.id, html=html))
    return message


def _delete(outgoing: Outgoing, chat_id: int, standing: Sequence[Message]) -> None:
    numbers = [message.id for message in standing]
    if numbers:
        _done(lambda: client.delete_messages(token=outgoing.secret, chat_id=chat_id, message_ids=numbers))


def _done(step: Callable[[], None]) -> None:
    """Carry out a step; that it was done before is no error."""
    try:
        step()
    except Permanent as error:
        if error.reason not in _DONE:
            raise
    except ChatMoved as moved:
        # A group that became a supergroup numbers its messages anew: the old numbers lead nowhere.
        raise Permanent("chat_moved", evidence={"new_chat_id": moved.new_chat_id}) from moved
