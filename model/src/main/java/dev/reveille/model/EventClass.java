package dev.reveille.model;

/// The classes of events, each with delivery rules and a [Lane] of its own. The set is closed; the
/// sender's own name for an event is its `type`.
public enum EventClass {
  CALL(0, "call", Lane.URGENT),
  CALL_END(1, "call-end", Lane.URGENT),
  MESSAGE(2, "message", Lane.NORMAL),
  ALERT(3, "alert", Lane.NORMAL),
  CHANGE(4, "change", Lane.NORMAL),
  SILENT(5, "silent", Lane.BULK);

  private final int number;
  private final String word;
  private final Lane lane;

  EventClass(final int number, final String word, final Lane lane) {
    this.number = number;
    this.word = word;
    this.lane = lane;
  }

  /// Stands on disk and in content hashes: never changed and never given twice.
  public int number() {
    return number;
  }

  /// The word used on the wire.
  public String word() {
    return word;
  }

  public Lane lane() {
    return lane;
  }
}
