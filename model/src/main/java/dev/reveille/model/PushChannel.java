package dev.reveille.model;

/// The push channel of a device that a token is for. From iOS 13 on, and on Android, calls and
/// messages have separate channels; iOS 12 has one for both.
public enum PushChannel {
  VOIP("voip"),
  MESSAGE("message"),
  SINGLE("single");

  private final String word;

  PushChannel(final String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
