package dev.reveille.push.app;

/// A certificate that is well formed, and cannot be used for what it is meant for.
public final class UnfitCertificate extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// @param words begin with the field of the request
  public UnfitCertificate(final String words) {
    super(words);
  }
}
