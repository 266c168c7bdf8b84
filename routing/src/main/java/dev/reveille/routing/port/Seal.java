package dev.reveille.routing.port;

/// Whether a push service may read what a push says.
public sealed interface Seal {
  Seal OPEN = new Open();

  /// The installation has given no key: content travels as it is.
  record Open() implements Seal {}

  /// The content must be sealed for this key before it reaches a push service.
  ///
  /// @param key the installation's public key as it gave it
  record Wanted(String key) implements Seal {}

  /// The content is encrypted in here; the push's own content and style contain none of it any
  /// more.
  ///
  /// @param content for the envelope's field `sealed`
  record Closed(String content) implements Seal {
    @Override
    public String toString() {
      return "Closed[…]";
    }
  }
}
