package dev.reveille.push.app;

/// Thrown for a certificate that is well formed but cannot be used, such as one that names no topic
/// of Apple's. The message begins with the field of the request.
public final class UnfitCertificate extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// @param words begin with the field of the request
  public UnfitCertificate(final String words) {
    super(words);
  }
}
