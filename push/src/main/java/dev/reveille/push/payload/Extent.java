package dev.reveille.push.payload;

/// How much of an event's content a push carries, from all of it to none.
public enum Extent {
  WHOLE,
  WITHOUT_DATA,

  /// Without data and with as much of title and text as fits; see [Truncation].
  BEGINNING,

  /// None: the app reads the entry by its id.
  ID_ONLY;

  public boolean isSmallest() {
    return this == ID_ONLY;
  }
}
