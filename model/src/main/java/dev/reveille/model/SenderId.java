package dev.reveille.model;

/// Names who sends to an address, such as a push service. The lines that wait for a sender stand on
/// disk under names that begin with this one, so it is one word and the same after every start.
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
