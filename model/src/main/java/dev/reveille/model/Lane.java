package dev.reveille.model;

import java.util.Locale;

/// Priority of work. Urgent work (calls and their ends) overtakes everything and has a reserve of
/// its own; a broadcast runs in bulk and delays no other event.
public enum Lane {
  URGENT(0),
  NORMAL(1),
  BULK(2);

  private final int number;

  Lane(final int number) {
    this.number = number;
  }

  /// As people write it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Stands on disk: never changed and never given twice.
  public int number() {
    return number;
  }
}
