package dev.reveille.storage.codec;

/// Thrown when stored bytes are not what was written: a checksum, a length or a value is wrong.
public final class DamagedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DamagedException(final String message) {
    super(message);
  }
}
