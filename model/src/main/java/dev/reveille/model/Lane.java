package dev.reveille.model;

/// Who goes first. Urgent work (calls and their ends) overtakes everything and has a reserve of its
/// own; a broadcast runs in bulk and delays nobody.
public enum Lane {
  URGENT(0),
  NORMAL(1),
  BULK(2);

  private final int number;

  Lane(final int number) {
    this.number = number;
  }

  /// Stands on disk: never changed and never given twice.
  public int number() {
    return number;
  }
}
