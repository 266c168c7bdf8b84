package dev.reveille.model;

/// Names a conversation (chat, channel, thread) inside an organisation.
public record ConversationId(String value) {
  public ConversationId {
    Text.identifier(value, "conversation");
  }

  @Override
  public String toString() {
    return value;
  }
}
