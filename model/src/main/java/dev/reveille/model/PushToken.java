package dev.reveille.model;

/// A platform's address of an installation: a secret, because whoever has it may send.
public record PushToken(String value) {
  public PushToken {
    if (value.isEmpty() || value.length() > 4096) {
      throw new IllegalArgumentException(
          "a push token has 1 to 4096 characters, not " + value.length());
    }
  }

  @Override
  public String toString() {
    return "PushToken[…]";
  }
}
