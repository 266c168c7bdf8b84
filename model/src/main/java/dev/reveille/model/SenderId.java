package dev.reveille.model;

/// Names who sends to an address, such as a push service. What waits for a sender stands on disk
/// under this name, so it is one word and the same after every start.
public record SenderId(String value) {
  public SenderId {
    Text.identifier(value, "sender");
    if (value.indexOf(' ') >= 0) {
      throw new IllegalArgumentException("sender must be one word, not \"" + value + "\"");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
