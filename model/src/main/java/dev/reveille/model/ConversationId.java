package dev.reveille.model;

/// Names a conversation (chat, channel, thread) inside an organisation.
///
/// Its order is for maps that are keyed by it: senders choose the name, and could choose many with
/// one hash. Keys with an order are found among such in a few steps.
public record ConversationId(String value) implements Comparable<ConversationId> {
  public ConversationId {
    Text.identifier(value, "conversation");
  }

  @Override
  public int compareTo(final ConversationId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
