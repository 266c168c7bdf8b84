package dev.reveille.storage.codec;

/// Bytes that are not what was written.
public final class DamagedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DamagedException(final String message) {
    super(message);
  }
}
