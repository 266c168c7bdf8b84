package dev.reveille.model;

/// The closed set of kinds that have rules of their own. A sender's own words go into the event's
/// type.
public enum EventClass {
  CALL("call", Lane.URGENT),
  CALL_END("call-end", Lane.URGENT),
  MESSAGE("message", Lane.NORMAL),
  ALERT("alert", Lane.NORMAL),
  CHANGE("change", Lane.BULK),
  SILENT("silent", Lane.BULK);

  private final String word;
  private final Lane lane;

  EventClass(final String word, final Lane lane) {
    this.word = word;
    this.lane = lane;
  }

  /// The word used on the wire.
  public String word() {
    return word;
  }

  public Lane lane() {
    return lane;
  }
}
