"""Messages and the facts in them."""

from media_archive.words import Message

CHINESE = {"Your role ({role}) does not allow this.": "您的角色（{role}）不允许这样做。", "archivist": "档案员"}


def test_a_fact_that_is_a_message_is_said_in_the_same_language() -> None:
    message = Message("Your role ({role}) does not allow this.", {"role": Message("archivist")})
    assert message.say(lambda text: CHINESE.get(text, text)) == "您的角色（档案员）不允许这样做。"
    assert str(message) == "Your role (archivist) does not allow this."


def test_a_stored_message_comes_back_with_the_messages_in_it() -> None:
    message = Message("{count} of {what}", {"count": 3, "what": Message("{name}", {"name": "解放路"})})
    assert Message.from_json(message.to_json()) == message


def test_a_faulty_translation_does_not_hide_the_fault() -> None:
    assert "解放路" in Message("There is no {name}.", {"name": "解放路"}).say(lambda _text: "没有 {nmae}。")
