package dev.reveille.model;

/// A secret of one store, made once with it: enciphers the ids of its events where they are shown
/// sealed. 128 bits, as two halves.
public record IdKey(long high, long low) {
  @Override
  public String toString() {
    return "IdKey[…]";
  }
}
