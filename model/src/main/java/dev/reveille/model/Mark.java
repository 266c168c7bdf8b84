package dev.reveille.model;

/// What an app says became of an inbox entry.
public enum Mark {
  RECEIVED("received"),
  SHOWN("shown"),
  READ("read"),
  DISMISSED("dismissed");

  private final String word;

  Mark(final String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
