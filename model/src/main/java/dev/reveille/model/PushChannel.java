package dev.reveille.model;

/// Which of a device's push channels a token opens. From iOS 13 on, and on Android, calls and
/// messages travel on separate channels; iOS 12 has one for both.
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
