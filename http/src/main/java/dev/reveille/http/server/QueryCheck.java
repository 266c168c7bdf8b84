package dev.reveille.http.server;

/// A mistake in the query of a request.
///
/// @param name of the first parameter that is wrong, decoded as far as that is possible
public record QueryCheck(Mistake mistake, String name) {
  /// The kinds of mistake.
  public enum Mistake {
    /// No parameter of this name is known.
    UNKNOWN,
    /// Two values are given, and two readers could take different ones.
    TWICE,
    /// Name or value is not percent-encoded UTF-8.
    UNREADABLE
  }
}
