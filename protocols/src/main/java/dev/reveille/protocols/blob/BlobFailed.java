package dev.reveille.protocols.blob;

/// A file cannot be read or written, and trying again now changes nothing. The message says what
/// was asked, what was answered and what helps; it holds no signature.
///
/// Carries no stack trace: a caller's container may cause any number.
public final class BlobFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean isWithoutBlocks;

  public BlobFailed(final String words) {
    this(words, false);
  }

  BlobFailed(final String words, final boolean isWithoutBlocks) {
    super(words, null, false, false);
    this.isWithoutBlocks = isWithoutBlocks;
  }

  /// The container does not have the blocks of a file any more: they have to be written anew.
  public boolean isWithoutBlocks() {
    return isWithoutBlocks;
  }

  /// What is wrong.
  public String words() {
    return String.valueOf(getMessage());
  }
}
