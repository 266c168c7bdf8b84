package dev.reveille.push.payload;

/// How much of the content goes along.
public enum Extent {
  WHOLE,
  WITHOUT_DATA,
  ID_ONLY;

  public boolean isSmallest() {
    return this == ID_ONLY;
  }
}
