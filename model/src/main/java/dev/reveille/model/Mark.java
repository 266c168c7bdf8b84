package dev.reveille.model;

/// What an app reports about an inbox entry: received, shown, read or dismissed.
public enum Mark {
  RECEIVED(0, "received"),
  SHOWN(1, "shown"),
  READ(2, "read"),
  DISMISSED(3, "dismissed");

  private final int number;
  private final String word;

  Mark(final int number, final String word) {
    this.number = number;
    this.word = word;
  }

  /// Stands on disk, and as the bit of this place: never changed and never given twice.
  public int number() {
    return number;
  }

  public String word() {
    return word;
  }
}
